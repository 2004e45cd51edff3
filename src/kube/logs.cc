#include "kube/byte_stream.h"
#include "kube/exec.h"
#include "net/url.h"

namespace tranship::kube {

Result<void> read_log(const Context& context, Client& client, const std::string& name_space,
                      const std::string& pod, const LogOptions& options,
                      const std::function<bool(std::string_view)>& line) {
  std::string path = types::pod().path(name_space, pod, "log") +
                     (options.follow ? "?follow=true" : "?follow=false");
  if (!options.container.empty()) path += "&container=" + net::percent_encode(options.container);
  if (options.previous) path += "&previous=true";
  if (options.timestamps) path += "&timestamps=true";
  if (options.tail_lines >= 0) path += "&tailLines=" + std::to_string(options.tail_lines);

  ByteStream stream(context, client, path);
  LineSplitter lines(1u << 20);
  while (true) {
    const Bytes piece =
        TRY_IN("reading the log of pod " + name_space + "/" + pod, stream.next(context));
    if (piece.empty()) break;
    if (lines.feed(piece, true, line) == LineSplitter::Outcome::stopped) return {};
  }
  if (!lines.rest().empty()) line(lines.rest());
  return {};
}

}  // namespace tranship::kube
