"""An API server without nodes on loopback: what tests of the API need, in about three seconds."""

import shutil
from pathlib import Path

from lib import processes
from lib.control_plane import ControlPlane
from lib.locks import free_ports
from lib.paths import BedError, read_json, write_json


class ApiOnly:
    def __init__(self, state: Path, run: Path, binaries: Path):
        self.state, self.run, self.binaries = state, run, binaries
        self.settings = read_json(state / "api.json")

    @property
    def kubeconfig(self) -> Path:
        return self.state / "pki" / "admin.kubeconfig"

    def exists(self) -> bool:
        return self.state.is_dir() or self.run.is_dir()

    def plane(self) -> ControlPlane:
        ports = self.settings["ports"]
        local = {"controller-manager": ports[3]}
        return ControlPlane(
            "api",
            self.state,
            self.run,
            self.binaries,
            "127.0.0.1",
            port=ports[0],
            etcd_port=ports[1],
            etcd_peer_port=ports[2],
            local_ports=local,
        )

    def healthy(self, controllers: bool) -> bool:
        if (
            not self.settings
            or not self.settings.get("ready")
            or (controllers and not self.settings["controllers"])
        ):
            return False
        return (
            all(processes.pid_of(self.run, n) for n in processes.names(self.run)) and self.plane().api.ready()
        )

    def up(self, controllers: bool = False) -> None:
        if self.healthy(controllers):
            return
        last = None
        for _ in range(4):
            self.down()
            try:
                self.start(controllers)
                return
            except BedError as error:  # another program may have taken a port in between
                last = error
        raise last

    def start(self, controllers: bool) -> None:
        self.settings = {"ports": free_ports(4), "controllers": controllers, "ready": False}
        self.state.mkdir(parents=True, exist_ok=True)
        write_json(self.state / "api.json", self.settings)
        plane = self.plane()
        plane.make_certificates()
        plane.start_api(service_accounts=controllers)
        plane.wait_ready()
        if controllers:
            plane.start_controllers()
            account = "/api/v1/namespaces/default/serviceaccounts/default"
            processes.wait_until(
                "service account of the default namespace",
                lambda: plane.api.get(account),
                30,
                self.run,
                ["controller-manager"],
                plane.logs,
            )
        processes.wait_until("default namespace", lambda: plane.api.get("/api/v1/namespaces/default"), 30)
        self.settings["ready"] = True
        write_json(self.state / "api.json", self.settings)

    def down(self) -> None:
        processes.stop_all(self.run, [n for n in processes.names(self.run) if n != "etcd"], patience=2)
        processes.stop_all(self.run, ["etcd"], patience=2)
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.rmtree(self.run, ignore_errors=True)
