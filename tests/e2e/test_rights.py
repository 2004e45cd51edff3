"""A tenant with rights in one namespace backs up and restores there and nowhere else. Here it tries to get out: by its
objects, by a restore point of its own making, by a token, by the Secrets of the movers."""

import base64
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from controllers import PASSPHRASE, SYSTEM, tenant, tranship  # noqa: E402

TENANT = "lodger"
VICTIM = "neighbour"
APPLICATION = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {owner: OWNER}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
stringData: {word: "secret of OWNER"}
"""
RIGHTS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: lodgers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: User, name: lodger}]
"""


class Rights(controllers.ControllerTest):
    def prepare(self):
        for name in (TENANT, VICTIM):
            self.keeper(name, 24)
            self.kubectl("east", "apply", "-n", name, "-f", "-", stdin=APPLICATION.replace("OWNER", name))
        self.kubectl("east", "apply", "-n", TENANT, "-f", "-", stdin=RIGHTS)
        for kind in ("restorepoint", "export", "import", "restore", "location"):
            self.addCleanup(self.kubectl, "east", "delete", f"{kind}.tranship.io", "--all", "-n", SYSTEM)
        shared = self.location_objects("shared", self.s3, "ReadWrite", PASSPHRASE)
        shared[-1]["spec"]["shared"] = True
        self.apply("east", *shared)
        self.ready("east", "shared")

    def as_tenant(self, *arguments, check=True, stdin=None):
        return self.kubectl("east", "--as=lodger", *arguments, check=check, stdin=stdin)

    def wish(self, kind, name, spec, phase):
        """What becomes of a tenant's object."""
        self.as_tenant("apply", "-f", "-", stdin=json.dumps(tenant(kind, name, TENANT, spec)))

        def status():
            found = self.object("east", kind.lower(), name, TENANT).get("status", {})
            return found if found.get("phase") in ("Succeeded", "Failed") else None

        found = self.wait_until(f"{kind} {name} ends", status, seconds=300)
        self.assertEqual(found["phase"], phase, json.dumps(found, indent=1))
        return found

    def refused_with(self, code, kind, name, spec):
        error = self.wish(kind, name, spec, "Failed")["error"]
        self.assertEqual(error["code"], code, error)
        self.assertTrue(error.get("fix"), error)

    def export_both(self):
        """A restore point of each application, in the shared location; the tenant's own by itself."""
        spec = {"application": {"namespace": VICTIM}, "location": {"name": "shared"}, "token": {"create": False}}
        self.apply("east", tranship("Export", "neighbour", spec))
        victim = self.ended("east", "export", "neighbour")["restorePoint"]
        spec = {"application": {"namespace": TENANT}, "location": {"name": "shared"}}
        self.as_tenant("apply", "-f", "-", stdin=json.dumps(tenant("Export", "own", TENANT, spec)))
        self.seen = self.secrets_while_moving()
        own = self.wish("Export", "own", spec, "Succeeded")["restorePoint"]
        return own["name"], victim["name"]

    def secrets_while_moving(self):
        """What the tenant reads in its Secrets while a mover runs."""
        seen = {}

        def mover_has_its_task():
            for each in json.loads(self.as_tenant("get", "secrets", "-n", TENANT, "-o", "json"))["items"]:
                if "tranship.io/run" in each["metadata"].get("labels", {}):
                    seen.update({key: base64.b64decode(value).decode() for key, value in each.get("data", {}).items()})
            return seen

        self.wait_until("a mover's task is there", mover_has_its_task)
        return json.dumps(seen)

    def test_what_is_its_own_works_and_shows_no_keys(self):
        self.prepare()
        own, _ = self.export_both()
        for word in (self.s3["secret_access_key"], self.s3["access_key_id"], PASSPHRASE):
            self.assertNotIn(word, self.seen)
        self.as_tenant("delete", "configmap", "settings", "-n", TENANT)
        restore = {"restorePoint": {"name": own}, "existing": "Keep"}
        self.refused_with("plan.blocked", "Restore", "whole", restore)  # the claim is there, and stays
        self.as_tenant("delete", "pod", "keeper", "-n", TENANT)
        self.as_tenant("delete", "pvc", "data", "-n", TENANT)
        self.wish("Restore", "again", restore, "Succeeded")
        settings = json.loads(self.as_tenant("get", "configmap", "settings", "-n", TENANT, "-o", "json"))
        self.assertEqual(settings["data"]["owner"], TENANT)
        # It cannot make views of restore points, and sees nobody else's objects.
        for words in (
            ("create", "restorepoints.tranship.io", "-n", TENANT),
            ("get", "restorepoints.tranship.io", "-n", VICTIM),
            ("get", "secrets", "-n", SYSTEM),
            ("create", "restores.tranship.io", "-n", SYSTEM),
        ):
            self.assertEqual(self.as_tenant("auth", "can-i", *words, check=False).strip(), "no", words)
        self.wait_until("nothing is left over", lambda: not self.leftovers())

    def test_wishes_about_others_are_refused(self):
        self.prepare()
        own, victim = self.export_both()
        location = {"location": {"name": "shared"}}
        self.refused_with("scope.namespace", "Export", "theirs", {"application": {"namespace": VICTIM}, **location})
        self.refused_with(
            "scope.namespace", "Restore", "into", {"restorePoint": {"name": own}, "targetNamespace": VICTIM}
        )
        self.refused_with(
            "scope.namespace", "Restore", "from", {"restorePoint": {"name": victim, "namespace": VICTIM}}
        )
        self.refused_with("scope.carry", "Restore", "carry", {"restorePoint": {"name": own}, "carry": ["*"]})
        # A Secret of another namespace cannot be named; one of its own that holds no token says so.
        self.refused_with("token.secret", "Import", "none", {**location, "tokenSecret": {"name": "shared-keys"}})
        # An unshared location of the system namespace is as if it were not there.
        self.apply("east", *self.location_objects("kept", self.s3, "ReadWrite", PASSPHRASE))
        self.ready("east", "kept")
        spec = {"application": {"namespace": TENANT}, "location": {"name": "kept"}}
        self.refused_with("location.not_found", "Export", "kept", spec)
        # A policy of its own namespace takes nobody else's.
        policy = {"applications": {"namespaces": [VICTIM]}, "export": location}
        self.as_tenant("apply", "-f", "-", stdin=json.dumps(tenant("Policy", "wide", TENANT, policy)))
        self.as_tenant("annotate", "policy.tranship.io", "wide", "-n", TENANT, "tranship.io/run=now")
        self.wait_until(
            "the policy says that it may not",
            lambda: "scope." in json.dumps(self.object("east", "policy", "wide", TENANT).get("status", {})),
        )
        exports = self.get("east", "exports.tranship.io", "-n", TENANT)["items"]
        self.assertNotIn("wide", " ".join(each["metadata"]["name"] for each in exports))

    def restic(self, *arguments, cwd=None):
        repository = f"s3:{self.s3['endpoint']}/{self.location.removeprefix('s3://')}/repositories/{TENANT}"
        environment = os.environ | {
            "AWS_ACCESS_KEY_ID": self.s3["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.s3["secret_access_key"],
            "RESTIC_REPOSITORY": repository,
            "RESTIC_PASSWORD": PASSPHRASE,
        }
        run = subprocess.run(
            ["restic", "--no-cache", "-o", "s3.bucket-lookup=path", *arguments],
            cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False,
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def forged(self, elsewhere):
        """A restore point that says it is of the tenant's namespace, and holds what is not the tenant's to write."""
        folder = self.scratch / f"content-{len(elsewhere)}"
        self.restic("restore", "latest", "--host", "east", "--target", str(folder))

        def put(group, namespace, manifest):
            metadata = manifest["metadata"]
            if namespace != "_cluster":
                metadata["namespace"] = namespace
            path = folder / "resources" / group / manifest["kind"] / namespace / f"{metadata['name']}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(manifest))

        rbac = {"apiVersion": "rbac.authorization.k8s.io/v1"}
        subjects = [{"kind": "User", "name": "lodger", "apiGroup": "rbac.authorization.k8s.io"}]
        everything = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
        put("rbac.authorization.k8s.io", "_cluster", {
            **rbac, "kind": "ClusterRoleBinding", "metadata": {"name": "lodger"}, "roleRef": everything,
            "subjects": subjects,
        })
        for namespace in (TENANT, *elsewhere):
            put("rbac.authorization.k8s.io", namespace, {
                **rbac, "kind": "RoleBinding", "metadata": {"name": "more"}, "roleRef": everything,
                "subjects": subjects,
            })
        for namespace in elsewhere:
            put("core", namespace, {
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "planted"}, "data": {"by": TENANT},
            })
        description = json.loads((folder / "restore-point.json").read_text())
        wanted = {("rbac.authorization.k8s.io", kind): plural for kind, plural in
                  (("RoleBinding", "rolebindings"), ("ClusterRoleBinding", "clusterrolebindings"))}
        for (group, kind), plural in wanted.items():
            if not any(each["kind"] == kind for each in description["types"]):
                description["types"].append({
                    "group": group, "version": "v1", "kind": kind, "plural": plural, "versions": ["v1"],
                    "namespaced": kind == "RoleBinding", "verbs": ["create", "get", "list", "patch"],
                    "subresources": [],
                })
        (folder / "restore-point.json").write_text(json.dumps(description))
        tags = f"tranship,application={TENANT}"
        content = ("restore-point.json", "resources", "volumes")
        self.restic("backup", "--host", "forged", "--tag", tags, *content, cwd=folder)
        return json.loads(self.restic("snapshots", "latest", "--host", "forged", "--json"))[-1]["id"]

    def test_a_forged_restore_point_writes_nothing_elsewhere(self):
        self.prepare()
        # The tenant's own store, keys and passphrase: it may put there what it likes.
        objects = self.location_objects("mine", self.s3, "ReadWrite", PASSPHRASE)
        for each in objects:
            each["metadata"]["namespace"] = TENANT
        self.as_tenant("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        spec = {"application": {"namespace": TENANT}, "location": {"name": "mine"}, "token": {"create": False}}
        self.wish("Export", "mine", spec, "Succeeded")
        self.try_forged(self.forged([VICTIM, SYSTEM]), "restore-point.foreign")
        self.kubectl("east", "delete", "restore.tranship.io", "forged", "-n", TENANT)
        self.try_forged(self.forged([]), "plan.blocked")

    def try_forged(self, forged, code):
        def view():
            points = self.get("east", "restorepoints.tranship.io", "-n", TENANT)["items"]
            return next((each["metadata"]["name"] for each in points if each["spec"]["id"] == forged), None)

        self.as_tenant("annotate", "location.tranship.io", "mine", "-n", TENANT, f"tranship.io/check={forged[:8]}",
                       "--overwrite")
        point = self.wait_until("the forged restore point is seen", view)
        self.as_tenant("delete", "pod", "keeper", "-n", TENANT, "--ignore-not-found")
        self.as_tenant("delete", "pvc", "data", "-n", TENANT, "--ignore-not-found")
        restore = {"restorePoint": {"name": point}}
        self.as_tenant("apply", "-f", "-", stdin=json.dumps(tenant("Restore", "forged", TENANT, restore)))
        self.wait_until(
            "it ends", lambda: self.object("east", "restore", "forged", TENANT).get("status", {}).get("completionTime"),
            seconds=300,
        )
        error = self.object("east", "restore", "forged", TENANT)["status"].get("error", {})
        self.assertEqual(error.get("code"), code, error)
        for words in (
            ("clusterrolebinding", "lodger"),
            ("rolebinding", "more", "-n", TENANT),
            ("rolebinding", "more", "-n", VICTIM),
            ("configmap", "planted", "-n", VICTIM),
            ("configmap", "planted", "-n", SYSTEM),
        ):
            found = self.kubectl("east", "get", *words, "--ignore-not-found", "-o", "name")
            self.assertEqual(found.strip(), "", (words, self.object("east", "restore", "forged", TENANT)["status"]))


if __name__ == "__main__":
    unittest.main()
