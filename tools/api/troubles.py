"""What errors are called on Chinese pages: the rows of docs/troubleshooting.zh-CN.md by their codes."""
import json
import re

PAGE = "docs/troubleshooting.zh-CN.md"
ROW = re.compile(r"\| (`[^|]*`) \| (.*?) \| (.*?) \|$")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def write(root):
    troubles = {}
    for line in (root / PAGE).read_text().splitlines():
        if row := ROW.match(line):
            what, fix = (LINK.sub(r"\1", text).strip() for text in row.group(2, 3))
            for code in re.findall(r"`([^`]+)`", row[1]):
                troubles[code] = {"what": what, "fix": fix}
    text = json.dumps(troubles, ensure_ascii=False, indent=2) + "\n"
    return {"web/src/locales/troubles.zh-CN.json": text}
