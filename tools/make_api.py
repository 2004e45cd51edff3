#!/usr/bin/env python3
"""Makes everything that is made from descriptions. Of deploy/api/types.yaml: CRDs, C++ types, the reference, the types
of the pages. Of deploy/api/openapi.json: the client of the pages. Of docs/troubleshooting.zh-CN.md: what errors are
called on Chinese pages. A new output is a module in tools/api with write(model) -> {path: text}, and its name below.

usage: make_api.py [--check] [ROOT]      --check: writes nothing; fails when a file is not what would be written
"""
import argparse
import pathlib
import sys

from api import client, crd, cxx, model, reference, troubles, typescript

WRITERS = (crd, cxx, reference, typescript)
# Folders that hold nothing but what is made here.
OWNED = ("deploy/crds", "web/src/api/generated")


def outputs(root):
    described = model.Model((root / "deploy/api/types.yaml").read_text())
    files = {}
    for writer in WRITERS:
        files.update(writer.write(described))
    files.update(client.write(described, root))
    files.update(troubles.write(root))
    return files


def stray(root, files):
    for folder in OWNED:
        for path in sorted((root / folder).glob("*.*")):
            if str(path.relative_to(root)) not in files:
                yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", nargs="?", default=pathlib.Path(__file__).parent.parent, type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    root = options.root.resolve()
    try:
        files = outputs(root)
    except model.Mistake as mistake:
        sys.exit(f"deploy/api/types.yaml: {mistake}")
    problems = [f"{path.relative_to(root)}: nothing makes it any more" for path in stray(root, files)]
    for name, text in files.items():
        path = root / name
        if path.is_file() and path.read_text() == text:
            continue
        if options.check:
            problems.append(f"{name}: not what tools/make_api.py makes")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(name)
    if not options.check:
        for path in stray(root, files):
            path.unlink()
        return
    print("\n".join(problems) or f"{len(files)} files are up to date")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
