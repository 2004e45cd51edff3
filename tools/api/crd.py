"""CustomResourceDefinitions: structural OpenAPI v3 schemas with defaults and CEL rules, one file per kind."""
import yaml

from . import model as m


def rule(expression, message):
    return {"rule": expression, "message": message}


def immutable_rules(kind, struct):
    """Every field but `cancel` keeps its value, or its absence."""
    for field in struct.all_fields():
        if field.name == "cancel":
            continue
        new, old = f"self.{field.cel_name}", f"oldSelf.{field.cel_name}"
        always = field.required or field.has_default
        same = f"{new} == {old}" if always else \
            f"has({new}) == has({old}) && (!has({new}) || {new} == {old})"
        yield rule(same, f"{field.name} cannot be changed: make a new {kind}")


class Writer:
    def __init__(self, model):
        self.model = model

    def type_schema(self, name):
        if name in m.SCALARS:
            return dict(m.SCALARS[name])
        if name in self.model.enums:
            return {"type": "string", "enum": list(self.model.enums[name]["values"])}
        return self.struct_schema(self.model.structs[name])

    def field_schema(self, field):
        raw = field.raw
        schema = self.type_schema(field.type)
        if field.shape != "one":
            for limit, value in raw.get("items", {}).items():
                schema[limit] = value
        if field.shape == "list":
            schema = {"type": "array", "items": schema}
            if "key" in raw:
                schema["x-kubernetes-list-type"] = "map"
                schema["x-kubernetes-list-map-keys"] = raw["key"]
            else:
                schema["x-kubernetes-list-type"] = "atomic"
        elif field.shape == "map":
            schema = {"type": "object", "additionalProperties": schema}
        schema = {"description": raw["en"], **schema}
        for limit in m.LIMITS:
            if limit in raw:
                schema[limit] = raw[limit]
        if "values" in raw:
            schema["enum"] = raw["values"]
        if field.has_default:
            schema["default"] = raw["default"]
        if rules := [rule(each["rule"], each["message"]) for each in raw.get("rules", [])]:
            schema["x-kubernetes-validations"] = schema.get("x-kubernetes-validations", []) + rules
        return schema

    def struct_schema(self, struct, kind=None):
        fields = struct.all_fields()
        schema = {"description": struct.raw["en"], "type": "object"}
        if fields:
            schema["properties"] = {field.name: self.field_schema(field) for field in fields}
        if required := [field.name for field in fields if field.required]:
            schema["required"] = required
        rules = [rule(each["rule"], each["message"]) for each in struct.raw.get("rules", [])]
        if kind and struct.raw.get("immutable"):
            rules += immutable_rules(kind, struct)
        if rules:
            schema["x-kubernetes-validations"] = rules
        if struct.name.endswith("Selector") or struct.name.endswith("Reference"):
            schema["x-kubernetes-map-type"] = "atomic"
        return schema

    def column(self, name, raw):
        raw = raw if isinstance(raw, dict) else {"path": raw}
        column = {"name": name, "type": raw.get("type", "string"), "jsonPath": raw["path"]}
        if raw.get("wide"):
            column["priority"] = 1
        return column

    def definition(self, kind):
        properties = {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": self.struct_schema(kind.spec, kind.name),
        }
        if kind.status:
            properties["status"] = self.struct_schema(kind.status)
        plural = kind.raw["plural"]
        return {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{self.model.group}",
                         "labels": {"app.kubernetes.io/name": "tranship"}},
            "spec": {
                "group": self.model.group,
                "scope": "Namespaced",
                "names": {"kind": kind.name, "listKind": f"{kind.name}List", "plural": plural,
                          "singular": kind.name.lower(), "shortNames": kind.raw["short"],
                          "categories": [self.model.category]},
                "versions": [{
                    "name": self.model.version,
                    "served": True,
                    "storage": True,
                    "additionalPrinterColumns": [self.column(*each) for each in kind.raw["columns"].items()],
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": {"description": kind.raw["en"], "type": "object",
                                                   "properties": properties, "required": ["spec"]}},
                }],
            },
        }


class Plain(yaml.SafeDumper):
    """Without anchors: readers other than YAML libraries see what is there."""

    def ignore_aliases(self, data):
        return True


def write(model):
    writer = Writer(model)
    head = "# Made by tools/make_api.py from deploy/api/types.yaml.\n"
    return {f"deploy/crds/{kind.raw['plural']}.yaml":
            head + yaml.dump(writer.definition(kind), Dumper=Plain, sort_keys=False, width=110, allow_unicode=True)
            for kind in model.kinds.values()}
