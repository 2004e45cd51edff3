"""Packs that are damaged or missing: named with the files they hit, and all the rest is restored."""
import unittest

from support import MIB, PARTIAL, RepositoryTest, describe, needs_restic, write_random


class Damage(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.source = self.scratch / "source"
        self.source.mkdir()
        self.ours("init")
        # Two backups, so that each file's data is in packs of its own.
        write_random(self.source / "first", 3 * MIB, seed=1)
        self.ours("backup", self.source)
        before = set(self.packs())
        write_random(self.source / "second", 3 * MIB, seed=2)
        self.ours("backup", self.source)
        self.pack = max(set(self.packs()) - before, key=lambda path: path.stat().st_size)

    def damage_pack(self):
        content = bytearray(self.pack.read_bytes())
        content[len(content) // 3] ^= 1
        self.pack.chmod(0o600)
        self.pack.write_bytes(content)

    def findings(self, *options):
        result = self.ours_json("check", *options, code=PARTIAL)
        self.assertFalse(result["whole"])
        return "\n".join(finding["text"] for finding in result["findings"] if finding["kind"] == "damage")

    def test_a_flipped_bit_is_found_when_data_is_read(self):
        self.damage_pack()
        self.assertTrue(self.ours_json("check")["whole"])
        text = self.findings("--read-data")
        self.assertIn(self.pack.name, text)
        self.assertRegex(text, r"blob [0-9a-f]{64}")
        self.assertIn(f"{self.source}/second", text)
        self.assertNotIn(f"{self.source}/first", text)

    def test_a_missing_pack_is_found_without_reading(self):
        self.pack.unlink()
        text = self.findings()
        self.assertIn(self.pack.name, text)
        self.assertIn(f"{self.source}/second", text)

    def test_a_short_pack_is_found_without_reading(self):
        self.pack.chmod(0o600)
        self.pack.write_bytes(self.pack.read_bytes()[:-100])
        self.assertIn(self.pack.name, self.findings())

    def test_a_restore_names_the_file_and_restores_the_rest(self):
        for break_it in (self.damage_pack, self.pack.unlink):
            break_it()
            target = self.scratch / f"target-{break_it.__name__}"
            outcome = self.ours("restore", f"latest:{self.source}", "--target", target, "--output=json", code=PARTIAL)
            failed = outcome.json()["failed"]
            self.assertEqual([path.split(":")[0] for path in failed], ["second"])
            self.assertEqual(len(outcome.error_lines("warning")), 1)
            there = describe(target)
            self.assertEqual(there[b"first"], describe(self.source)[b"first"])

    def test_a_lost_index_and_a_damaged_one(self):
        index = sorted((self.repository / "index").iterdir())[0]
        content = index.read_bytes()
        index.chmod(0o600)
        index.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        self.assertIn(index.name, self.findings())
        self.assertEqual(self.error_of("restore", "latest", "--target", self.scratch / "target")["fault"], "corrupt")

    @needs_restic
    def test_a_new_backup_mends_what_restic_has_removed_from_the_index(self):
        self.pack.unlink()
        self.restic("rebuild-index")
        self.ours("backup", self.source, "--force-read")
        target = self.scratch / "target"
        self.ours("restore", f"latest:{self.source}", "--target", target)
        self.assert_same(self.source, target)


if __name__ == "__main__":
    unittest.main()
