#!/usr/bin/env python3
"""Every sentence that a plan, its notes, an action's warnings or a pasted token can bring has its Chinese counterpart
for the pages, in web/src/locales/server.zh-CN.json; and every text there is still one of the program's.

The program writes these sentences once, in English, into the status of objects. A sentence is a literal with two words;
values stand for {}. A literal that is a part of a sentence (put together with +) is looked for inside of one.

usage: check_texts.py ROOT
"""
import json
import pathlib
import re
import sys

TABLE = "web/src/locales/server.zh-CN.json"
# Where what plans, notes and warnings say is written.
SOURCES = ("src/restore/*.cc", "src/transform/*.cc", "src/migrate/restore_plan.cc", "src/migrate/in_place.cc",
           "src/migrate/local_restore*.cc",
           "src/migrate/transforms.cc", "src/migrate/token.cc", "src/controller/actions/plan_status.cc",
           "src/controller/actions/transforms.cc", "src/controller/actions/tenant_scope.cc",
           "src/controller/actions/restore_action.cc", "src/capture/closure.cc", "src/capture/list.cc")
# Where other texts of the table may come from: errors and what movers tell.
OTHERS = ("src/**/*.cc",)
# Words of the API server that are compared, and pieces that are no sentences.
NOT_TOLD = {
    "violates PodSecurity", "exceeded quota", "failed quota", "usage per Container", "usage per Pod", "usage per",
    "failed calling webhook", "no PriorityClass", "admission webhook", "not found", "no PriorityClass with name",
    "status unknown for quota", "not yet ready to handle request", "failed to create typed patch object",
    "provided port is already allocated", "cannot create resource",
    "none here", "provided port is not in the valid range",
    "Invalid value: {}: provided port", "is not ready", " is not in the list", "{}{} {}",
}
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"(?:\s*"((?:[^"\\\n]|\\.)*)")*')
SENTENCE = re.compile(r"[A-Za-z{}'] [A-Za-z{}'(]")
HAS_LETTER = re.compile(r"[A-Za-z]")
PIECE_MIN = 3  # of shorter ones anything could be made
# What stands between a sentence and what is put before or behind it.
JOINTS = {" ", ": ", "; ", "; pod ", ", ", ".", " (", ")", "]", "'"}


def literals_of(path):
    """(line, text) of every literal, with what stands in a row joined and {0} written as {}."""
    text = re.sub(r"(?m)(^|[;{}\s])//.*", r"\1", path.read_text())
    text = re.sub(r"(?m)^#include.*", "", text)
    for found in LITERAL.finditer(text):
        joined = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', found[0]))
        joined = joined.replace('\\"', '"').replace("\\n", "\n")
        yield text.count("\n", 0, found.start()) + 1, re.sub(r"\{\d\}", "{}", joined)


def files(root, patterns):
    return sorted({path for pattern in patterns for path in root.glob(pattern) if not path.stem.endswith("_test")})


def is_within(text, english):
    """Whether the pieces of a literal between its values stand in this order in a text of the table."""
    at = 0
    for piece in filter(HAS_LETTER.search, (piece.strip() for piece in text.split("{}"))):
        at = english.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def is_made_of(text, pieces):
    """Whether the text is nothing but pieces of the program in a row."""
    reached = {0}
    for end in range(1, len(text) + 1):
        if any(text[start:end] in pieces for start in reached):
            reached.add(end)
    return len(text) in reached


def findings(root):
    table = json.loads((root / TABLE).read_text())
    for path in files(root, SOURCES):
        for line, text in literals_of(path):
            if not SENTENCE.search(text) or text in NOT_TOLD or any(is_within(text, english) for english in table):
                continue
            yield f"{path.relative_to(root)}:{line}: no Chinese text in {TABLE}: {text}"
    pieces = set(JOINTS)
    for path in files(root, OTHERS):
        for _, text in literals_of(path):
            for piece in text.split("{}"):
                if len(piece) >= PIECE_MIN:
                    pieces.update((piece, piece.lstrip(), piece.rstrip(), piece.strip()))
    for english, chinese in table.items():
        if not all(is_made_of(piece, pieces) for piece in filter(HAS_LETTER.search, english.split("{}"))):
            yield f"{TABLE}: nothing says: {english}"
        if set(re.findall(r"\{(\d+)\}", chinese)) != {str(number + 1) for number in range(english.count("{}"))}:
            yield f"{TABLE}: the values of both languages differ: {english}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = list(findings(root))
    print("\n".join(problems) or "every text of plans has its Chinese one")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
