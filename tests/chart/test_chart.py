"""The Helm chart writes what `tranship install` does: rendered here (and by helm, where there is one) and compared with
what the program prints."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "chart"
EXPRESSION = re.compile(r"{{ (\S+) }}")
SETTINGS = {"namespace": "backup-system", "image": "registry.example:5000/tranship@sha256:ab12", "replicas": 2,
            "cluster": "east/one"}


def render(text, values):
    """The only template syntax that the chart uses: {{ .Name }}."""
    return EXPRESSION.sub(lambda match: str(values[match.group(1)]), text)


def by_name(documents):
    return {(each["kind"], each["metadata"]["name"]): each for each in documents if each}


@unittest.skipUnless("TRANSHIP_BINARY" in os.environ, "TRANSHIP_BINARY is not set")
class Chart(unittest.TestCase):
    maxDiff = None

    def printed(self):
        """What the program would write, without the namespace and the CRDs."""
        command = [os.environ["TRANSHIP_BINARY"], "install", "--print", "--rights", "any", "--namespace",
                   SETTINGS["namespace"], "--image", SETTINGS["image"], "--replicas", str(SETTINGS["replicas"]),
                   "--cluster-name", SETTINGS["cluster"]]
        environment = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}
        text = subprocess.run(command, capture_output=True, check=True, env=environment).stdout.decode()
        objects = by_name(yaml.safe_load_all(text))
        definitions = {key: each for key, each in objects.items() if key[0] == "CustomResourceDefinition"}
        rest = {key: each for key, each in objects.items() if key[0] not in ("CustomResourceDefinition", "Namespace")}
        return definitions, rest

    def test_renders_what_the_program_prints(self):
        chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
        values = {".Release.Namespace": SETTINGS["namespace"], ".Values.image": SETTINGS["image"],
                  ".Values.replicas": SETTINGS["replicas"], ".Values.clusterName": SETTINGS["cluster"],
                  ".Chart.AppVersion": chart["appVersion"]}
        texts = [path.read_text() for path in sorted((CHART / "templates").glob("*.yaml"))]
        rendered = by_name(yaml.safe_load(render(text, values)) for text in texts)
        definitions, rest = self.printed()
        self.assertEqual(rendered, rest)
        crds = by_name(yaml.safe_load(path.read_text()) for path in (CHART / "crds").glob("*.yaml"))
        self.assertEqual(crds, definitions)

    def test_defaults_are_the_programs(self):
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        schema = json.loads((CHART / "values.schema.json").read_text())["properties"]
        self.assertEqual(set(values), set(schema) - {"global"})
        for name in ("image", "clusterName"):
            self.assertRegex(values[name], schema[name]["pattern"])
            self.assertNotRegex('a"b', schema[name]["pattern"])

    @unittest.skipUnless(shutil.which("helm"), "helm is not installed")
    def test_helm_renders_the_same(self):
        command = ["helm", "template", "tranship", str(CHART), "--namespace", SETTINGS["namespace"],
                   "--set", f"image={SETTINGS['image']}", "--set", f"replicas={SETTINGS['replicas']}",
                   "--set", f"clusterName={SETTINGS['cluster']}"]
        text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        self.assertEqual(by_name(yaml.safe_load_all(text)), self.printed()[1])
        subprocess.run(["helm", "lint", str(CHART)], check=True)


if __name__ == "__main__":
    unittest.main()
