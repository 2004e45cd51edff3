"""The reference: every kind, struct and enumeration as tables, once in English and once in 中文."""
WORDS = {
    "en": {
        "title": "The API",
        "intro": "Kinds of `{group}/{version}`. All are namespaced and have the status subresource. "
        "Made by `tools/make_api.py` from [types.yaml](../../deploy/api/types.yaml); 中文: [{other}]({other}). "
        "What a kind looks like filled in: [examples](../../deploy/examples).",
        "kinds": "Kinds", "types": "Types", "enums": "Enumerations", "field": "field", "type": "type",
        "default": "default", "meaning": "meaning", "required": "required", "value": "value", "short": "Short name",
        "example": "example", "rules": "Checked by the server", "empty": "It has no fields yet.",
        "immutable": "Nothing but `cancel` can be changed afterwards.", "list": "list of ", "map": "map of ",
        "also": "And all of", "other": "reference.zh-CN.md"},
    "zh": {
        "title": "API 参考", "intro": "`{group}/{version}` 的类型。所有类型都属于命名空间，并带有状态子资源（`/status`）。"
        "由 `tools/make_api.py` 根据 [types.yaml](../../deploy/api/types.yaml) 生成；English：[{other}]({other})。"
        "完整示例见 [examples](../../deploy/examples)。",
        "kinds": "类型", "types": "结构", "enums": "枚举", "field": "字段", "type": "类型", "default": "默认值",
        "meaning": "含义", "required": "必填", "value": "值", "short": "简称", "example": "示例",
        "rules": "服务器检查", "empty": "目前没有字段。", "immutable": "创建后除 `cancel` 外不可修改。",
        "list": "列表：", "map": "映射：", "also": "以及所有", "other": "reference.md"},
}


def anchor(name):
    return name.lower()


def cell(text):
    return str(text).replace("|", "\\|")


class Writer:
    def __init__(self, model, language):
        self.model, self.language, self.words = model, language, WORDS[language]

    def text(self, raw):
        return raw[self.language]

    def type_name(self, field):
        known = field.type in self.model.structs or field.type in self.model.enums
        name = f"[{field.type}](#{anchor(field.type)})" if known else field.type
        return {"list": self.words["list"], "map": self.words["map"]}.get(field.shape, "") + name

    def default(self, field):
        if field.required:
            return self.words["required"]
        if not field.has_default:
            return ""
        value = field.raw["default"]
        return f"`{str(value).lower() if isinstance(value, bool) else value}`"

    def fields(self, struct):
        lines = []
        if struct.base:
            lines += [f"{self.words['also']} [{struct.base.name}](#{anchor(struct.base.name)}).", ""]
        if struct.raw.get("immutable"):
            lines += [self.words["immutable"], ""]
        if not struct.fields:
            return lines + ([] if struct.base else [self.words["empty"], ""])
        words = self.words
        lines += [f"| {words['field']} | {words['type']} | {words['default']} | {words['meaning']} |",
                  "|---|---|---|---|"]
        for field in struct.fields:
            values = ""
            if "values" in field.raw:
                values = " (" + ", ".join(f"`{value}`" for value in field.raw["values"]) + ")"
            lines.append(f"| `{field.name}` | {self.type_name(field)} | {cell(self.default(field))} | "
                         f"{cell(self.text(field.raw))}{values} |")
        lines.append("")
        if rules := struct.raw.get("rules"):
            lines += [f"{words['rules']}:", ""] + [f"- {each['message']}" for each in rules] + [""]
        return lines

    def page(self):
        model, words = self.model, self.words
        lines = [f"# {words['title']}", "", words["intro"].format(group=model.group, version=model.version,
                                                                  other=words["other"]), ""]
        lines += [f"## {words['kinds']}", ""]
        for name, kind in model.kinds.items():
            example = f"[{words['example']}](../../deploy/examples/{name.lower()}.yaml)"
            lines += [f"### {name}", "", self.text(kind.raw), "",
                      f"{words['short']}: {', '.join(f'`{each}`' for each in kind.raw['short'])}; {example}; "
                      f"`spec`: [{kind.spec.name}](#{anchor(kind.spec.name)})" +
                      (f"; `status`: [{kind.status.name}](#{anchor(kind.status.name)})" if kind.status else ""), ""]
        lines += [f"## {words['types']}", ""]
        for name, struct in model.structs.items():
            lines += [f"### {name}", "", self.text(struct.raw), ""] + self.fields(struct)
        lines += [f"## {words['enums']}", ""]
        for name, each in model.enums.items():
            lines += [f"### {name}", "", self.text(each), "", f"| {words['value']} | {words['meaning']} |", "|---|---|"]
            lines += [f"| `{value}` | {self.text(texts)} |" for value, texts in each["values"].items()] + [""]
        return "\n".join(lines).rstrip() + "\n"


def write(model):
    return {"docs/api/reference.md": Writer(model, "en").page(),
            "docs/api/reference.zh-CN.md": Writer(model, "zh").page()}
