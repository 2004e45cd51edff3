"""Bringing whole beds up and down, and telling what they are."""

import concurrent.futures
import shutil

from lib import build, certificates, kernel, network, processes
from lib.bed import Bed, all_names
from lib.cluster import Cluster
from lib.depot import Depot
from lib.paths import BedError, check_name, write_file

DEFAULT_CLUSTERS = ["east=standard", "west=fast"]
RESERVED = ("api", "depot")


def clusters(bed: Bed) -> dict:
    return {name: Cluster(bed, name) for name in bed.settings["clusters"]}


def cluster(bed: Bed, name: str) -> Cluster:
    if name not in bed.settings["clusters"]:
        raise BedError(
            f"no cluster '{name}' in bed '{bed.name}'; there are: {', '.join(bed.settings['clusters']) or 'none'}"
        )
    return Cluster(bed, name)


def depot(bed: Bed) -> Depot:
    return Depot(bed.state / "depot", bed.run / "depot", bed.binaries)


def component_place(bed: Bed, name: str):
    """The folder of process records of a cluster, or of "api" and "depot"."""
    if name in RESERVED:
        return bed.run / name
    return cluster(bed, name).run


def add_clusters(bed: Bed, words: list) -> list:
    """words: NAME[=STORAGE-CLASS][@VERSION]; new names get the next free index. Returns the names."""
    known, wanted = bed.settings["clusters"], []
    for word in words:
        word, _, version = word.partition("@")
        name, _, storage_class = word.partition("=")
        check_name(name, "cluster")
        if name in RESERVED:
            raise BedError(f"'{name}' cannot be a cluster's name")
        if name not in known:
            taken = {c["index"] for c in known.values()}
            index = next(i for i in range(1, 50) if i not in taken)
            known[name] = {"index": index, "storage_class": storage_class or "standard"}
            if version:
                build.require(version)
                known[name]["version"] = version
        wanted.append(name)
    # One that was removed and came back is where it was: the first is what `bed env` calls the cluster of tests.
    bed.settings["clusters"] = dict(sorted(known.items(), key=lambda each: each[1]["index"]))
    bed.save()
    return wanted


def up(bed: Bed, words: list, with_api: bool) -> None:
    names = add_clusters(bed, words)
    kernel.allow_watching()
    network.make_bridge(bed.settings["slot"])
    store = depot(bed)
    address = network.host_address(bed.settings["slot"])
    jobs = [lambda c=Cluster(bed, n): c.up() for n in names] + [lambda: store.up(address)]
    if with_api:
        jobs.append(lambda: bed.api_only().up())
    side_by_side(jobs)
    write_merged_kubeconfig(bed)


def side_by_side(jobs: list) -> None:
    with concurrent.futures.ThreadPoolExecutor(max_workers=len(jobs) or 1) as pool:
        done = [pool.submit(job) for job in jobs]
    errors = [d.exception() for d in done if d.exception()]
    for error in errors:
        if not isinstance(error, BedError):
            raise error
    if errors:
        raise BedError("\n".join(map(str, errors)))


def write_merged_kubeconfig(bed: Bed) -> None:
    entries = [c.kubeconfig_entry() for c in clusters(bed).values() if c.marked_ready()]
    if entries:
        write_file(
            bed.state / "kubeconfig", certificates.kubeconfig_text(entries, entries[0][0]), secret=True
        )


def down(name: str) -> None:
    bed = Bed(name)
    if not bed.exists():
        for folder in (bed.state, bed.run):  # created, and interrupted before it was a bed
            shutil.rmtree(folder, ignore_errors=True)
        return
    stop_proxies(bed)
    side_by_side([c.down for c in clusters(bed).values()] + [bed.api_only().down, depot(bed).down])
    network.remove_bridge(bed.settings["slot"])
    bed.forget()


def remove_clusters(bed: Bed, names: list) -> None:
    """They are gone with all that was in them; the depot and the other clusters go on."""
    side_by_side([cluster(bed, name).down for name in names])
    for name in names:
        del bed.settings["clusters"][name]
    bed.save()
    write_merged_kubeconfig(bed)


def stop_proxies(bed: Bed) -> None:
    run = bed.run / "proxies"
    processes.stop_all(run, processes.names(run), patience=2)


def status(bed: Bed) -> dict:
    """Everything a program may want to know; secrets stay in the files that are named."""
    slot = bed.settings["slot"]
    told = {
        "name": bed.name,
        "kubernetes": bed.settings["version"],
        "address": network.host_address(slot),
        "clusters": {},
        "kubeconfig": str(bed.state / "kubeconfig") if (bed.state / "kubeconfig").exists() else None,
        "images": bed.settings["images"],
    }
    for name, one in clusters(bed).items():
        told["clusters"][name] = {
            "healthy": one.healthy(),
            "kubeconfig": str(one.kubeconfig),
            "server": one.plane.server,
            "node_address": one.address,
            "storage_class": one.storage_class,
            "kubernetes": one.version,
            "logs": str(one.state / "logs"),
            "components": components(one.run),
        }
    store, api = depot(bed), bed.api_only()
    if store.keys.exists():
        told["depot"] = {
            "healthy": store.answers(),
            "endpoint": store.settings()["endpoint"],
            "bucket": store.settings()["bucket"],
            "keys": str(store.keys),
        }
    if api.exists():
        told["api"] = {
            "healthy": api.healthy(False),
            "kubeconfig": str(api.kubeconfig),
            "components": components(api.run),
        }
    return told


def components(run) -> dict:
    return {name: processes.pid_of(run, name) for name in processes.names(run)}


def statuses(names: list) -> list:
    return [status(bed) for bed in (Bed(n) for n in names or all_names()) if bed.exists()]


def environment(bed: Bed) -> dict:
    """What tests read. Prefers the API-only cluster for tests of the API: it is faster and theirs alone."""
    told, found = status(bed), {"TRANSHIP_TEST_BED": bed.name, "TRANSHIP_BED_KUBECTL": str(bed.binaries / "kubectl")}
    if told["kubeconfig"]:
        found["TRANSHIP_BED_KUBECONFIG"] = told["kubeconfig"]
    for name, one in told["clusters"].items():
        found[f"TRANSHIP_BED_{name.upper().replace('-', '_')}"] = one["kubeconfig"]
    first = next(iter(told["clusters"].values()), None)
    if told.get("api") or first:
        found["TRANSHIP_TEST_KUBECONFIG"] = (told.get("api") or first)["kubeconfig"]
    if told.get("depot"):
        found["TRANSHIP_TEST_S3"] = depot(bed).keys.read_text().replace("\n", "").replace("  ", "")
    images = [i for i in bed.settings["images"] if "tranship" in i.rsplit("/", 1)[-1]]
    if images:
        found["TRANSHIP_TEST_IMAGE"] = images[-1]
    return found
