#pragma once
// Object storage as the repository needs it: named whole objects, written once. Knows nothing of Kubernetes.
//
// Contract of every implementation (src/store/conformance.h checks it):
// - thread-safe; any number of calls at once.
// - put() is atomic: after success the whole object is there and durable, after failure (or a crash) either the
//   whole object or nothing that list() or get() shows. Putting a key again replaces it.
// - get() after put() sees it (strong consistency); list() too.
// - keys: relative, '/'-separated, no empty or dot components, at most 512 bytes.
// - errors: not_found, auth (rights or credentials, with the fix), retryable, invalid (bucket missing ...), permanent
//   (disk full: code "store.full").

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/context.h"
#include "base/error.h"
#include "base/id.h"

namespace tranship::store {

struct ObjectInfo {
  std::string key;
  std::uint64_t size = 0;
};

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  // `digest`: the SHA-256 of `data` when the caller has it already (packs do): saves the store a pass.
  virtual Result<void> put(const Context& context, const std::string& key, ByteView data,
                           const Id* digest = nullptr) = 0;
  // As put() when there is no such object; Fault::conflict, code "store.exists", when there is: of several callers at
  // once one succeeds. An S3 server that does not know If-None-Match sees only what was there before the call; through
  // a relay it is Fault::invalid, since a request that is sent twice would find itself. For small objects.
  virtual Result<void> create(const Context& context, const std::string& key, ByteView data) = 0;
  // The whole object, or the range (which must lie inside it: Fault::corrupt otherwise), into `out` (resized).
  virtual Result<void> get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                           Bytes& out) = 0;
  virtual Result<ObjectInfo> stat(const Context& context, const std::string& key) = 0;
  // Every object whose key begins with `prefix` (a folder: ends with '/', or empty), in no particular order.
  virtual Result<void> list(const Context& context, const std::string& prefix,
                            const std::function<void(const ObjectInfo&)>& object) = 0;
  // Succeeds when there is no such object.
  virtual Result<void> remove(const Context& context, const std::string& key) = 0;
  // For people and error texts: "s3://bucket/prefix at play.example", never a credential.
  virtual std::string describe() const = 0;
};

}  // namespace tranship::store
