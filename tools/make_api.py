#!/usr/bin/env python3
"""Makes everything that is made from descriptions. Of deploy/api/types.yaml: CRDs, C++ types, the reference, the types
of the pages. Of deploy/api/openapi.json: the client of the pages. Of docs/troubleshooting.zh-CN.md: what errors are
called on Chinese pages. A new output is a module in tools/api with write(model) -> {path: text}, and its name below.

usage: make_api.py [--check] [ROOT]      --check: writes nothing; fails when a file is not what would be written
"""
import sys

import made
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
    try:
        made.run("make_api.py", __doc__, outputs, stray)
    except model.Mistake as mistake:
        sys.exit(f"deploy/api/types.yaml: {mistake}")


if __name__ == "__main__":
    main()
