#include "cli/display/key_view.h"

#include "cli/terminal.h"

namespace tranship::cli {

void show_keys(Session& session, const std::vector<repo::KeyInfo>& keys) {
  Json list = Json::array();
  for (const auto& key : keys) {
    list.push_back({{"id", key.id.hex()},
                    {"user", key.user},
                    {"host", key.host},
                    {"created", key.created},
                    {"expires", key.expires.empty() ? Json(nullptr) : Json(key.expires)},
                    {"current", key.current}});
    if (session.json()) continue;
    session.print((key.current ? "* " : "  ") + key.id.brief() + "  " + pad(key.created.substr(0, 19), 19) + "  " +
                  printable(key.user + "@" + key.host));
  }
  if (session.json()) session.print_json({{"keys", std::move(list)}});
}

}  // namespace tranship::cli
