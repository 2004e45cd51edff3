"""The command line of the bed: what each word does, in terms of the other files here."""

import argparse
import json
import os
import shlex
import signal
import sys
import tarfile
import time
from pathlib import Path

from lib import build, lifecycle, network, processes
from lib.bed import Bed, all_names
from lib.locks import bed_lock
from lib.paths import DEFAULT_VERSION, BedError
from lib.proxies import Proxy


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


def do_up(arguments) -> None:
    with bed_lock(arguments.bed):
        bed = Bed(arguments.bed)
        build.require(arguments.kubernetes or (bed.settings or {}).get("version") or DEFAULT_VERSION)
        bed.create(arguments.kubernetes)
        words = arguments.clusters or list(bed.settings["clusters"]) or lifecycle.DEFAULT_CLUSTERS
        lifecycle.up(bed, words, not arguments.no_api)
        show(lifecycle.status(bed))


def do_down(arguments) -> None:
    if arguments.clusters:
        with bed_lock(arguments.bed):
            lifecycle.remove_clusters(Bed(arguments.bed).must_exist(), arguments.clusters)
        return
    for name in all_names() if arguments.all else [arguments.bed]:
        with bed_lock(name):
            lifecycle.down(name)


def show(told: dict) -> None:
    def line(what, healthy, rest):
        print(f"  {what:<12} {'ready' if healthy else 'NOT READY':<10} {rest}")

    print(
        f"bed {told['name']}: Kubernetes {told['kubernetes']}, host at {told['address']}"
        f"{', kubeconfig ' + told['kubeconfig'] if told['kubeconfig'] else ''}"
    )
    for name, one in told["clusters"].items():
        line(
            name,
            one["healthy"],
            f"node {one['node_address']}  class {one['storage_class']}  {one['kubernetes']}  {one['kubeconfig']}",
        )
        ended = [c for c, pid in one["components"].items() if pid is None]
        if ended:
            print(f"{'':15}ended: {', '.join(ended)}; logs in {one['logs']}")
    if "depot" in told:
        line(
            "depot",
            told["depot"]["healthy"],
            f"{told['depot']['endpoint']}/{told['depot']['bucket']}  {told['depot']['keys']}",
        )
    if "api" in told:
        line("api", told["api"]["healthy"], told["api"]["kubeconfig"])


def do_status(arguments) -> None:
    told = lifecycle.statuses([arguments.bed] if arguments.bed else [])
    if arguments.output == "json":
        print(json.dumps(told[0] if arguments.bed and told else told, indent=2))
        return
    for one in told:
        show(one)
    if not told:
        print("no bed is up")


def do_env(arguments) -> None:
    for name, value in lifecycle.environment(Bed(arguments.bed).must_exist()).items():
        print(f"export {name}={shlex.quote(value)}")


def do_image_load(arguments) -> None:
    bed = Bed(arguments.bed).must_exist()
    archive = Path(arguments.archive).resolve()
    if not archive.is_file():
        raise BedError(f"no image archive {archive}")
    references = image_references(archive)
    chosen = lifecycle.clusters(bed) if arguments.cluster == "all" else [arguments.cluster]
    lifecycle.side_by_side([lambda c=lifecycle.cluster(bed, n): c.node.import_image(archive) for n in chosen])
    with bed_lock(arguments.bed):
        bed = Bed(arguments.bed)
        bed.settings["images"] = [i for i in bed.settings["images"] if i not in references] + references
        bed.save()
    print("\n".join(references))


def image_references(archive: Path) -> list:
    """The names in the archive: of docker's form, or of OCI's."""
    try:
        with tarfile.open(archive) as tar:
            names = tar.getnames()
            if "manifest.json" in names:
                return [
                    tag
                    for m in json.load(tar.extractfile("manifest.json"))
                    for tag in m.get("RepoTags") or []
                ]
            if "index.json" in names:
                found = [
                    m.get("annotations", {}) for m in json.load(tar.extractfile("index.json"))["manifests"]
                ]
                return [
                    a[k]
                    for a in found
                    for k in ("io.containerd.image.name", "org.opencontainers.image.ref.name")
                    if k in a
                ][:1]
    except (tarfile.TarError, ValueError, KeyError, OSError) as error:
        raise BedError(f"{archive} is not an image archive: {error}")
    raise BedError(f"{archive} is not an image archive: neither manifest.json nor index.json in it")


def component(arguments):
    bed = Bed(arguments.bed).must_exist()
    place = lifecycle.component_place(bed, arguments.cluster)
    if arguments.component not in processes.names(place):
        raise BedError(
            f"no component '{arguments.component}' in {arguments.cluster}; there are: "
            f"{', '.join(processes.names(place)) or 'none'}"
        )
    return bed, place, arguments.component


def do_kill(arguments) -> None:
    number = getattr(signal, f"SIG{arguments.signal.upper().removeprefix('SIG')}", None)
    if number is None:
        raise BedError(f"no signal '{arguments.signal}'")
    _, place, name = component(arguments)
    if not processes.send(place, name, number):
        raise BedError(f"{name} does not run")


def do_restart(arguments) -> None:
    bed, place, name = component(arguments)
    processes.stop(place, name, patience=0 if arguments.hard else 10, forget=False)
    processes.start_again(place, name)
    if name == "csi":  # the sidecars end themselves when they lose the driver
        followers = [n for n in processes.names(place) if n.startswith("csi-")]
        processes.stop_all(place, followers, forget=False)
        time.sleep(0.5)
        for follower in followers:
            processes.start_again(place, follower)
    if name in ("apiserver", "etcd"):
        plane = (
            bed.api_only().plane()
            if arguments.cluster == "api"
            else lifecycle.cluster(bed, arguments.cluster).plane
        )
        plane.wait_ready()


def do_start(arguments) -> None:
    _, place, name = component(arguments)
    processes.start_again(place, name)


def do_user(arguments) -> None:
    bed = Bed(arguments.bed).must_exist()
    print(
        lifecycle.cluster(bed, arguments.cluster).user_kubeconfig(
            arguments.user, arguments.group, arguments.expired
        )
    )


def do_kubectl(arguments) -> None:
    bed = Bed(arguments.bed).must_exist()
    config = (
        bed.api_only().kubeconfig
        if arguments.cluster == "api"
        else lifecycle.cluster(bed, arguments.cluster).kubeconfig
    )
    os.execv(bed.binaries / "kubectl", ["kubectl", "--kubeconfig", str(config), *arguments.words])


def do_depot_up(arguments) -> None:
    with bed_lock(arguments.bed):
        bed = Bed(arguments.bed)
        build.require(arguments.kubernetes or (bed.settings or {}).get("version") or DEFAULT_VERSION)
        bed.create(arguments.kubernetes)
        lifecycle.depot(bed).up(
            network.host_address(bed.settings["slot"]) if bed.settings["clusters"] else "127.0.0.1"
        )
        print(lifecycle.depot(bed).keys)


def do_depot_down(arguments) -> None:
    with bed_lock(arguments.bed):
        bed = Bed(arguments.bed)
        if bed.exists():
            lifecycle.depot(bed).down()
            if not bed.parts():
                bed.forget()


def do_depot_pause(arguments) -> None:
    lifecycle.depot(Bed(arguments.bed).must_exist()).pause(arguments.seconds)


def do_depot_readonly(arguments) -> None:
    store = lifecycle.depot(Bed(arguments.bed).must_exist())
    store.readonly_user()
    print(store.state / "readonly.json")


def do_depot_mc(arguments) -> None:
    print(lifecycle.depot(Bed(arguments.bed).must_exist()).mc(*arguments.words), end="")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="bed", description="Real Kubernetes clusters on this machine, for tests."
    )
    words = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def word(into, name, help_text, action, *, named=True):
        one = into.add_parser(name, help=help_text, description=help_text)
        one.set_defaults(action=action)
        if named:
            one.add_argument("--name", dest="bed", default="main", help="which bed (default: main)")
        return one

    one = word(
        words,
        "build",
        "build everything the clusters run into the cache; nothing when up to date",
        do_build,
        named=False,
    )
    one.add_argument("--kubernetes", metavar="VERSION", help=f"default {DEFAULT_VERSION}")

    api = words.add_parser("api", help="clusters without nodes on loopback").add_subparsers(
        required=True, metavar="up|down"
    )
    one = word(
        api, "up", "start etcd and an API server; prints the kubeconfig's path", do_api_up, named=False
    )
    one.add_argument("bed", metavar="NAME")
    one.add_argument("--kubernetes", metavar="VERSION")
    one.add_argument(
        "--controllers",
        action="store_true",
        help="the controller manager too: namespaces end, service accounts come, owners' objects are collected",
    )
    one.add_argument("--snapshots", action="store_true", help="install the VolumeSnapshot CRDs")
    one = word(api, "down", "end it and remove its files", do_api_down, named=False)
    one.add_argument("bed", metavar="NAME")
    add_bed_words(words, word)
    add_fault_words(words, word)
    add_depot_words(words, word)
    add_proxy_words(words, word)
    return top


def add_bed_words(words, word) -> None:
    one = word(
        words,
        "up",
        "bring clusters, depot and API-only cluster up; what is whole already is left alone",
        do_up,
    )
    one.add_argument("--kubernetes", metavar="VERSION")
    one.add_argument("--no-api", action="store_true", help="without the API-only cluster")
    one.add_argument(
        "clusters", nargs="*", metavar="CLUSTER[=STORAGE-CLASS][@VERSION]", help="default: east=standard west=fast"
    )
    one = word(words, "down", "end a bed: its processes, mounts, cgroups, namespaces, files", do_down)
    one.add_argument("--all", action="store_true", help="every bed of this machine")
    one.add_argument("clusters", nargs="*", metavar="CLUSTER", help="these clusters alone: the bed stays")
    one = word(words, "status", "what is up, and where", do_status)
    one.set_defaults(bed=None)
    one.add_argument("--output", choices=("text", "json"), default="text")
    word(words, "env", "print the variables that the tests read, for eval", do_env)
    image = words.add_parser("image", help="images of the clusters").add_subparsers(
        required=True, metavar="load"
    )
    one = word(image, "load", "import an image archive", do_image_load)
    one.add_argument("cluster", metavar="CLUSTER|all")
    one.add_argument("archive", metavar="TAR")
    one = word(
        words,
        "kubectl",
        "run kubectl against a cluster (or api): bed kubectl east -- get pods -A",
        do_kubectl,
    )
    one.add_argument("cluster")
    one.add_argument("words", nargs=argparse.REMAINDER)
    one = word(words, "user", "print a kubeconfig of any user, without any right of its own", do_user)
    one.add_argument("cluster")
    one.add_argument("user")
    one.add_argument("--group", action="append", default=[])
    one.add_argument("--expired", action="store_true", help="with a certificate that has expired")


def add_fault_words(words, word) -> None:
    def part(name, help_text, action):
        one = word(words, name, help_text, action)
        one.add_argument("cluster", metavar="CLUSTER|api|depot")
        one.add_argument("component", help="as `bed status --output json` lists them")
        return one

    one = part("kill", "send a signal to a component", do_kill)
    one.add_argument("--signal", default="KILL", help="KILL (default), STOP, CONT, TERM ...")
    one = part("restart", "end a component and start it again", do_restart)
    one.add_argument("--hard", action="store_true", help="killed, not asked")
    part("start", "start a component that was killed", do_start)


def add_depot_words(words, word) -> None:
    depot = words.add_parser("depot", help="the S3 server").add_subparsers(required=True, metavar="ACTION")
    one = word(
        depot,
        "up",
        "start it; alone (no cluster in the bed) it listens on loopback. Prints the file of its keys",
        do_depot_up,
    )
    one.add_argument("--kubernetes", metavar="VERSION", help="whose build folder has the programs")
    word(depot, "down", "end it and remove its data", do_depot_down)
    one = word(depot, "pause", "stop it answering for some seconds (SIGSTOP), then go on", do_depot_pause)
    one.add_argument("seconds", type=float)
    word(
        depot,
        "readonly-user",
        "make a user that may only read; prints the file of its keys",
        do_depot_readonly,
    )
    one = word(
        depot,
        "mc",
        "run MinIO's client on it, as alias depot: bed depot mc -- ls depot/tranship",
        do_depot_mc,
    )
    one.add_argument("words", nargs=argparse.REMAINDER)


def add_proxy_words(words, word) -> None:
    proxy = words.add_parser("proxy", help="faults between any two parts (proxy/README.md)").add_subparsers(
        required=True, metavar="ACTION"
    )

    def action(name, help_text, perform):
        one = word(proxy, name, help_text, lambda arguments: do_proxy(arguments, perform))
        one.add_argument("proxy", metavar="PROXY")
        return one

    one = action(
        "up", "start one in front of a part; prints its addresses as JSON", lambda p, a: p.up(a.of, a.mode)
    )
    one.add_argument("--of", required=True, metavar="CLUSTER|api|depot|HOST:PORT")
    one.add_argument(
        "--mode", choices=("tcp", "http", "api"), help="default: api for clusters, http for depot, else tcp"
    )
    action("down", "end it", lambda p, a: p.down())
    one = action(
        "rules",
        "set its rules (a JSON list; - reads standard input), or show them",
        lambda p, a: p.control(
            *(
                ("GET", "/rules")
                if a.rules is None
                else ("PUT", "/rules", sys.stdin.read() if a.rules == "-" else a.rules)
            )
        ),
    )
    one.add_argument("rules", nargs="?")
    action("clear", "take all rules away", lambda p, a: p.control("DELETE", "/rules"))
    action("cut", "cut every open connection now", lambda p, a: p.control("POST", "/cut"))
    action("counters", "what passed, and what was spoiled", lambda p, a: p.control("GET", "/counters"))
    action("show", "its addresses and files", lambda p, a: p.description)


def do_proxy(arguments, perform) -> None:
    told = perform(Proxy(Bed(arguments.bed).must_exist(), arguments.proxy), arguments)
    if told is not None:
        print(json.dumps(told, indent=2))


def main(words: list) -> int:
    arguments = parser().parse_args(words)
    if os.geteuid() != 0:
        print("bed: needs root (network namespaces, mounts, cgroups)", file=sys.stderr)
        return 1
    if getattr(arguments, "words", None) and arguments.words[0] == "--":
        arguments.words.pop(0)
    try:
        arguments.action(arguments)
        return 0
    except BedError as error:
        print(f"bed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bed: interrupted; the next `bed up` or `bed down` cleans up", file=sys.stderr)
        return 130
