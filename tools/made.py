"""Files that are made from others and committed: written anew, or checked. Programs of this folder call run()."""

import argparse
import pathlib
import sys


def run(program, description, outputs, stray):
    """`outputs(root)`: the text of each file by its name; `stray(root, files)`: paths that nothing makes any more."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", nargs="?", default=pathlib.Path(__file__).parent.parent, type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    root = options.root.resolve()
    files = outputs(root)
    problems = [f"{path.relative_to(root)}: nothing makes it any more" for path in stray(root, files)]
    for name, text in files.items():
        path = root / name
        if path.is_file() and path.read_text() == text:
            continue
        if options.check:
            problems.append(f"{name}: not what tools/{program} makes")
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
