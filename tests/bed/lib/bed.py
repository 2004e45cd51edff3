"""One bed: its place in the table of beds, and the parts it may have (clusters, depot, API-only cluster)."""

import shutil
from pathlib import Path

from lib.api_only import ApiOnly
from lib.locks import slot_lock
from lib.paths import (
    DEFAULT_VERSION,
    RUN_ROOT,
    STATE_ROOT,
    BedError,
    build_root,
    check_name,
    read_json,
    write_json,
)

SLOTS = 64


def all_names() -> list:
    found = {p.name for root in (STATE_ROOT, RUN_ROOT) if root.is_dir() for p in root.iterdir() if p.is_dir()}
    return sorted(found - {"locks"})


class Bed:
    """state.json: slot (address range, names in the kernel), version of Kubernetes, clusters in order (each may have a
    version of its own)."""

    def __init__(self, name: str):
        self.name = check_name(name, "bed")
        self.state, self.run = STATE_ROOT / name, RUN_ROOT / name
        self.settings = read_json(self.state / "state.json")

    def exists(self) -> bool:
        return self.settings is not None

    def must_exist(self) -> "Bed":
        if not self.exists():
            raise BedError(
                f"no bed '{self.name}'; there are: {', '.join(all_names()) or 'none'} (bed up makes one)"
            )
        return self

    def create(self, version: str = None) -> None:
        """Takes a slot for a new bed; a bed that exists keeps its own, and its version unless it has no part yet."""
        with slot_lock():
            self.settings = read_json(self.state / "state.json")
            if self.settings is None:
                taken = {(read_json(STATE_ROOT / n / "state.json") or {}).get("slot") for n in all_names()}
                free = [
                    s for s in range(SLOTS) if s not in taken and not Path(f"/sys/class/net/tb{s}").exists()
                ]
                if not free:
                    raise BedError(f"all {SLOTS} slots are taken: `bed down --all` frees them")
                self.settings = {
                    "slot": free[0],
                    "version": version or DEFAULT_VERSION,
                    "clusters": {},
                    "images": [],
                }
                self.save()
        if version and version != self.settings["version"]:
            raise BedError(
                f"bed '{self.name}' runs Kubernetes {self.settings['version']}, not {version}: "
                f"take it down first, or give another --name"
            )

    def save(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        write_json(self.state / "state.json", self.settings)

    def forget(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.rmtree(self.run, ignore_errors=True)

    @property
    def build(self) -> Path:
        return build_root(self.settings["version"])

    @property
    def binaries(self) -> Path:
        return self.build / "bin"

    def api_only(self) -> ApiOnly:
        return ApiOnly(self.state / "api", self.run / "api", self.binaries)

    def parts(self) -> list:
        """What of the bed is there: names of clusters, and "api" and "depot"."""
        found = list(self.settings["clusters"])
        return found + [
            part for part in ("api", "depot") if (self.state / part).is_dir() or (self.run / part).is_dir()
        ]
