#!/usr/bin/env python3
"""Every error code that the program can give has an entry in docs/troubleshooting.md and in its Chinese twin, in the
same order, and every entry is a code that the program can give.

A code is a literal that is given to an Error, or stands for one that has none. An entry is a row of a table whose first
cell holds codes in `back quotes`.

usage: check_codes.py ROOT
"""
import pathlib
import re
import subprocess
import sys

PAGES = ("docs/troubleshooting.md", "docs/troubleshooting.zh-CN.md")
DOTTED = r"[a-z][a-z_-]*\.[A-Za-z_-]+"
CODE = r"[a-z][a-z_-]*(?:\.[A-Za-z_-]+)?"
# How codes come into being, beside .with_code("..."): each has one group, the code.
GIVEN = [
    rf"\brefusal\(\s*\"({CODE})\"",
    rf"\btrouble_of\([^;]*?\"({DOTTED})\"",
    rf"\bTrouble(?:\s+\w+)?\{{\"({CODE})\"",
    rf"\bk\w*Code\s*=\s*\"({CODE})\"",
    rf"Fault::\w+,\s*\"({DOTTED})\"",  # a table of what others' codes mean
    rf"\.code\(\)\.empty\(\)\s*\?\s*\"({CODE})\"",
    rf"\bcode\(\)\s*[!=]=\s*\"({CODE})\"",  # what nothing gives need not be compared with
]
# Arguments of with_code() without a literal: handed on, or found by GIVEN.
HANDED_ON = {
    "code",
    "std::move(code)",
    "meaning->name",
    'json_string(value, {"code"})',
    "std::string(kUnreachableCode)",
    "std::string(kUntrustedCode)",
    "std::string(kTooLargeCode)",
    "std::string code",
}
# The API server's reasons that have no HTTP status of their own, and the entry for all others.
REASONS = {"kube.AlreadyExists", "kube.Expired", "kube.ServerTimeout", "kube.*"}
IN_PAGES = rf"\bcode:\s*'({CODE})'"
IN_PAGES_BY_STATUS = r"\bcode:\s*`(\w+)\.\$\{"
ENTRY = re.compile(r"\| (`[^|]*`) \|")


def tracked(root, folder, *suffixes):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", folder], cwd=root,
                            capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    paths = [root / name for name in names] or sorted((root / folder).rglob("*"))
    return [path for path in paths if path.suffix in suffixes and path.is_file() and not is_test(path)]


def is_test(path):
    return path.stem.endswith(("_test", ".test")) or "testing" in path.parts or "node_modules" in path.parts


def argument_at(text, start):
    """What stands between the bracket before `start` and the one that closes it."""
    depth, quoted = 1, False
    for at in range(start, len(text)):
        if text[at] == '"' and text[at - 1] != "\\":
            quoted = not quoted
        elif not quoted and text[at] in "()":
            depth += 1 if text[at] == "(" else -1
            if depth == 0:
                return text[start:at]
    return text[start:]


def codes_of_program(root):
    """code -> where it is given; and complaints about arguments that are understood no more."""
    codes, complaints = {code: "the API server's reasons" for code in REASONS}, []
    for path in tracked(root, "src", ".cc", ".h"):
        name, text = path.relative_to(root), re.sub(r"//.*", "", path.read_text())
        for call in re.finditer(r"with_code\(", text):
            argument = argument_at(text, call.end())
            literals = re.findall(rf"\"({CODE})\"", argument)
            if '"kube." +' in argument or argument in HANDED_ON:
                continue
            if not literals:
                line = text[:call.start()].count("\n") + 1
                complaints.append(f"{name}:{line}: with_code({argument}): which codes? (tools/check_codes.py)")
            codes.update((literal, name) for literal in literals)
        for pattern in GIVEN:
            codes.update((found[1], name) for found in re.finditer(pattern, text))
        if path.name == "status.cc" and path.parent.name == "kube":
            codes.update((f"kube.{reason}", name) for reason in re.findall(r"\{\d{3}, \"(\w+)\"\}", text))
    for path in tracked(root, "web/src", ".ts", ".tsx"):
        name, text = path.relative_to(root), path.read_text()
        codes.update((found[1], name) for found in re.finditer(IN_PAGES, text))
        codes.update((f"{found[1]}.*", name) for found in re.finditer(IN_PAGES_BY_STATUS, text))
    return codes, complaints


def entries_of(path):
    """The codes of a page, in their order."""
    rows = [ENTRY.match(line) for line in path.read_text().splitlines()]
    return [code for row in rows if row for code in re.findall(r"`([^`]+)`", row[1])]


def findings(root):
    codes, complaints = codes_of_program(root)
    yield from complaints
    entries = {page: entries_of(root / page) for page in PAGES}
    for page, there in entries.items():
        for code in sorted(codes.keys() - set(there)):
            yield f"{page}: no entry for {code} ({codes[code]})"
        for code in there:
            if code not in codes:
                yield f"{page}: nothing gives {code}"
            if there.count(code) > 1:
                yield f"{page}: {code} is there {there.count(code)} times"
    english, chinese = (entries[page] for page in PAGES)
    if set(english) == set(chinese) and english != chinese:
        first = next(one for one, other in zip(english, chinese) if one != other)
        yield f"{PAGES[1]}: the order differs from {PAGES[0]}, first at {first}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = list(dict.fromkeys(findings(root)))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
