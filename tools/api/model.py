"""Reads deploy/api/types.yaml into plain objects and refuses what the writers could not make sense of."""
import dataclasses
import re

import yaml

# What a scalar type is: its OpenAPI schema, its C++ type, its TypeScript type.
DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
DNS_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"
DURATION = "^([0-9]{1,5}d)?([0-9]{1,6}h)?([0-9]{1,7}m)?([0-9]{1,9}s)?$"
SCALARS = {
    "string": {"type": "string"},
    "name": {"type": "string", "minLength": 1, "maxLength": 253, "pattern": DNS_NAME},
    "namespace": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": DNS_LABEL},
    "duration": {"type": "string", "minLength": 2, "maxLength": 32, "pattern": DURATION},
    "time": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "json": {"x-kubernetes-preserve-unknown-fields": True},
}
LIMITS = ("minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems", "maxProperties")
FIELD_KEYS = {"type", "required", "default", "values", "items", "key", "rules", "en", "zh", *LIMITS}
STRUCT_KEYS = {"extends", "immutable", "rules", "fields", "en", "zh"}
KIND_KEYS = {"plural", "short", "action", "columns", "en", "zh"}
# https://kubernetes.io/docs/reference/using-api/cel/: names that an expression has to write as __name__.
CEL_RESERVED = {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let",
                "loop", "namespace", "null", "package", "return", "true", "var", "void", "while"}


class Mistake(Exception):
    """The description is wrong; the text says where."""


@dataclasses.dataclass
class Field:
    name: str
    shape: str     # "one", "list", "map"
    type: str      # a scalar, an enumeration or a struct
    raw: dict
    owner: str     # the struct that declares it

    @property
    def required(self):
        return bool(self.raw.get("required"))

    @property
    def has_default(self):
        return "default" in self.raw

    @property
    def cel_name(self):
        return f"__{self.name}__" if self.name in CEL_RESERVED else self.name


@dataclasses.dataclass
class Struct:
    name: str
    raw: dict
    fields: list   # its own
    base: "Struct | None"

    def all_fields(self):
        return (self.base.all_fields() if self.base else []) + self.fields


@dataclasses.dataclass
class Kind:
    name: str
    raw: dict
    spec: Struct
    status: Struct | None


class Model:
    def __init__(self, text):
        raw = yaml.safe_load(text)
        self.group, self.version, self.category = raw["group"], raw["version"], raw["category"]
        self.enums = raw["enums"]
        self.structs = {}
        for name, each in raw["enums"].items():
            self.expect_texts(name, each)
            for value, texts in each["values"].items():
                self.expect_texts(f"{name}.{value}", texts)
        names = set(raw["structs"])
        for name, each in raw["structs"].items():
            self.structs[name] = self.read_struct(name, each, names)
        self.kinds = {name: self.read_kind(name, each) for name, each in raw["kinds"].items()}

    @staticmethod
    def expect_texts(where, raw):
        for language in ("en", "zh"):
            if not str(raw.get(language, "")).strip():
                raise Mistake(f"{where}: no text in '{language}'")

    @staticmethod
    def expect_keys(where, raw, known):
        if unknown := set(raw) - known:
            raise Mistake(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")

    def read_struct(self, name, raw, names):
        self.expect_keys(name, raw, STRUCT_KEYS)
        self.expect_texts(name, raw)
        base = None
        if raw.get("extends"):
            base = self.structs.get(raw["extends"])
            if base is None:
                raise Mistake(f"{name}: {raw['extends']} must stand before what extends it")
        fields = []
        for field, each in raw["fields"].items():
            where = f"{name}.{field}"
            self.expect_keys(where, each, FIELD_KEYS)
            self.expect_texts(where, each)
            shape, inner = "one", each["type"]
            if match := re.fullmatch(r"\[(\w+)\]", inner):
                shape, inner = "list", match.group(1)
            elif match := re.fullmatch(r"\{(\w+)\}", inner):
                shape, inner = "map", match.group(1)
            if inner not in SCALARS and inner not in self.enums and inner not in names:
                raise Mistake(f"{where}: there is no type {inner}")
            if inner in names and inner not in self.structs:
                raise Mistake(f"{where}: {inner} must stand before what holds it")
            fields.append(Field(field, shape, inner, each, name))
        struct = Struct(name, raw, fields, base)
        if name.endswith("Spec"):
            self.expect_bounds(struct)
        return struct

    def expect_bounds(self, struct, path=()):
        """CEL's costs are estimated before it runs: whatever a rule may compare needs an upper bound."""
        for field in struct.all_fields():
            where = ".".join((struct.name, *path, field.name))
            text = field.type == "string" and "values" not in field.raw
            if field.shape == "one" and text and "maxLength" not in field.raw:
                raise Mistake(f"{where}: no maxLength")
            if field.shape == "list" and "maxItems" not in field.raw:
                raise Mistake(f"{where}: no maxItems")
            if field.shape == "map" and "maxProperties" not in field.raw:
                raise Mistake(f"{where}: no maxProperties")
            if field.shape != "one" and text and "maxLength" not in field.raw.get("items", {}):
                raise Mistake(f"{where}: no items.maxLength")
            if field.type in self.structs:
                self.expect_bounds(self.structs[field.type], (*path, field.name))

    def read_kind(self, name, raw):
        self.expect_keys(name, raw, KIND_KEYS)
        self.expect_texts(name, raw)
        if f"{name}Spec" not in self.structs:
            raise Mistake(f"{name}: there is no {name}Spec")
        return Kind(name, raw, self.structs[f"{name}Spec"], self.structs.get(f"{name}Status"))


def snake(name):
    """insecureSkipTLSVerify -> insecure_skip_tls_verify, volumes-out -> volumes_out."""
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text)
    return text.replace("-", "_").lower()
