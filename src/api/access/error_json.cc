#include "api/access/error_json.h"

namespace tranship::api {

Json error_json(const Error& error) {
  Json text{{"code", error.code().empty() ? "failed" : error.code()}, {"message", error.what()}};
  if (!error.fix().empty()) text["fix"] = error.fix();
  return text;
}

}  // namespace tranship::api
