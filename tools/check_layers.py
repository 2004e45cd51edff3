#!/usr/bin/env python3
"""Reads every #include and every CMake DEPENDS under src/ and fails on an edge that does not go down, and on an edge of
its tables that nobody uses.

usage: check_layers.py ROOT
"""
import pathlib
import re
import sys

# folder -> the folders it may include. A new edge is a decision: it is made here, and said in docs/ARCHITECTURE.md.
ALLOWED = {
    "base": set(),
    "web": set(),
    "crypto": {"base"},
    "observe": {"base"},
    "net": {"base"},
    "kube": {"base", "net"},
    "store": {"base", "crypto", "net"},
    "repo": {"base", "crypto", "store"},
    "mover": {"base", "crypto", "store", "repo"},
    "app": {"base", "kube"},
    "capture": {"base", "crypto", "kube", "repo", "app"},
    "volume": {"base", "kube", "store", "repo", "app", "mover"},
    "hook": {"base", "kube"},
    "transform": {"base", "kube", "app"},
    "restore": {"base", "kube", "app", "transform"},
    "migrate": {"base", "crypto", "kube", "store", "repo", "capture", "volume", "hook", "transform", "restore"},
    "policy": {"base"},
    "controller": {"base", "observe", "crypto", "net", "kube", "store", "repo", "app", "capture", "volume", "restore",
                   "migrate", "policy"},
    "api": {"base", "web", "observe", "crypto", "net", "kube", "repo", "app", "capture", "volume", "migrate",
            "controller"},
    "cli": {"base", "observe", "crypto", "net", "kube", "store", "repo", "mover", "capture", "volume", "migrate",
            "policy", "controller", "api"},
    "main": {"cli"},
}
# The same inside a folder that has folders; "." is what lies in it directly.
INNER = {
    "repo": {
        "format": set(),
        "chunker": set(),
        "local": set(),
        ".": {"format", "chunker"},
        "read": {".", "format"},
        "write": {".", "format", "chunker"},
        "backup": {".", "format", "chunker", "local", "read", "write"},
        "restore": {".", "format", "local", "read"},
        "check": {".", "format", "read"},
        "prune": {".", "format", "read", "write"},
        "testing": {".", "read", "write", "backup", "restore", "check", "prune"},
    },
    "controller": {
        "api": set(),
        "install": set(),
        "runtime": {"api"},
        "location": {"api", "runtime"},
        "policy": {"api", "runtime"},
        "setup": {"api", "policy"},
        "actions": {"api", "runtime", "location", "policy"},
        ".": {"runtime", "location", "policy", "actions"},
        "testing": {"install"},
    },
    "api": {
        "access": set(),
        "routing": {"access"},
        "operations": {"access", "routing"},
        ".": {"access", "routing", "operations"},
    },
    "cli": {
        "messages": set(),
        ".": {"messages"},
        "options": {"."},
        "display": {"."},
        "commands": {".", "options", "display"},
    },
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z_]+)/(?:([a-z_]+)/)?')
# Library headers that only one folder may know.
ONLY_IN = {"curl/": {"net"}, "boost/": {"net"}, "openssl/": {"crypto", "net"}, "CLI/": {"cli"},
           "yaml-cpp/": {"base"}, "simdjson": {"repo"}, "zstd": {"repo"}, "pugixml": {"store"}, "nfsc/": {"store"}}
EXTERNAL = re.compile(r"^\s*#\s*include\s+<([^>]+)>")


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".h", ".cc"))


def includes(path):
    """(line number, folder, folder in it or ".") of every include of a file under src/."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match.group(1), match.group(2) or "."


def outer_findings(root, folder):
    """Edges from one folder of src/ to others."""
    allowed, used = ALLOWED[folder.name], set()
    for path in sources(folder):
        for number, target, _ in includes(path):
            used.add(target)
            if target in ALLOWED and target not in allowed | {folder.name}:
                yield f"{path.relative_to(root)}:{number}: src/{folder.name} must not include src/{target}"
    cmake = (folder / "CMakeLists.txt").read_text()
    depends = re.search(r"\bDEPENDS\s+([a-z \n]+)", cmake)
    depends = set(depends.group(1).split()) if depends else set()
    empty = {name for name in ALLOWED if not sources(root / "src" / name)}
    if folder.name in empty:
        return
    if "tranship_library" in cmake and depends != allowed - empty:
        wanted = " ".join(name for name in ALLOWED if name in allowed - empty)
        yield f"src/{folder.name}/CMakeLists.txt: DEPENDS is not {wanted}"
    for target in sorted(allowed - used - empty):
        yield f"tools/check_layers.py: nothing in src/{folder.name} includes src/{target}: take the edge away"


def inner_findings(root, folder):
    """Edges between the folders of one folder of src/. Tests may include what they like of it."""
    table, used = INNER[folder.name], set()
    for path in sources(folder):
        parts = path.relative_to(folder).parts
        here = parts[0] if len(parts) > 1 else "."
        if here not in table:
            yield f"src/{folder.name}/{here}: not in the table of tools/check_layers.py"
            continue
        if path.name.endswith("_test.cc"):
            continue
        for number, target, inside in includes(path):
            if target != folder.name or inside == here:
                continue
            used.add((here, inside))
            if inside not in table[here]:
                yield f"{path.relative_to(root)}:{number}: {here} of src/{folder.name} must not include {inside}"
    for here, targets in table.items():
        for inside in sorted(targets):
            if (here, inside) not in used:
                yield f"tools/check_layers.py: nothing in {here} of src/{folder.name} includes {inside}"


def library_findings(root, folder):
    """Libraries that only some folders may know."""
    for path in sources(folder):
        if path.name.endswith("_test.cc"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if match := EXTERNAL.match(line):
                for prefix, owners in ONLY_IN.items():
                    if match.group(1).startswith(prefix) and folder.name not in owners:
                        yield (f"{path.relative_to(root)}:{number}: only {', '.join(sorted(owners))} may include "
                               f"<{prefix}...>")


def findings(root):
    for folder in sorted(path for path in (root / "src").iterdir() if path.is_dir()):
        if folder.name not in ALLOWED:
            yield f"src/{folder.name}: not in the table of tools/check_layers.py"
            continue
        yield from outer_findings(root, folder)
        yield from library_findings(root, folder)
        if folder.name in INNER:
            yield from inner_findings(root, folder)


def cycle(table):
    state = {}

    def visit(name, path):
        if state.get(name) == "done":
            return None
        if state.get(name) == "open":
            return path + [name]
        state[name] = "open"
        for target in sorted(table[name]):
            if found := visit(target, path + [name]):
                return found
        state[name] = "done"
        return None

    for name in table:
        if found := visit(name, []):
            return found
    return None


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = list(findings(root))
    for table in [ALLOWED, *INNER.values()]:
        if found := cycle(table):
            problems.append("the table has a cycle: " + " -> ".join(found))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
