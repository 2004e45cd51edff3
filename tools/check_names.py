#!/usr/bin/env python3
"""Every file that a text names exists: names in `back quotes` in the *.md files, and names with a folder in the
comments of the code under src/. A name is looked for from the text's own folder, from src/ and from the root.

usage: check_names.py ROOT
"""
import pathlib
import re
import subprocess
import sys

NAME = r"[\w.*-]+(?:/[\w.*-]+)*\.(?:h|cc|py|sh|md|proto)"
QUOTED = re.compile(rf"`({NAME})`")
COMMENT = re.compile(r"//.*")
WITH_FOLDER = re.compile(r"(?<![\w./<*-])([\w.*-]+/[\w./*-]*\.(?:h|cc|py|sh|md))\b")


def tracked(root, *patterns):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [root / name for name in sorted(set(listed.stdout.splitlines())) if (root / name).is_file()]
    return sorted(path for pattern in patterns for path in root.rglob(pattern) if "build" not in path.parts)


def exists(root, path, name):
    return any(next(start.glob(name), None) for start in (path.parent, root / "src", root))


def findings(root):
    for path in tracked(root, "*.md"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for name in QUOTED.findall(line):
                if not exists(root, path, name):
                    yield f"{path.relative_to(root)}:{number}: there is no {name}"
    for path in tracked(root / "src", "*.h", "*.cc"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if comment := COMMENT.search(line):
                for name in WITH_FOLDER.findall(comment.group(0)):
                    if not exists(root, path, name):
                        yield f"{path.relative_to(root)}:{number}: there is no {name}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = list(findings(root))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
