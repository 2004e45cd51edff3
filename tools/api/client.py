"""The client of the pages: a function for every operation of deploy/api/openapi.json, with the types of what goes there
and comes back. A schema with a title becomes a type of that name; the kinds' own types are those of typescript.py.
"""
import json
import re

ROOT = "/api/v1"
JSON_TYPE = "application/json"
TEXT_TYPES = ("text/yaml",)
HEAD = """// Made by tools/make_api.py from deploy/api/openapi.json: a function for every operation.
import { apiRoot, at, queryOf, sendJson, sendText } from '../client';
"""
# What an object of a kind can be done to: the names that operations begin with, and what they are called here.
VERBS = {"list": "list", "get": "get", "create": "create", "replace": "replace", "patch": "patch", "delete": "remove"}


class Types:
    """Types by the schemas that were met, in the order they were met."""

    def __init__(self, known):
        self.known = known      # of typescript.py
        self.used = set()       # of those
        self.named = {}

    def of(self, schema, indent="", inline=False):
        if "$ref" in schema:
            return self.reference(schema["$ref"].removeprefix("#/components/schemas/"))
        title = schema.get("title")
        if title and not inline:
            return self.title(title, schema)
        if "anyOf" in schema:
            return " | ".join(self.of(each, indent) for each in schema["anyOf"])
        if "enum" in schema:
            return " | ".join(f"'{value}'" for value in schema["enum"])
        kind = schema.get("type")
        if kind == "array":
            inner = self.of(schema["items"], indent)
            return f"({inner})[]" if " | " in inner and inner[0] != "{" else f"{inner}[]"
        if kind == "object":
            return self.object(schema, indent)
        return {"integer": "number", "number": "number", "boolean": "boolean", "null": "null",
                "string": "string"}.get(kind, "unknown")

    def reference(self, path):
        name, *parts = path.split("/properties/")
        if name.endswith("List") and name.removesuffix("List") in self.known:
            return f"{{ items: {self.reference(name.removesuffix('List'))}[] }}"
        self.used.add(name)
        for part in parts:
            name = f"NonNullable<{name}['{part}']>"
        return name

    def title(self, title, schema):
        if title in self.known:
            self.used.add(title)
        elif title not in self.named:
            self.named[title] = ""  # before what it holds
            self.named[title] = self.of(schema, inline=True)
        return title

    def object(self, schema, indent):
        if "properties" not in schema:
            inner = schema.get("additionalProperties") or {}
            return f"Record<string, {self.of(inner, indent)}>"
        deeper, text = indent + "  ", "{\n"
        for name, member in schema["properties"].items():
            mark = "" if name in schema.get("required", []) else "?"
            text += f"{deeper}{name}{mark}: {self.of(member, deeper)};\n"
        return text + indent + "}"

    def declarations(self):
        for title, text in self.named.items():
            opening = f"export interface {title} " if text.startswith("{") else f"export type {title} = "
            yield f"\n{opening}{text}{'' if text.startswith('{') else ';'}\n"


def content_of(operation):
    """The status, media type and schema of the good answer; both None when it has no body."""
    status = next(status for status in operation["responses"] if status != "default")
    for media, content in operation["responses"][status].get("content", {}).items():
        return status, media, content["schema"]
    return status, None, None


def function(types, method, path, operation):
    status, media, schema = content_of(operation)
    address = re.sub(r"\{(\w+)\}", r"${at(\1)}", path.removeprefix(ROOT))
    address = f"`{address}`" if "${" in address else f"'{address}'"
    arguments = [f"{each['name']}: string" for each in operation["parameters"] if each["in"] == "path"]
    query = [each for each in operation["parameters"] if each["in"] == "query"]
    body = operation.get("requestBody")
    if body:
        arguments.append(f"body: {types.of(body['content'][JSON_TYPE]['schema'])}")
    if query:
        members = "; ".join(f"{each['name']}{'' if each['required'] else '?'}: {types.of(each['schema'])}"
                            for each in query)
        optional = not any(each["required"] for each in query)
        arguments.append(f"query: {{ {members} }}{' = {}' if optional else ''}")
        address += " + queryOf(query)"
    answer = types.of(schema) if media else "undefined"
    head = f"\n// {operation['summary']}\nexport const {operation['operationId']} = ("
    if media not in (JSON_TYPE, None, *TEXT_TYPES) or status == "303":
        return f"{head}{', '.join(arguments)}) => apiRoot + {address};\n"
    arguments.append("signal?: AbortSignal")
    if media in TEXT_TYPES:
        return f"{head}{', '.join(arguments)}) =>\n  sendText('{method}', {address}, undefined, signal);\n"
    given = "body" if body else "undefined"
    return (f"{head}{', '.join(arguments)}) =>\n"
            f"  sendJson<{answer}>('{method}', {address}, {given}, signal);\n")


def kinds_table(kinds, names):
    text = "\n// What can be done to the objects of a kind.\nexport const objects = {\n"
    for kind in kinds:
        members = ", ".join(f"{here}: {verb}{kind}" for verb, here in VERBS.items() if verb + kind in names)
        text += f"  {kind}: {{ {members} }},\n"
    return text + "};\n"


def write(model, root):
    document = json.loads((root / "deploy/api/openapi.json").read_text())
    types = Types({*model.enums, *model.structs, *model.kinds})
    text, names = "", set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            text += function(types, method.upper(), path, operation)
            names.add(operation["operationId"])
    types.title("ErrorAnswer", {**document["components"]["schemas"]["Error"], "title": ""})
    declared = "".join(types.declarations())
    imported = "".join(f"  {name},\n" for name in sorted(types.used))
    return {"web/src/api/generated/operations.ts":
            f"{HEAD}import type {{\n{imported}}} from './types';\n{declared}{text}{kinds_table(model.kinds, names)}"}
