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

struct Page {
  Json items = Json::array();
  std::string next;
  std::string resource_version;
};

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

  Result<Page> fetch(const std::string& next) {
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
      return parse(std::move(sent->response.body));
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

  Result<Page> parse(std::string body) const {
    Json list = TRY_IN("list " + attempted_.object, parse_json(body));
    Page page;
    page.next = json_string(list, {"metadata", "continue"});
    page.resource_version = json_string(list, {"metadata", "resourceVersion"});
    if (const auto items = list.find("items"); items != list.end() && items->is_array()) {
      page.items = std::move(*items);
    }
    return page;
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
    for (auto& object : page->items) {
      // Items of a list leave out what all of them share.
      object["apiVersion"] = type.api_version();
      object["kind"] = type.kind;
      item(std::move(object));
    }
    if (page->next.empty()) return std::move(page->resource_version);
    next = std::move(page->next);
  }
}

}  // namespace tranship::kube
