"""C++ types: plain structs (types.h) and the list of each one's members (types.cc), which reading and writing share."""
import re
import textwrap

from . import model as m

SCALARS = {"string": "std::string", "name": "std::string", "namespace": "std::string",
           "duration": "std::chrono::seconds", "time": "Time", "boolean": "bool", "int32": "std::int32_t",
           "int64": "std::int64_t", "json": "Json"}
# Names that C++ or this code base has for something else.
RENAMED = {"namespace": "name_space", "export": "export_to", "import": "import_from", "operator": "op",
           "default": "default_value"}
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
WIDTH = 118


def member(field):
    return RENAMED.get(field.name, m.snake(field.name))


def enumerator(value):
    return m.snake(value)


def comment(text, indent=0):
    lines = textwrap.wrap(text, WIDTH - indent - 3)
    return "".join(f"{' ' * indent}// {line}\n" for line in lines)


def seconds(text):
    return sum(int(count) * UNITS[unit] for count, unit in re.findall(r"(\d+)([dhms])", text))


def literal(model, field):
    """The initialiser of a default."""
    value = field.raw["default"]
    if field.type in model.enums:
        return f" = {field.type}::{enumerator(value)}"
    if field.type == "boolean":
        return f" = {'true' if value else 'false'}"
    if field.type == "duration":
        return f"{{{seconds(value)}}}"
    if isinstance(value, str):
        return f' = "{value}"'
    if isinstance(value, int):
        return f" = {value}"
    return ""


def declaration(model, field):
    inner = SCALARS.get(field.type, field.type)
    name = member(field)
    if field.shape == "list":
        return f"std::vector<{inner}> {name};"
    if field.shape == "map":
        return f"std::map<std::string, {inner}> {name};"
    if field.has_default:
        return f"{inner} {name}{literal(model, field)};"
    if field.required:
        zero = {"boolean": " = false", "int32": " = 0", "int64": " = 0"}.get(field.type, "")
        return f"{inner} {name}{zero or ('{}' if field.type in model.enums or field.type == 'time' else '')};"
    if field.type == "json":
        return f"Json {name};"
    return f"std::optional<{inner}> {name};"


def field_lines(model, field):
    code = f"  {declaration(model, field)}"
    text = field.raw["en"]
    if len(code) + 4 + len(text) <= WIDTH:
        return f"{code}  // {text}\n"
    return comment(text, 2) + code + "\n"


HEADER = '''#pragma once
// Made by tools/make_api.py from deploy/api/types.yaml: the kinds of tranship.io/{version} as plain structs. What is
// absent in an object is an empty optional, list or map; what has a default carries it. Values only: nothing here talks
// to a server. Reading and writing: object.h.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/api/object.h"
#include "kube/resource.h"

namespace tranship::controller::api {{

inline constexpr std::string_view kGroup = "{group}";
inline constexpr std::string_view kVersion = "{version}";
inline constexpr std::string_view kApiVersion = "{group}/{version}";
'''


TYPE_OF = '''
static kube::ResourceType resource_type(std::string_view kind, const char* plural) {
  return {std::string(kGroup), std::string(kVersion), std::string(kind), plural, true,
          {"create", "delete", "get", "list", "patch", "update", "watch"}, {"status"}, {std::string(kVersion)}};
}
'''


def header(model):
    text = HEADER.format(group=model.group, version=model.version)
    for name, each in model.enums.items():
        text += f"\n{comment(each['en'])}enum class {name} {{\n"
        for value, texts in each["values"].items():
            text += f"  {enumerator(value)},  // {texts['en']}\n"
        text += f"}};\nstd::string_view name_of({name} value);\n"
    for name, struct in model.structs.items():
        base = f" : {struct.base.name}" if struct.base else ""
        text += f"\n{comment(struct.raw['en'])}struct {name}{base} {{\n"
        text += "".join(field_lines(model, field) for field in struct.fields)
        text += f"  bool operator==(const {name}&) const = default;\n}};\n"
    for name, kind in model.kinds.items():
        text += f"\n{comment(kind.raw['en'])}struct {name} {{\n"
        text += f'  static constexpr std::string_view kKind = "{name}";\n'
        text += "  static const kube::ResourceType& type();\n\n"
        text += f"  Metadata metadata;\n  {kind.spec.name} spec;\n"
        text += f"  {kind.status.name} status;\n" if kind.status else ""
        text += f"  bool operator==(const {name}&) const = default;\n}};\n"
    text += "\n// Every kind, in the order of the description.\n"
    text += "const std::vector<const kube::ResourceType*>& all_types();\n"
    return text + "\n}  // namespace tranship::controller::api\n"


def enum_lines(name, each):
    text = f"\ntemplate <>\nstruct Names<{name}> {{\n"
    text += f"  static constexpr std::pair<{name}, std::string_view> kAll[] = {{\n"
    for value in each["values"]:
        text += f'      {{{name}::{enumerator(value)}, "{value}"}},\n'
    return text + "  };\n};\n"


def visit_lines(struct):
    text = f"\ntemplate <>\nstruct Members<{struct.name}> {{\n"
    if struct.base or struct.fields:
        text += "  static void visit(auto& object, auto& visitor) {\n"
    else:
        text += "  static void visit(auto&, auto&) {\n"
    if struct.base:
        text += f"    Members<{struct.base.name}>::visit(object, visitor);\n"
    for field in struct.fields:
        needed = ", kRequired" if field.required else ", kDefault" if field.has_default else ""
        text += f'    visitor("{field.name}", object.{member(field)}{needed});\n'
    return text + "  }\n};\n"


def kind_lines(name, kind):
    plural = kind.raw["plural"]
    return f'''
const kube::ResourceType& {name}::type() {{
  static const kube::ResourceType type = resource_type(kKind, "{plural}");
  return type;
}}
'''


def source(model):
    text = '''// Made by tools/make_api.py from deploy/api/types.yaml.

#include "controller/api/types.h"

#include "controller/api/codec.h"

namespace tranship::controller::api {
'''
    text += "".join(enum_lines(*each) for each in model.enums.items())
    text += "".join(visit_lines(struct) for struct in model.structs.values())
    for name in model.enums:
        text += f"\nstd::string_view name_of({name} value) {{ return find_name(value); }}"
        text += f"\ntemplate std::optional<{name}> parse_name<{name}>(std::string_view);\n"
    text += TYPE_OF
    for name, kind in model.kinds.items():
        text += kind_lines(name, kind)
    text += "\nconst std::vector<const kube::ResourceType*>& all_types() {\n"
    text += "  static const std::vector<const kube::ResourceType*> types{\n"
    text += "".join(f"      &{name}::type(),\n" for name in model.kinds)
    text += "  };\n  return types;\n}\n"
    text += "\n#define TRANSHIP_API_TYPE(Type)                  \\\n"
    text += "  template Result<Type> from_json(const Json&); \\\n"
    text += "  template Json to_json(const Type&);\n"
    text += "".join(f"TRANSHIP_API_TYPE({name})\n" for name in [*model.structs, *model.kinds])
    return text + "#undef TRANSHIP_API_TYPE\n\n}  // namespace tranship::controller::api\n"


def write(model):
    return {"src/controller/api/types.h": header(model), "src/controller/api/types.cc": source(model)}
