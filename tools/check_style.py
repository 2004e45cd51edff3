#!/usr/bin/env python3
"""Style as a test: line, function and file lengths, README in every folder, documented headers, banned words,
programs that can be started.

usage: check_style.py ROOT
"""
import pathlib
import re
import subprocess
import sys

LINE_MAX = 120
FUNCTION_MAX = 80
FILE_MAX = 800
MEDIAN_MAX = 150
BANNED = {
    r"\bTODO\b|\bFIXME\b|\bXXX\b": "finish it, or say in docs what is not there",
    r"\busing namespace (?!std::(literals|chrono_literals|string_literals|string_view_literals))(?!.*testing)":
        "name what is used",
    r"\bsprintf\(|\bstrcpy\(|\bstrcat\(|\bgets\(": "use fmt or std::string",
    r"\bco_await\b|\bco_yield\b|\bco_return\b": "g++ 12 miscompiles coroutines",
}
CODE = {".h", ".cc", ".py", ".sh", ".go", ".ts", ".tsx", ".mjs", ".css"}
PAGE_MAX = 400  # lines of a file of the pages
MADE = "generated"  # folders of files that nobody writes
PAGES = {".ts", ".tsx", ".mjs", ".css"}


def tracked(root):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                            capture_output=True, check=False)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return [root / name for name in names if (root / name).is_file()]
    return [path for path in root.rglob("*") if path.is_file() and "build" not in path.parts]


def functions(lines):
    """(first line, length) of each function body: a line that ends in '{' at a brace depth made of namespaces only."""
    depth, start, outer = 0, None, []
    for number, line in enumerate(lines, 1):
        text = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])+\'|//.*', "", line)
        for position, character in enumerate(text):
            if character == "{":
                before = text[:position]
                transparent = re.search(r"\b(namespace|extern)\b", before) or (
                    re.search(r"\b(class|struct|union|enum)\b", before) and "(" not in before) or (
                    before.rstrip().endswith("="))  # a table
                outer.append(not transparent)
                if not transparent and start is None:
                    start = number
                    depth = len(outer)
            elif character == "}" and outer:
                outer.pop()
                if start is not None and len(outer) < depth:
                    yield start, number - start + 1
                    start = None


def members_before(text, at):
    """Whether `at` is inside a braced list, after another member of it."""
    depth, comma = 0, False
    for position in range(at - 1, -1, -1):
        character = text[position]
        if character in ")]}":
            depth += 1
        elif depth > 0:
            depth -= character in "([{"
        elif character == ";":
            return False
        elif character == ",":
            comma = True
        elif character == "{":
            before = text[max(0, position - 40):position]
            # The formatter puts a blank before a block, and before a list only where no type is named.
            is_block = before[-1:].isspace() and not re.search(r"([=,({]|\breturn)\s*$", before)
            if comma or is_block:
                return comma and not is_block
        elif character in "([":
            comma = False
    return False


def late_tries(lines):
    """Lines with a TRY whose return leaks what the list around it has made already."""
    text = "\n".join(re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])+\'|//.*', "", line) for line in lines)
    for found in re.finditer(r"\bTRY(_IN)?\(", text):
        if members_before(text, found.start()):
            yield text.count("\n", 0, found.start()) + 1


def check_file(path, name, lines):
    limit = PAGE_MAX if path.suffix in PAGES else FILE_MAX
    if len(lines) > limit:
        yield f"{name}: {len(lines)} lines (at most {limit})"
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_MAX:
            yield f"{name}:{number}: {len(line)} columns (at most {LINE_MAX})"
        if line.rstrip() != line:
            yield f"{name}:{number}: spaces at the end of the line"
        if path.suffix in (".h", ".cc"):
            for pattern, advice in BANNED.items():
                if re.search(pattern, line):
                    yield f"{name}:{number}: '{re.search(pattern, line).group(0)}': {advice}"
    if path.suffix == ".h":
        if not lines or lines[0] != "#pragma once":
            yield f"{name}:1: a header begins with #pragma once"
        elif len(lines) < 2 or not lines[1].startswith("//"):
            yield f"{name}:2: a header says first what it is"
    if path.suffix in (".h", ".cc"):
        for first, length in functions(lines):
            if length > FUNCTION_MAX:
                yield f"{name}:{first}: a function of {length} lines (at most {FUNCTION_MAX})"
        for number in late_tries(lines):
            yield f"{name}:{number}: TRY after another member of a braced list: g++ 12 leaks that member"


def check_program(path, name):
    """What starts with #! is meant to be started."""
    with open(path, "rb") as file:
        if file.read(2) == b"#!" and not path.stat().st_mode & 0o100:
            yield f"{name}: begins with #! and cannot be executed (chmod +x)"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems, lengths = [], []
    for path in tracked(root):
        name = str(path.relative_to(root))
        problems += check_program(path, name)
        if (path.suffix in CODE and MADE not in path.parts) or name == "run":
            lines = path.read_text().splitlines()
            problems += check_file(path, name, lines)
            if path.suffix in (".h", ".cc"):
                lengths.append(len(lines))
    lengths.sort()
    if lengths and lengths[len(lengths) // 2] > MEDIAN_MAX:
        problems.append(f"the median file has {lengths[len(lengths) // 2]} lines (at most {MEDIAN_MAX})")
    for folder in sorted((root / "src").iterdir()):
        if folder.is_dir() and not (folder / "README.md").is_file():
            problems.append(f"src/{folder.name}: no README.md")
    for problem in problems:
        print(problem)
    print(f"{len(lengths)} C++ files, median {lengths[len(lengths) // 2] if lengths else 0} lines")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
