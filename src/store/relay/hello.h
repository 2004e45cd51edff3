#pragma once
// The first frame of each direction: both ends say who they are before anything else.

#include "store/relay/frame_writer.h"

namespace tranship::store::relay {

Result<void> send_hello(FrameWriter& writer, FrameKind kind);
// Fault::invalid when the other end is something else (an error text of a command that did not start, for one) or
// speaks another version; Fault::retryable when the stream ends first.
Result<void> expect_hello(FrameReader& reader, FrameKind kind);

}  // namespace tranship::store::relay
