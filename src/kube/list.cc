#include "kube/list.h"

#include <algorithm>

#include "kube/status.h"
#include "net/url.h"

namespace tranship::kube {
namespace {

// A page larger than this is asked for again with fewer items, so that a listing of large objects takes no
// more memory than one of small ones.
constexpr std::size_t kPageBytesMax = 16u << 20;
constexpr std::size_t kSingleItemBytesMax = 256u << 20;
constexpr int kRestartsMax = 5;

class Pager {
 public:
  Pager(const Context& context, Sender& sender, const ResourceType& type, const std::string& name_space,
        const ListOptions& options)
      : context_(context), sender_(sender), type_(type), options_(options), page_size_(options.page_size) {
    path_ = type.path(name_space);
    attempted_.verb = "list";
    attempted_.object = type.qualified_plural() + (name_space.empty() ? "" : " of namespace " + name_space);
    attempted_.plural = type.qualified_plural();
    attempted_.name_space = name_space;
    attempted_.cluster_name = sender.access().name;
    attempted_.server = sender.access().server;
  }

  Result<ListPage> fetch(const std::string& next) {
    for (;;) {
      net::HttpRequest request;
      request.url = path_ + query(next);
      request.headers = {{"Accept", "application/json"}};
      request.accept_compressed = true;
      request.body_bytes_max = page_size_ > 1 ? kPageBytesMax : kSingleItemBytesMax;
      auto sent = sender_.send(context_, std::move(request), {.idempotent = true});
      if (!sent && sent.error().code() == net::kTooLargeCode && page_size_ > 1) {
        page_size_ = std::max(1, page_size_ / 4);
        continue;
      }
      if (!sent) return fail(std::move(sent).error().in("list " + attempted_.object));
      if (sent->response.status >= 400) return fail(refusal(attempted_, sent->response));
      return TRY_IN("list " + attempted_.object, parse_list_page(sent->response.body, type_));
    }
  }

 private:
  std::string query(const std::string& next) const {
    std::string text = "?limit=" + std::to_string(page_size_);
    if (!options_.label_selector.empty()) {
      text += "&labelSelector=" + net::percent_encode(options_.label_selector);
    }
    if (!options_.field_selector.empty()) {
      text += "&fieldSelector=" + net::percent_encode(options_.field_selector);
    }
    if (!next.empty()) text += "&continue=" + net::percent_encode(next);
    return text;
  }

  const Context& context_;
  Sender& sender_;
  const ResourceType& type_;
  const ListOptions& options_;
  int page_size_;
  std::string path_;
  Attempted attempted_;
};

}  // namespace

Result<ListPage> parse_list_page(std::string_view body, const ResourceType& type) {
  Json list = TRY(parse_json(body));
  ListPage page;
  page.next = json_string(list, {"metadata", "continue"});
  page.resource_version = json_string(list, {"metadata", "resourceVersion"});
  const Json& items = json_at(list, {"items"});
  if (!list.is_object() || !(items.is_array() || items.is_null())) {
    return fail(Fault::corrupt, "the API server's answer is no list");
  }
  if (items.is_null()) return page;  // as servers written in Go say that there are none
  for (Json& object : list["items"]) {
    if (!object.is_object()) return fail(Fault::corrupt, "the API server's list holds something that is no object");
    // Items of a list leave out what all of them share.
    object["apiVersion"] = type.api_version();
    object["kind"] = type.kind;
    page.items.push_back(std::move(object));
  }
  return page;
}

Result<std::string> list_pages(const Context& context, Sender& sender, const ResourceType& type,
                               const std::string& name_space, const ListOptions& options,
                               const std::function<void(Json&&)>& item, const std::function<void()>& restart) {
  if (options.page_size < 1) return fail(Fault::invalid, "a listing with a page size below 1");
  Pager pager(context, sender, type, name_space, options);
  std::string next;
  for (int restarts = 0;;) {
    auto page = pager.fetch(next);
    if (!page) {
      const bool expired = has_reason(page.error(), "Expired") || has_reason(page.error(), "Gone");
      if (!expired || next.empty() || ++restarts > kRestartsMax) return std::unexpected(std::move(page).error());
      next.clear();
      if (restart) restart();
      continue;
    }
    for (Json& object : page->items) item(std::move(object));
    if (page->next.empty()) return std::move(page->resource_version);
    next = std::move(page->next);
  }
}

}  // namespace tranship::kube
