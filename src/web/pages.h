#pragma once
// The pages of the dashboard (web/), as they are built into this binary. Nothing here serves them.

#include <span>
#include <string_view>

namespace tranship::web {

struct Page {
  std::string_view path;          // "/index.html", "/assets/index-2f1c.js"
  std::string_view content_type;  // with charset where it has one
  std::string_view etag;          // quoted, of the content before compression
  std::string_view gzip;          // the content, compressed; lives as long as the program
  bool immutable;                 // its name changes with its content: it may be kept for good
};

// All of them, by path. None in a build without pages (TRANSHIP_PAGES=OFF). Safe to call from any thread.
std::span<const Page> pages();

// The page of a request's path, or of the single page that routes by itself: "/" and every path without a dot in its
// last part get /index.html, so that each page has an address of its own. Null: there is nothing of that name.
const Page* find(std::string_view path);

}  // namespace tranship::web
