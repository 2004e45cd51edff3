#include "store/s3/xml.h"

#include <fmt/format.h>

#include <charconv>
#include <pugixml.hpp>

namespace tranship::store::s3 {
namespace {

bool load(pugi::xml_document& document, std::string_view xml) {
  return static_cast<bool>(document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8));
}

std::string text(const pugi::xml_node& node, const char* child) { return node.child_value(child); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// S3's url encoding writes a space as '+'.
Result<std::string> url_decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return fail(Fault::corrupt, "object list holds a key that is not URL-encoded");
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size()) {
    return fail(Fault::corrupt, "object list holds a size that is not a number");
  }
  return value;
}

}  // namespace

std::optional<ErrorBody> parse_error(std::string_view xml) {
  pugi::xml_document document;
  if (!load(document, xml)) return std::nullopt;
  pugi::xml_node error = document.child("Error");
  if (!error) error = document.child("ErrorResponse").child("Error");
  if (!error || text(error, "Code").empty()) return std::nullopt;
  return ErrorBody{text(error, "Code"), text(error, "Message"), text(error, "Region"), text(error, "Endpoint")};
}

Result<ListPage> parse_list(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_node root = load(document, xml) ? document.child("ListBucketResult") : pugi::xml_node();
  if (!root) return fail(Fault::corrupt, "the answer to a list request is not an object list");
  const bool encoded = text(root, "EncodingType") == "url";
  ListPage page;
  for (const pugi::xml_node& entry : root.children("Contents")) {
    std::string key = text(entry, "Key");
    if (encoded) key = TRY(url_decode(key));
    const std::uint64_t size = TRY(parse_size(text(entry, "Size")));
    page.objects.push_back({std::move(key), size});
  }
  if (text(root, "IsTruncated") == "true") {
    page.next_token = text(root, "NextContinuationToken");
    if (page.next_token.empty()) return fail(Fault::corrupt, "a page of the object list names no next page");
  }
  return page;
}

Result<std::string> parse_upload_id(std::string_view xml) {
  pugi::xml_document document;
  std::string id;
  if (load(document, xml)) id = text(document.child("InitiateMultipartUploadResult"), "UploadId");
  if (id.empty()) return fail(Fault::corrupt, "the answer to a multipart request holds no upload id");
  return id;
}

Result<RoleCredentials> parse_role_credentials(std::string_view xml) {
  pugi::xml_document document;
  pugi::xml_node node;
  if (load(document, xml)) {
    node = document.child("AssumeRoleWithWebIdentityResponse")
               .child("AssumeRoleWithWebIdentityResult")
               .child("Credentials");
  }
  RoleCredentials result{text(node, "AccessKeyId"), text(node, "SecretAccessKey"), text(node, "SessionToken"),
                         text(node, "Expiration")};
  if (result.access_key_id.empty() || result.secret_access_key.empty() || result.expiration.empty()) {
    return fail(Fault::corrupt, "the token service's answer holds no credentials");
  }
  return result;
}

std::string complete_upload_xml(const std::vector<Part>& parts) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  for (const Part& part : parts) {
    pugi::xml_node node = root.append_child("Part");
    node.append_child("PartNumber").text().set(part.number);
    node.append_child("ETag").text().set(part.etag.c_str());
    node.append_child("ChecksumSHA256").text().set(part.checksum.c_str());
  }
  struct Writer : pugi::xml_writer {
    std::string text;
    void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }
  } writer;
  document.save(writer, "", pugi::format_raw | pugi::format_no_declaration);
  return std::move(writer.text);
}

}  // namespace tranship::store::s3
