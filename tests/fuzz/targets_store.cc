// src/store: S3's answers, credentials, addresses, both ends of the relay.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "repo/testing/memory_store.h"
#include "store/location.h"
#include "store/relay.h"
#include "store/relay/hello.h"
#include "store/s3/credentials.h"
#include "store/s3/error.h"
#include "store/s3/metadata.h"
#include "store/s3/xml.h"
#include "target.h"

namespace tranship::fuzz {
namespace {

void s3_xml(ByteView input) {
  const auto xml = as_text(input);
  if (const auto error = store::s3::parse_error(xml)) require(!error->code.empty(), "an error has a code");
  (void)accepted(store::s3::parse_list(xml));
  if (const auto id = store::s3::parse_upload_id(xml); accepted(id)) require(!id->empty(), "an upload has an id");
  if (const auto role = store::s3::parse_role_credentials(xml); accepted(role)) {
    require(!role->access_key_id.empty() && !role->secret_access_key.empty(), "credentials are whole");
  }
}

void s3_error(ByteView input) {
  store::Location location;
  location.kind = store::Location::Kind::s3;
  location.bucket = "shop";
  const store::s3::Asked asked{"s3:PutObject", "s3://shop/key"};
  const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));
  for (const int status : {301, 400, 403, 404, 409, 429, 500, 503, 507}) {
    const net::Headers headers = {{"Date", std::string(as_text(input.first(std::min<std::size_t>(input.size(), 40))))},
                                  {"x-amz-bucket-region", "eu-west-1"}};
    require_error(store::s3::answer_error(location, asked, {status, headers, std::string(as_text(input))}, now));
  }
}

void aws_credentials(ByteView input) {
  const auto text = as_text(input);
  if (const auto found = store::s3::parse_credentials_file(text, "default", "credentials"); accepted(found)) {
    require(!found->access_key_id.empty() && !found->secret_access_key.empty(), "credentials are whole");
  }
  if (const auto found = store::s3::parse_service_credentials("service", text); accepted(found)) {
    require(!found->credentials.access_key_id.empty(), "credentials are whole");
  }
}

bool leaves_prefix(std::string_view path) {
  return path == ".." || path.starts_with("../") || path.ends_with("/..") || path.find("/../") != path.npos;
}

// First line the address, second the endpoint.
void location_address(ByteView input) {
  const auto text = as_text(input);
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  store::LocationOptions options;
  options.endpoint = text.substr(std::min(line_end + 1, text.size()));
  const auto location = store::parse_location(Context(), text.substr(0, line_end), options);
  if (!accepted(location)) return;
  require(location->kind == store::Location::Kind::s3 || location->path.starts_with('/'), "a folder is absolute");
  require(!leaves_prefix(location->prefix), "a prefix goes down only");
  const auto again = store::location_from_json(to_json(*location));
  require(again && again->address() == location->address() && again->endpoint == location->endpoint,
          "a location in a task is the same");
  if (location->kind != store::Location::Kind::nfs) return;
  require(!leaves_prefix(location->path), "what is mounted is the path that was given");
  const auto typed = store::parse_location(Context(), location->address(), {});
  require(typed && typed->address() == location->address(), "an address of NFS is one that can be given");
}

// What a server sends to a client that asks for one object. The greeting comes first, the rest once it was asked for.
class ServerOfBytes {
 public:
  explicit ServerOfBytes(ByteView bytes) : rest_(bytes) {}

  store::RelayStream stream() {
    return {[this](ByteView) {
              const std::lock_guard lock(mutex_);
              ++writes_;
              changed_.notify_all();
              return Result<void>();
            },
            [this]() -> Result<Bytes> {
              constexpr std::size_t kGreetingBytes = 28;
              std::unique_lock lock(mutex_);
              // The first write is the client's own greeting.
              if (greeted_) changed_.wait_for(lock, std::chrono::milliseconds(20), [this] { return writes_ > 1; });
              const ByteView piece = greeted_ ? rest_ : rest_.first(std::min(kGreetingBytes, rest_.size()));
              rest_ = rest_.subspan(piece.size());
              greeted_ = true;
              return Bytes(piece.begin(), piece.end());
            }};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int writes_ = 0;
  bool greeted_ = false;
  ByteView rest_;
};

void relay_client(ByteView input) {
  const auto client = store::RelayStore::make();
  std::stop_source stop;
  const Context context(stop.get_token());
  ServerOfBytes server(input);
  std::jthread caller([&] {
    Bytes out;
    if (accepted(client->get(context, "key", store::ByteRange{0, 4}, out))) {
      require(out.size() == 4, "a range is as long as was asked for");
    }
  });
  (void)accepted(client->attach(context, server.stream()));
  stop.request_stop();
}

void relay_server(ByteView input) {
  repo::MemoryStore store;
  (void)store.put(Context(), "data/key", as_bytes("0123456789"), nullptr);
  bool given = false;
  const store::RelayStream stream{[](ByteView) { return Result<void>(); },
                                  [&]() -> Result<Bytes> {
                                    if (std::exchange(given, true)) return Bytes();
                                    return Bytes(input.begin(), input.end());
                                  }};
  (void)accepted(store::serve_relay(Context(), store, stream, 1));
}

// Frames one after the other, without anybody who acts on them.
void relay_frames(ByteView input) {
  namespace relay = store::relay;
  std::size_t at = 0;
  const store::RelayStream stream{[](ByteView) { return Result<void>(); },
                                  [&]() -> Result<Bytes> {
                                    const ByteView piece =
                                        input.subspan(at, std::min<std::size_t>(7, input.size() - at));
                                    at += piece.size();
                                    return Bytes(piece.begin(), piece.end());
                                  }};
  relay::FrameReader reader(stream);
  for (;;) {
    const auto header = reader.next();
    if (!accepted(header) || !*header) return;
    require((*header)->payload_bytes <= relay::kPayloadBytesMax, "a frame keeps the limit");
    const auto payload = reader.payload(**header);
    if (!accepted(payload)) return;
    require(payload->size() == (*header)->payload_bytes, "a payload is as long as it says");
    require(!fault_name(relay::parse_failure(*payload).fault()).empty(), "a failure has a fault");
  }
}

std::string frame(store::relay::FrameKind kind, std::uint64_t id, std::string_view payload) {
  Bytes out;
  store::relay::append_header(out, {static_cast<std::uint32_t>(payload.size()), kind, id});
  return std::string(as_text(out)) + std::string(payload);
}

std::string greeting(store::relay::FrameKind kind) {
  std::string sent;
  const store::RelayStream stream{[&](ByteView data) {
                                    sent += as_text(data);
                                    return Result<void>();
                                  },
                                  [] { return Result<Bytes>(Bytes()); }};
  store::relay::FrameWriter writer(stream);
  (void)store::relay::send_hello(writer, kind);
  return sent;
}

std::string key_fields(std::string_view key, std::string_view more = {}) {
  Bytes out;
  store::relay::FieldWriter(out).text(key);
  return std::string(as_text(out)) + std::string(more);
}

std::vector<std::string> client_seeds() {
  using enum store::relay::FrameKind;
  Bytes error;
  store::relay::append_error(error, Error(Fault::not_found, "no such object").with_code("x").with_fix("y"));
  const std::string begin = greeting(hello_answer);
  return {begin + frame(ping, 0, "") + frame(data, 1, "1234"), begin + frame(failure, 1, as_text(error)),
          begin + frame(listing, 1, key_fields("a", "12345678")) + frame(done, 1, "")};
}

std::vector<std::string> server_seeds() {
  using enum store::relay::FrameKind;
  const std::string begin = greeting(hello);
  return {
      begin + frame(get, 1, key_fields("data/key", std::string(1, '\0'))) + frame(stat, 2, key_fields("data/key")),
      begin + frame(put, 1, key_fields("data/new", std::string(1, '\0') + "content")) + frame(list, 2, key_fields("")),
      begin + frame(get, 1, key_fields("data/key", std::string("\x01\x02\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0", 17))) +
          frame(remove, 2, key_fields("data/key")) + frame(ping, 3, "")};
}

}  // namespace

std::vector<Target> store_targets() {
  const std::string list =
      "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url"
      "</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken><Contents>"
      "<Key>a%2Fb</Key><Size>12</Size></Contents></ListBucketResult>";
  const std::string error = "<Error><Code>NoSuchBucket</Code><Message>m</Message><Region>r</Region></Error>";
  const std::vector<std::string> xml_words = {"<Contents>",
                                              "</Contents>",
                                              "<Key>",
                                              "<Size>",
                                              "<IsTruncated>true",
                                              "<!DOCTYPE a ["
                                              "<!ENTITY b \"c\">]>",
                                              "<![CDATA[",
                                              "]]>",
                                              "&amp;",
                                              "&#x0;",
                                              "<!--",
                                              "-->",
                                              "<Error><Code>",
                                              "%2F",
                                              "%zz",
                                              "xmlns"};
  auto relay_words =
      std::vector<std::string>{frame(store::relay::FrameKind::ping, 0, ""), std::string("\0\0\0\xa0", 4)};
  std::vector<std::string> all_seeds = client_seeds();
  for (auto& seed : server_seeds()) all_seeds.push_back(std::move(seed));
  return {
      {"s3_xml",
       s3_xml,
       {list, error, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>a</AccessKeyId>"
        "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-11-24T03:14:00Z</"
        "Expiration>"
        "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"},
       xml_words},
      {"s3_error",
       s3_error,
       {error, "<ErrorResponse><Error><Code>RequestTimeTooSkewed</Code></Error></ErrorResponse>",
        "Tue, 24 Nov 2026 03:14:00 GMT"},
       xml_words},
      {"aws_credentials",
       aws_credentials,
       {"[default]\naws_access_key_id = a\naws_secret_access_key=b\n# c\n[other]\naws_session_token = t\n",
        R"({"AccessKeyId":"a","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-24T03:14:00Z"})"},
       {"[default]", "[profile default]", "[", "]", "=", "\r\n", "#", ";", "aws_session_token", "AccessKeyId",
        "Expiration"}},
      {"location_address",
       location_address,
       {"dir:/srv/backups", "s3://bucket/a/b\nhttps://play.example:9000", "s3:https://play.example/bucket/prefix",
        "/x/../y", "nfs://[fd00::1]:2049/a/b?version=4&uid=65532&gid=7&mountport=20048", "nfs://nas/srv"},
       {"nfs://", "?version=", "&uid=", "&gid=", "&mountport=", "[", "]:", "s3://", "s3:http://", "dir:", "..", "/../",
        "//", "@", "?", "#", "\n", "%2e%2e", ".amazonaws.com"}},
      {"relay_client", relay_client, client_seeds(), relay_words, false, 64u << 20},
      {"relay_server", relay_server, server_seeds(), relay_words, false, 64u << 20},
      {"relay_frames", relay_frames, all_seeds, relay_words, false, 64u << 20},
  };
}

}  // namespace tranship::fuzz
