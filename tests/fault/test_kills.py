"""Controllers and movers are killed at random moments of exports, imports and restores: each action still succeeds, the
repository is whole, the restored data is the source's, and nothing is left over.

TRANSHIP_KILLS says how many (8), TRANSHIP_KILLS_SEED which (1); exports on east and the rest on west go on side by
side.
"""

import contextlib
import dataclasses
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import controllers  # noqa: E402
from controllers import CONTROLLER, PASSPHRASE, SYSTEM, secret, tranship  # noqa: E402
from support import IMAGE  # noqa: E402

KILLS = int(os.environ.get("TRANSHIP_KILLS", "8"))
SEED = int(os.environ.get("TRANSHIP_KILLS_SEED", "1"))
RESTIC = shutil.which(os.environ.get("TRANSHIP_RESTIC", "restic"))
SOURCE = "killed"
MOVER = "tranship.io/role=mover"
ENDS = ("Succeeded", "Failed", "Cancelled")
# Kills of movers are somewhere in so many seconds after one is seen: they live a little longer here.
MOVER_SPAN_S = {"pod": 0.8, "process": 0.25}
VICTIMS = ("controller", "mover pod", "mover process")

# Two volumes, one with many files and one with a large one; the data is made once.
APPLICATION = """
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: many}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: large}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 96Mi}}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: keeper}
  spec:
    selector: {matchLabels: {app: keeper}}
    template:
      metadata: {labels: {app: keeper}}
      spec:
        terminationGracePeriodSeconds: 0
        containers:
        - name: keeper
          image: bed.local/busybox:1
          imagePullPolicy: Never
          args:
          - -c
          - |
            if [ ! -f /large/done ]; then
              for i in $(seq 500); do dd if=/dev/urandom of=/many/$i bs=1024 count=$((i % 64 + 1)) 2>/dev/null; done
              dd if=/dev/urandom of=/large/file bs=1M count=64 && touch /large/done
            fi
            sleep 36000
          readinessProbe: {exec: {command: [test, -f, /large/done]}, periodSeconds: 1, timeoutSeconds: 10}
          volumeMounts: [{name: many, mountPath: /many}, {name: large, mountPath: /large}]
        volumes:
        - {name: many, persistentVolumeClaim: {claimName: many}}
        - {name: large, persistentVolumeClaim: {claimName: large}}
"""


@dataclasses.dataclass
class Kill:
    number: int
    kind: str  # of the action
    victim: str
    moment: float  # of the time that the action takes undisturbed, or of a mover's life: 0 to 1

    def __str__(self):
        return f"{self.number:2}: {self.victim} during {self.kind}, at {self.moment:.2f}"


def planned(count, seed):
    """The same ones for the same seed."""
    chance = random.Random(seed)
    kills = []
    for number in range(count):
        kind = chance.choices(("Export", "Import", "Restore"), weights=(4, 1, 4))[0]
        victim = chance.choice(VICTIMS[:1] if kind == "Import" else VICTIMS)
        kills.append(Kill(number, kind, victim, chance.random()))
    return kills


class Kills(controllers.ControllerTest):
    def prepare(self):
        self.namespace(SOURCE, "east")
        self.kubectl("east", "create", "namespace", SOURCE)
        self.kubectl("east", "apply", "-n", SOURCE, "-f", "-", stdin=APPLICATION)
        self.kubectl("east", "rollout", "status", "-n", SOURCE, "deployment/keeper", "--timeout=300s")
        self.before = self.content("east", SOURCE)
        self.apply("east", *self.location_objects("depot", self.s3, "ReadWrite", PASSPHRASE))
        self.ready("east", "depot")
        self.took = {}

    def content(self, cluster, namespace):
        """Every file with its checksum, and how many."""
        script = "cd / && find many large -type f | sort | xargs sha256sum | sha256sum; find many large -type f | wc -l"
        text = self.kubectl(cluster, "exec", "-n", namespace, "deployment/keeper", "--", "sh", "-c", script)
        self.assertIn(text.split()[-1], ("502", "503"), text)
        return text

    def change_source(self):
        """What did not change would not be read again, and movers be gone in a moment."""
        script = "dd if=/dev/urandom of=/large/file bs=1M count=64 conv=notrunc && date > /many/changed && sync"
        self.kubectl("east", "exec", "-n", SOURCE, "deployment/keeper", "--", "sh", "-c", script)

    # Actions

    def begin(self, cluster, kind, name):
        spec = {
            "Export": {"application": {"namespace": SOURCE}, "location": {"name": "depot"},
                       "token": {"create": name == "export"}},
            "Import": {"location": {"name": "depot"}, "tokenSecret": {"name": "killed-token"}},
            "Restore": {"restorePoint": {"name": getattr(self, "point", "")}, "targetNamespace": name},
        }[kind]
        if kind == "Restore":
            self.addCleanup(self.remove_namespace, cluster, name)
        self.apply(cluster, tranship(kind, name, spec))

    def undisturbed(self, cluster, kind, name):
        """One without a kill: how long it takes here."""
        began = time.monotonic()
        self.begin(cluster, kind, name)
        status = self.ended(cluster, kind.lower(), name)
        self.took[kind] = time.monotonic() - began
        return status

    def check(self, cluster, kill, name):
        """What must hold once the action of a kill has ended."""
        if kill.kind == "Export":
            self.check_repository()
        if kill.kind == "Import":
            points = {each["metadata"]["name"] for each in self.objects(cluster, "restorepoint")}
            self.assertIn(self.point, points)
        if kill.kind == "Restore":
            self.assertEqual(self.before, self.content(cluster, name))
            self.kubectl(cluster, "delete", "namespace", name, "--wait=false")
        self.wait_until(f"nothing is left on {cluster} after {kill}", lambda: not self.left_on(cluster))

    def left_on(self, cluster):
        return [line for line in self.leftovers() if line.startswith(cluster + ":")]

    def check_repository(self, *arguments):
        """By restic, which knows nothing of Tranship. Without a lock: one of a killed controller may be there."""
        if not RESTIC:
            self.skipTest("restic is not installed")
        address = f"s3:{self.s3['endpoint']}/{self.location.removeprefix('s3://')}/repositories/{SOURCE}"
        run = subprocess.run(
            [RESTIC, "--repo", address, "--no-cache", "--no-lock", "check", *arguments],
            env=self.environment() | {"RESTIC_PASSWORD": PASSPHRASE},
            capture_output=True, text=True, check=False, timeout=300,
        )
        self.assertIn("no errors were found", run.stdout, run.stdout + run.stderr)

    # Killing

    def pods(self, cluster, label):
        items = self.get(cluster, "pods", "-A", "-l", label)["items"]
        return [each["metadata"] for each in items if each.get("status", {}).get("phase") in ("Pending", "Running")
                and "deletionTimestamp" not in each["metadata"]]

    def processes(self, cluster, word, pod=""):
        """Those of the program in pods of a cluster (or one, by uid), by what it was started as: the bed's nodes run on
        this machine."""
        found = []
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else []
                if word.encode() in words[1:2] and words[0].endswith(b"tranship"):
                    group = (folder / "cgroup").read_text()
                    if f"/tranship-bed-{self.bed}-{cluster}/" in group and pod in group:
                        found.append(int(folder.name))
        return found

    def kill_controller_pod(self, cluster, pod):
        """By the kernel: deleting a pod asks its process first, which then gives its Lease back. And deleted, since a
        container that is killed again and again waits longer and longer to be started again."""
        for process in self.processes(cluster, "controller", pod["uid"]):
            os.kill(process, signal.SIGKILL)
        self.delete_pod(cluster, pod)

    def delete_pod(self, cluster, pod):
        self.kubectl(cluster, "delete", "pod", "-n", pod["namespace"], pod["name"], "--grace-period=0", "--force",
                     check=False)

    def strike(self, cluster, kill, name):
        """Kills what the plan says; False when there was nothing to kill any more."""
        if kill.victim == "controller":
            time.sleep(kill.moment * self.took[kill.kind])
            found = self.pods(cluster, CONTROLLER)
            for pod in found:
                self.kill_controller_pod(cluster, pod)
            return bool(found)
        what = kill.victim.split()[1]

        def victims():
            return self.processes(cluster, "mover") if what == "process" else self.pods(cluster, MOVER)

        self.wait_for_movers(cluster, kill, name, victims)
        time.sleep(kill.moment * MOVER_SPAN_S[what])
        found = victims()
        for victim in found[:1]:
            if what == "process":
                os.kill(victim, signal.SIGKILL)
            else:
                self.delete_pod(cluster, victim)
        return bool(found)

    def wait_for_movers(self, cluster, kill, name, victims):
        """Until there is one, or the action has ended. Asking the cluster takes longer than a mover may live."""
        asked = time.monotonic()
        while not victims():
            if time.monotonic() - asked > 3:
                if self.object(cluster, kill.kind.lower(), name).get("status", {}).get("phase") in ENDS:
                    return
                asked = time.monotonic()

    def live_through(self, cluster, kills):
        for kill in kills:
            name = f"kill-{kill.number}"
            if kill.kind == "Export":
                self.change_source()
            began = time.monotonic()
            self.begin(cluster, kill.kind, name)
            struck = self.strike(cluster, kill, name)
            self.ended(cluster, kill.kind.lower(), name)
            took = time.monotonic() - began
            self.check(cluster, kill, name)
            print(f"  {kill}: {'' if struck else 'it was over already, '}{took:.1f} s", file=sys.stderr, flush=True)
            self.struck.append(struck)

    def test_killed_at_random(self):
        self.prepare()
        began = time.monotonic()
        self.struck = []
        exported = self.undisturbed("east", "Export", "export")
        token = self.get("east", "secret", exported["tokenSecret"]["name"], "-n", SYSTEM)["data"]["token"]
        self.apply("west", {**secret("killed-token"), "data": {"token": token}})
        self.apply("west", *self.location_objects("depot", self.reader_keys(), "ReadOnly"))
        self.ready("west", "depot")
        self.point = self.undisturbed("west", "Import", "import")["newest"]["name"]
        self.undisturbed("west", "Restore", "undisturbed")
        self.assertEqual(self.before, self.content("west", "undisturbed"))

        print(f"\n{KILLS} kills of seed {SEED}", file=sys.stderr)
        plan = planned(KILLS, SEED)
        failures = []

        def run(cluster, kills):
            try:
                self.live_through(cluster, kills)
            except BaseException as problem:  # also what unittest raises: the other thread's result counts too
                failures.append(problem)

        exports = [kill for kill in plan if kill.kind == "Export"]
        others = [kill for kill in plan if kill.kind != "Export"]
        threads = [
            threading.Thread(target=run, args=each, daemon=True) for each in (("east", exports), ("west", others))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        self.assertGreater(sum(self.struck), KILLS // 2, "most kills hit something")
        self.check_repository("--read-data")
        self.check_newest()
        listed = self.tranship("restore-points", "--output", "json", *self.at_depot(),
                               environment=self.with_passphrase())
        self.assertEqual(len(listed.json["restorePoints"]), 1 + len(exports), "each export made one restore point")
        self.assert_no_leftovers()
        print(f"  {sum(self.struck)} of {KILLS} kills hit, {time.monotonic() - began:.0f} s", file=sys.stderr)

    def check_newest(self):
        """The last restore point, after all that was killed, is what the source has now."""
        self.point = self.undisturbed("west", "Import", "last")["newest"]["name"]
        self.undisturbed("west", "Restore", "newest")
        self.assertEqual(self.content("east", SOURCE), self.content("west", "newest"))

    def test_the_leader_of_two_is_killed(self):
        self.prepare()
        self.tranship("install", "--context", "east", "--image", IMAGE, "--replicas", "2")
        self.addCleanup(self.install, "east")
        self.wait_until("two controllers run", lambda: len(self.pods("east", CONTROLLER)) == 2)

        def leader():
            """Its identity: the pod's name and what the process made up. The two pods alone count."""
            lease = self.get("east", "lease", "tranship-controller", "-n", SYSTEM)
            holder = lease["spec"].get("holderIdentity") or ""
            return holder if any(holder.startswith(pod["name"]) for pod in self.pods("east", CONTROLLER)) else None

        holder = self.wait_until("one of them leads", leader)
        first = next(pod for pod in self.pods("east", CONTROLLER) if holder.startswith(pod["name"]))
        self.begin("east", "Export", "two")
        self.started("east", "export", "two", "volumes-out")
        began = time.monotonic()
        self.kill_controller_pod("east", first)
        # The other one, or the pod that replaces the killed one: whoever asks first when the Lease has run out.
        self.wait_until("another process leads", lambda: leader() not in (None, holder))
        took = time.monotonic() - began
        self.ended("east", "export", "two")
        self.check_repository("--read-data")
        self.wait_until("nothing is left", lambda: not self.leftovers())
        print(f"\n  another process led after {took:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
