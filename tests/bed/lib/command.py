"""The command line of the bed: what each word does, in terms of the other files here."""
import argparse
import json
import os
import shlex
import sys

from lib import build
from lib.bed import Bed, all_names
from lib.locks import bed_lock
from lib.paths import DEFAULT_VERSION, BedError


def do_build(arguments) -> None:
    print(build.build(arguments.kubernetes or DEFAULT_VERSION))


def do_api_up(arguments) -> None:
    with bed_lock(arguments.bed):
        bed = Bed(arguments.bed)
        build.require(arguments.kubernetes or (bed.settings or {}).get("version") or DEFAULT_VERSION)
        bed.create(arguments.kubernetes)
        api = bed.api_only()
        api.up(arguments.controllers)
        if arguments.snapshots:
            api.plane().api.apply((bed.build / "manifests" / "snapshot-crds.yaml").read_text())
        print(api.kubeconfig)


def do_api_down(arguments) -> None:
    with bed_lock(arguments.bed):
        bed = Bed(arguments.bed)
        if bed.exists():
            bed.api_only().down()
            if not bed.parts():
                bed.forget()


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="bed", description="Real Kubernetes clusters on this machine, for tests.")
    words = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def word(into, name, help_text, action, *, named=True):
        one = into.add_parser(name, help=help_text, description=help_text)
        one.set_defaults(action=action)
        if named:
            one.add_argument("--name", dest="bed", default="main", help="which bed (default: main)")
        return one

    one = word(words, "build", "build everything the clusters run into the cache; nothing when up to date", do_build, named=False)
    one.add_argument("--kubernetes", metavar="VERSION", help=f"default {DEFAULT_VERSION}")

    api = words.add_parser("api", help="clusters without nodes on loopback").add_subparsers(required=True, metavar="up|down")
    one = word(api, "up", "start etcd and an API server; prints the kubeconfig's path", do_api_up, named=False)
    one.add_argument("bed", metavar="NAME")
    one.add_argument("--kubernetes", metavar="VERSION")
    one.add_argument("--controllers", action="store_true",
                     help="the controller manager too: namespaces end, service accounts come, owners' objects are collected")
    one.add_argument("--snapshots", action="store_true", help="install the VolumeSnapshot CRDs")
    one = word(api, "down", "end it and remove its files", do_api_down, named=False)
    one.add_argument("bed", metavar="NAME")
    return top


def main(words: list) -> int:
    arguments = parser().parse_args(words)
    if os.geteuid() != 0:
        print("bed: needs root (network namespaces, mounts, cgroups)", file=sys.stderr)
        return 1
    try:
        arguments.action(arguments)
        return 0
    except BedError as error:
        print(f"bed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bed: interrupted; the next `bed up` or `bed down` cleans up", file=sys.stderr)
        return 130
