"""The TypeScript types of the pages: every enumeration, struct and kind, and the kinds by name."""
SCALARS = {"string": "string", "name": "string", "namespace": "string", "duration": "string", "time": "string",
           "boolean": "boolean", "int32": "number", "int64": "number", "json": "unknown"}
HEAD = """// Made by tools/make_api.py from deploy/api/types.yaml.
// What has a default is optional here: what is read has it, what is written need not.
import type { KubeObject } from '../object';
"""


def comment(raw, indent=""):
    return f"{indent}// {raw['en']}\n"


def quoted(values):
    return [f"'{value}'" for value in values]


def enumeration(name, raw):
    constant = name[0].lower() + name[1:] + "Values"
    lines = "".join(f"  {value},\n" for value in quoted(raw["values"]))
    return (f"\n{comment(raw)}export const {constant} = [\n{lines}] as const;\n"
            f"export type {name} = (typeof {constant})[number];\n")


def type_of(field):
    inner = SCALARS.get(field.type, field.type)
    if "values" in field.raw:
        inner = " | ".join(quoted(field.raw["values"]))
    if field.shape == "list":
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    return f"Record<string, {inner}>" if field.shape == "map" else inner


def structure(struct):
    if not struct.fields:
        base = struct.base.name if struct.base else "Record<string, never>"
        return f"\n{comment(struct.raw)}export type {struct.name} = {base};\n"
    text = f"\n{comment(struct.raw)}export interface {struct.name}"
    text += f" extends {struct.base.name} {{\n" if struct.base else " {\n"
    for field in struct.fields:
        text += comment(field.raw, "  ")
        text += f"  {field.name}{'' if field.required else '?'}: {type_of(field)};\n"
    return text + "}\n"


def kind_type(name, kind):
    parts = ", ".join(part.name for part in (kind.spec, kind.status) if part)
    return f"\n{comment(kind.raw)}export type {name} = KubeObject<{parts}>;\n"


def write(model):
    text = HEAD + "".join(enumeration(*each) for each in model.enums.items())
    text += "".join(structure(struct) for struct in model.structs.values() if struct.name not in model.kinds)
    text += "".join(kind_type(*each) for each in model.kinds.items())
    text += "\nexport interface Kinds {\n" + "".join(f"  {name}: {name};\n" for name in model.kinds) + "}\n"
    text += "\nexport const plurals = {\n"
    text += "".join(f"  {name}: '{kind.raw['plural']}',\n" for name, kind in model.kinds.items())
    text += "} as const satisfies Record<keyof Kinds, string>;\n"
    actions = quoted(name for name, kind in model.kinds.items() if kind.raw.get("action"))
    text += f"\nexport const actionKinds = [{', '.join(actions)}] as const;\n"
    text += "export type ActionKind = (typeof actionKinds)[number];\n"
    text += f"\nexport const apiVersion = '{model.group}/{model.version}';\n"
    return {"web/src/api/generated/types.ts": text}
