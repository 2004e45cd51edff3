#!/usr/bin/env python3
"""Reads every #include and every CMake DEPENDS under src/ and fails on an edge that does not go down.

usage: check_layers.py ROOT
"""
import pathlib
import re
import sys

# folder -> the folders it may include. A new edge is a decision: it is made here, and said in docs/ARCHITECTURE.md.
ALLOWED = {
    "base": set(),
    "crypto": {"base"},
    "observe": {"base"},
    "net": {"base", "observe"},
    "kube": {"base", "observe", "crypto", "net"},
    "store": {"base", "observe", "crypto", "net"},
    "repo": {"base", "observe", "crypto", "store"},
    "mover": {"base", "observe", "crypto", "store", "repo"},
    "app": {"base", "kube"},
    "capture": {"base", "crypto", "kube", "repo", "app"},
    "volume": {"base", "observe", "crypto", "kube", "store", "repo", "app", "mover"},
    "hook": {"base", "kube"},
    "transform": {"base", "kube", "app"},
    "restore": {"base", "observe", "kube", "repo", "app", "capture", "volume", "transform"},
    "migrate": {"base", "observe", "crypto", "kube", "store", "repo", "app", "capture", "volume", "hook", "transform",
                "restore"},
    "controller": {"base", "observe", "crypto", "net", "kube", "store", "repo", "app", "capture", "volume", "hook",
                   "transform", "restore", "migrate"},
    "cli": {"base", "observe", "crypto", "net", "kube", "store", "repo", "mover", "app", "capture", "volume", "hook",
            "transform", "restore", "migrate", "controller"},
    "main": {"cli"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z_]+)/')
# Library headers that only one folder may know.
ONLY_IN = {"curl/": {"net"}, "boost/beast": {"net"}, "openssl/": {"crypto", "net"}, "CLI/": {"cli"},
           "yaml-cpp/": {"base"}, "simdjson": {"repo"}, "zstd": {"repo"}, "pugixml": {"store"}}
EXTERNAL = re.compile(r"^\s*#\s*include\s+<([^>]+)>")


def findings(root):
    source = root / "src"
    for folder in sorted(p for p in source.iterdir() if p.is_dir()):
        if folder.name not in ALLOWED:
            yield f"src/{folder.name}: not in the table of tools/check_layers.py"
            continue
        allowed = ALLOWED[folder.name] | {folder.name}
        for path in sorted(folder.rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            is_test = path.name.endswith("_test.cc")
            for number, line in enumerate(path.read_text().splitlines(), 1):
                where = f"{path.relative_to(root)}:{number}"
                if match := INCLUDE.match(line):
                    target = match.group(1)
                    if target in ALLOWED and target not in allowed:
                        yield f"{where}: src/{folder.name} must not include src/{target}"
                if (match := EXTERNAL.match(line)) and not is_test:
                    for prefix, owners in ONLY_IN.items():
                        if match.group(1).startswith(prefix) and folder.name not in owners:
                            yield f"{where}: only {', '.join(sorted(owners))} may include <{prefix}...>"
        cmake = folder / "CMakeLists.txt"
        if match := re.search(r"\bDEPENDS\s+([a-z \n]+)", cmake.read_text()):
            for target in match.group(1).split():
                if target not in ALLOWED[folder.name]:
                    yield f"{cmake.relative_to(root)}: src/{folder.name} must not depend on src/{target}"


def cycle():
    order, state = [], {}

    def visit(name, path):
        if state.get(name) == "done":
            return None
        if state.get(name) == "open":
            return path + [name]
        state[name] = "open"
        for target in sorted(ALLOWED[name]):
            if found := visit(target, path + [name]):
                return found
        state[name] = "done"
        order.append(name)
        return None

    for name in ALLOWED:
        if found := visit(name, []):
            return found
    return None


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = list(findings(root))
    if found := cycle():
        problems.append("the table has a cycle: " + " -> ".join(found))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
