#pragma once
// The store protocol over a byte stream (docs/format/relay.md): a mover in a cluster is the client, whoever
// coordinates serves a store that only they can reach (a directory beside the CLI). Frames are length-prefixed,
// requests are numbered and answered in any order, and every request is idempotent, so a client may send it again
// over a new stream.

#include <functional>
#include <memory>

#include "store/store.h"

namespace tranship::store {

// One end of a byte stream. read() gives what is there (empty: the end). Called by one reader and one writer at a
// time. write() must fail, not wait for ever, once the other end is gone.
struct RelayStream {
  std::function<Result<void>(ByteView)> write;
  std::function<Result<Bytes>()> read;
};

// Serves `store` until the stream ends (success) or the context stops. Requests run on `threads` threads; about 32
// MiB of objects are in memory at most (or one larger one). To stop it at once, end the stream too: read() is
// waited for.
Result<void> serve_relay(const Context& context, Store& store, const RelayStream& stream, int threads = 4);

// A store at the other end. When the stream breaks, calls wait for attach() with a new one (until their context
// ends) and send what was not answered again.
class RelayStore : public Store {
 public:
  static std::unique_ptr<RelayStore> make();
  // Takes over reading `stream` on the caller's thread; returns when it ended. A later attach() takes the place of
  // an earlier one. Fault::invalid when the other end speaks something else, retryable when the stream was cut
  // inside a frame.
  virtual Result<void> attach(const Context& context, const RelayStream& stream) = 0;
};

}  // namespace tranship::store
