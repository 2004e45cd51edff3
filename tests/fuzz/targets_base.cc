// src/base: JSON, YAML, encodings, units.

#include <cmath>

#include "app/selector.h"
#include "base/id.h"
#include "base/json.h"
#include "base/units.h"
#include "base/yaml.h"
#include "target.h"

namespace tranship::fuzz {
namespace {

// The typed readers must take any shape; 64 bits of numbers must come out as the nearest they can.
void read_as_everything(const Json& value) {
  (void)json_string(value, {"a"});
  (void)json_integer(value, {});
  (void)json_bool(value, {});
  if (value.is_number_unsigned()) require(json_integer(value, {}) >= 0, "an integer keeps its sign");
  if (!value.is_structured()) return;
  for (const auto& member : value) read_as_everything(member);
}

void json(ByteView input) {
  const auto value = parse_json(as_text(input));
  if (!accepted(value)) return;
  read_as_everything(*value);
  const std::string text = to_text(*value);
  const auto again = parse_json(text);
  require(again.has_value(), "what was written is JSON");
  require(to_text(*again) == text, "written again it is the same");
}

void yaml(ByteView input) {
  const auto documents = parse_yaml(as_text(input));
  if (!accepted(documents)) return;
  for (const Json& document : *documents) {
    // What is not UTF-8 is replaced in texts, so the text is compared.
    const auto clean = parse_json(to_text(document));
    require(clean.has_value(), "a YAML document is a JSON value");
    const auto again = parse_yaml_document(to_yaml(*clean));
    require(again.has_value(), "what was written is YAML");
    require(to_text(*again) == to_text(*clean), "written YAML is the same value");
  }
}

void encodings(ByteView input) {
  const auto text = as_text(input);
  require(*from_base64(to_base64(input)) == Bytes(input.begin(), input.end()), "base64 there and back");
  require(*from_hex(to_hex(input)) == Bytes(input.begin(), input.end()), "hexadecimal there and back");
  if (const auto bytes = from_base64(text); accepted(bytes)) {
    require(bytes->size() <= text.size() / 4 * 3 + 3, "base64 gives three bytes for four digits");
    require(*from_base64(to_base64(*bytes)) == *bytes, "base64 is stable");
  }
  if (const auto bytes = from_hex(text); accepted(bytes))
    require(bytes->size() * 2 == text.size(), "hex is two digits");
  if (const auto id = Id::parse(text); accepted(id)) require(*Id::parse(id->hex()) == *id, "an id is stable");
}

void units(ByteView input) {
  const auto text = as_text(input);
  if (const auto time = parse_time(text); accepted(time)) {
    const auto again = parse_time(format_time(*time));
    require(again && *again == *time, "a time is stable");
  }
  if (const auto bytes = parse_quantity(text); accepted(bytes)) (void)format_bytes(*bytes);
}

void selector(ByteView input) {
  const auto selector = app::LabelSelector::parse(as_text(input));
  if (accepted(selector)) {
    (void)selector->matches({{"app", "web"}, {"tier", 1}});
    (void)selector->matches(nullptr);
  }
  if (const auto value = parse_json(as_text(input))) (void)app::LabelSelector::of(*value).matches({{"app", "web"}});
}

}  // namespace

std::vector<Target> base_targets() {
  return {
      {"json",
       json,
       {R"({"a":[1,-2,3.5e2,"\u00e9\n",null,true],"b":{"c":{}}})", "[[[]]]", "18446744073709551615"},
       {"{\"a\":", "[", "\\ud83d", "\\u0000"},
       true},
      {"yaml",
       yaml,
       {"apiVersion: v1\nkind: List\nitems:\n- a: 0x1F\n  b: \"yes\"\n- [1, {x: ~}]\n---\ntext: |\n  two\n  lines\n",
        "a: &x {n: 1}\nb: *x\n", "- !!str 12\n- 1.5e3\n- .inf\n"},
       {"&a ", "*a", "<<: ",        "---\n", "!!binary ", "? ", ": ", "- ", "|\n", ">-\n",
        "{",   "[",  "%YAML 1.2\n", "'",     "\"",        "  ", "0x", "~",  "no",  ".nan"}},
      {"encodings",
       encodings,
       {"aGVsbG8gd29ybGQ=", "-_-_", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
       {"==", "AAAA"}},
      {"units",
       units,
       {"2026-11-24T03:14:00.5Z", "2026-11-24T03:14:00+08:00", "5Gi", "100m", "1e3", "0.5", "1E"},
       {"T", "Z", "+", ":", ".", "Ki", "Ei", "9999-12-31", "0000-00-00", "1e", "inf", "nan", "-1"}},
      {"selector",
       selector,
       {"app=web,tier in (a,b),!canary", "a!=b,c notin (d),e", R"({"matchLabels":{"app":"web"},
       "matchExpressions":[{"key":"tier","operator":"In","values":["a"]}]})"},
       {" in ", " notin ", "(", ")", "!", "==", "!=", ",", "matchLabels", "matchExpressions", "operator", "values",
        "key", "In", "NotIn", "Exists"},
       true},
  };
}

}  // namespace tranship::fuzz
