#include "api/static_pages.h"

#include "web/pages.h"

namespace tranship::api {

net::ServerResponse static_page(const net::ServerRequest& request) {
  const web::Page* page = web::find(request.path);
  if (page == nullptr) return {.status = 404, .body = "there is no such page\n"};
  net::Headers headers{{"ETag", std::string(page->etag)},
                       {"Cache-Control", page->immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                       {"Vary", "Accept-Encoding"}};
  if (net::header(request.headers, "if-none-match") == page->etag) {
    return {.status = 304, .content_type = {}, .headers = std::move(headers)};
  }
  if (net::header(request.headers, "accept-encoding").find("gzip") == std::string::npos) {
    return {.status = 406, .headers = std::move(headers), .body = "pages are sent compressed: accept gzip\n"};
  }
  headers.emplace_back("Content-Encoding", "gzip");
  return {.content_type = std::string(page->content_type), .headers = std::move(headers), .static_body = page->gzip};
}

}  // namespace tranship::api
