#!/usr/bin/env python3
"""An NFS server for tests: nfs-ganesha on loopback or on the bed's bridge, NFSv3 and v4, on ports of its own.

usage: server.py FOLDER [ADDRESS]

Exports, made below FOLDER: /share (read-write), /read-only, /squashed (root is nobody), /privileged (ports below 1024
only), /closed (no client may mount it), and /small (1 MiB, in memory). Prints one line of JSON when it answers
({"port": ..., "mountPort": ...}, or {"missing": ...} when the machine lacks something), then obeys the lines of its
standard input and answers each with "ok": `kill` (as a crash), `start`, `pause` and `resume`. It ends, with everything
it started, when its standard input does.

Needs root: the server opens files by their handles. NFSv3 makes ganesha register with an rpcbind, so one runs beside it
on a Unix socket in a private mount namespace: nothing listens on port 111, and nobody else's rpcbind is touched.
"""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

EXPORTS = {
    "share": {},
    "read-only": {"Access_Type": "RO"},
    "squashed": {"Squash": "Root_Squash"},
    "privileged": {"PrivilegedPort": "true"},
    "closed": {"Access_Type": "NONE"},
    "small": {},
}
READY_S = 30
INSIDE = "TRANSHIP_NFS_SERVER_INSIDE"
PR_SET_PDEATHSIG = 1


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def started(command, log):
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent, close_fds=True
    )


def free_ports(address, count):
    sockets = [socket.create_server((address, 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def answers(address, port):
    try:
        socket.create_connection((address, port), timeout=1).close()
        return True
    except OSError:
        return False


class Server:
    def __init__(self, folder, address):
        self.folder, self.address = folder, address
        self.log = open(folder / "server.log", "ab")
        self.port, self.mount_port = free_ports(address, 2)
        self.process = None

    def prepare(self):
        for name in EXPORTS:
            (self.folder / name).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(self.folder / "small")], check=False)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
        for name in ("rpcbind", "ganesha"):
            Path("/run", name).mkdir()
        (self.folder / "state").mkdir(exist_ok=True)
        (self.folder / "ganesha.conf").write_text(self.configuration())
        local = [line for line in Path("/etc/netconfig").read_text().splitlines() if line.startswith("local")]
        Path("/run/netconfig").write_text("\n".join(local) + "\n")
        script = "mount --bind /run/netconfig /etc/netconfig && exec rpcbind -f -w"
        self.rpcbind = started(["unshare", "--mount", "sh", "-c", script], self.log)
        wait_for(lambda: Path("/run/rpcbind.sock").exists(), "rpcbind")

    def configuration(self):
        exports = ""
        for number, (name, special) in enumerate(EXPORTS.items(), 1):
            settings = {"Access_Type": "RW", "Squash": "No_Root_Squash", "PrivilegedPort": "false", **special}
            lines = "".join(f" {key} = {value};" for key, value in settings.items())
            exports += (
                f"EXPORT {{ Export_Id = {number}; Path = {self.folder / name}; Pseudo = /{name};{lines}"
                " Protocols = 3, 4; Transports = TCP; SecType = sys; FSAL { Name = VFS; } }\n"
            )
        return (
            f"NFS_CORE_PARAM {{ NFS_Port = {self.port}; MNT_Port = {self.mount_port}; Bind_addr = {self.address};"
            " Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false; NFS_Protocols = 3, 4;"
            " mount_path_pseudo = true; }\n"
            f'NFSV4 {{ Graceless = true; RecoveryBackend = fs; RecoveryRoot = "{self.folder}/state"; }}\n' + exports
        )

    def start(self):
        self.process = started(
            ["ganesha.nfsd", "-F", "-L", str(self.folder / "ganesha.log"), "-f", str(self.folder / "ganesha.conf"),
             "-p", str(self.folder / "ganesha.pid"), "-N", "NIV_EVENT"],
            self.log,
        )

        def settled():
            ports = (self.port, self.mount_port)
            return self.process.poll() is not None or all(answers(self.address, port) for port in ports)

        wait_for(settled, "ganesha")
        if self.process.poll() is not None:
            raise RuntimeError(f"ganesha ended with {self.process.returncode}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)


def wait_for(condition, name):
    end = time.monotonic() + READY_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"{name} does not answer")
        time.sleep(0.02)


def serve(folder, address):
    server = Server(folder, address)
    try:
        server.prepare()
        server.start()
        print(json.dumps({"port": server.port, "mountPort": server.mount_port}), flush=True)
        for line in sys.stdin:
            {"kill": server.kill, "start": server.start, "pause": server.pause, "resume": server.resume}[line.strip()]()
            print("ok", flush=True)
    finally:
        for process in (server.process, getattr(server, "rpcbind", None)):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.split("\n\n")[1])
    folder = Path(sys.argv[1]).resolve()
    address = sys.argv[2] if len(sys.argv) == 3 else "127.0.0.1"
    missing = [name for name in ("ganesha.nfsd", "rpcbind", "unshare") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        print(json.dumps({"missing": ", ".join(missing) or "root"}), flush=True)
        return
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        inside = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, str(folder), address]
        os.execvp("unshare", inside)
    die_with_parent()
    serve(folder, address)


if __name__ == "__main__":
    main()
