#include "api/operations/tar_stream.h"

#include <fmt/format.h>

#include <cstring>

#include "repo/read/load_tree.h"

namespace tranship::api {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kDepthMax = 1000;

Result<void> send(net::ServerStream& stream, std::string piece) {
  if (stream.write(std::move(piece))) return {};
  return fail(Fault::cancelled, "the client is gone");
}

// One record of a pax header: its length counts itself.
std::string record(const std::string& key, const std::string& value) {
  const std::size_t rest = key.size() + value.size() + 3;  // space, '=', line end
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) length = std::to_string(length).size() + rest;
  return fmt::format("{} {}={}\n", length, key, value);
}

std::string padded(std::string text) {
  text.resize((text.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return text;
}

void put(std::string& block, std::size_t offset, std::size_t width, std::string_view text) {
  std::memcpy(block.data() + offset, text.data(), std::min(width, text.size()));
}

// What does not fit into the fields is in the pax header before it.
std::string header(std::string_view name, const repo::Node& node, char type, std::uint64_t size) {
  std::string block(kBlock, '\0');
  put(block, 0, 100, name);
  put(block, 100, 8, fmt::format("{:07o}", node.mode & 07777));
  put(block, 108, 8, fmt::format("{:07o}", node.uid & 07777777));
  put(block, 116, 8, fmt::format("{:07o}", node.gid & 07777777));
  put(block, 124, 12, fmt::format("{:011o}", size & 077777777777));
  const std::int64_t seconds = std::max<std::int64_t>(node.mtime_ns / 1'000'000'000, 0);
  put(block, 136, 12, fmt::format("{:011o}", seconds & 077777777777));
  put(block, 148, 8, "        ");
  block[156] = type;
  if (type == '2') put(block, 157, 100, node.link_target);
  put(block, 257, 8,
      std::string_view("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(block, 148, 8, fmt::format("{:06o}", sum) + '\0' + ' ');
  return block;
}

class Tar {
 public:
  Tar(const Context& context, repo::Repository& repository, net::ServerStream& stream)
      : context_(context), repository_(repository), stream_(stream) {}

  Result<void> folder(const repo::Node& node, const std::string& path, std::size_t depth) {
    if (depth > kDepthMax) return fail(Fault::invalid, "folders are nested too deep");
    for (const auto& each : TRY(repo::load_tree(context_, repository_, node.subtree))) {
      const std::string here = path + each.name;
      if (each.type == repo::NodeType::directory) {
        TRY(entry(here + "/", each, '5', 0));
        TRY(folder(each, here + "/", depth + 1));
      } else if (each.type == repo::NodeType::symlink) {
        TRY(entry(here, each, '2', 0));
      } else if (each.type == repo::NodeType::file) {
        TRY(entry(here, each, '0', each.size));
        TRY(send_file(context_, repository_, each, stream_));
        const std::size_t over = each.size % kBlock;
        if (over != 0) TRY(send(stream_, std::string(kBlock - over, '\0')));
      }
    }
    return {};
  }

  Result<void> end() { return send(stream_, std::string(2 * kBlock, '\0')); }

 private:
  Result<void> entry(const std::string& path, const repo::Node& node, char type, std::uint64_t size) {
    std::string records = record("path", path);
    if (type == '2') records += record("linkpath", node.link_target);
    if (size > 077777777777) records += record("size", std::to_string(size));
    repo::Node about;
    about.mode = 0644;
    return send(stream_, header("PaxHeaders/entry", about, 'x', records.size()) + padded(records) +
                             header(path, node, type, size));
  }

  const Context& context_;
  repo::Repository& repository_;
  net::ServerStream& stream_;
};

}  // namespace

Result<void> send_file(const Context& context, repo::Repository& repository, const repo::Node& file,
                       net::ServerStream& stream) {
  std::uint64_t sent = 0;
  for (const Id& id : file.content) {
    TRY(context.check());
    const auto blob = TRY(repository.load_blob(context, repo::BlobType::data, id));
    sent += blob.size();
    TRY(send(stream, std::string(as_text(blob))));
  }
  if (sent == file.size) return {};
  return fail(Fault::corrupt, fmt::format("{} has {} bytes instead of {}", file.name, sent, file.size));
}

Result<void> send_tar(const Context& context, repo::Repository& repository, const repo::Node& folder,
                      net::ServerStream& stream) {
  Tar tar(context, repository, stream);
  TRY(tar.folder(folder, "", 0));
  return tar.end();
}

}  // namespace tranship::api
