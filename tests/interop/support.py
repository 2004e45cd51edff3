"""What the tests share: a scratch folder, both programs as functions, a directory with every kind of entry."""
import contextlib
import ctypes
import hashlib
import json
import os
import pathlib
import random
import shutil
import stat
import struct
import subprocess
import tempfile
import unittest

PASSWORD = "the tests' own passphrase"
MIB = 1 << 20
RESTIC = shutil.which(os.environ.get("TRANSHIP_RESTIC", "restic"))
ROOT = os.geteuid() == 0
needs_restic = unittest.skipUnless(RESTIC, "restic is not installed")
needs_root = unittest.skipUnless(ROOT, "needs root")

DONE, FAILED, USAGE, PARTIAL, DENIED, INTERRUPTED = 0, 1, 2, 3, 5, 130


class Outcome:
    def __init__(self, code, out, error):
        self.code, self.out, self.error = code, out, error

    def json(self):
        return json.loads(self.out)

    def error_lines(self, kind):
        """The JSON lines of standard error with this type."""
        lines = [json.loads(line) for line in self.error.splitlines() if line.startswith("{")]
        return [line for line in lines if line["type"] == kind]


class RepositoryTest(unittest.TestCase):
    """Each test has a scratch folder with `repository` (not made yet) in it."""

    maxDiff = None

    def setUp(self):
        if "TRANSHIP_BINARY" not in os.environ:
            self.skipTest("TRANSHIP_BINARY is not set")
        self.binary = os.environ["TRANSHIP_BINARY"]
        folder = tempfile.TemporaryDirectory(prefix="tranship-interop-")
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name)
        self.repository = self.scratch / "repository"

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("TRANSHIP_", "RESTIC_", "AWS_", "LC_", "LANG"))}
        return {**kept, "TRANSHIP_PASSWORD": PASSWORD, "RESTIC_PASSWORD": PASSWORD, **more}

    def location(self):
        return [f"--repository=dir:{self.repository}"]

    def restic_location(self):
        return ["--repo", str(self.repository)]

    def command(self, *arguments):
        words = list(arguments)
        deep = 2 if words[0] == "key" else 1
        return [self.binary, "repository", *map(str, words[:deep]), *self.location(), *map(str, words[deep:])]

    def ours(self, *arguments, **options):
        """tranship repository ... on the test's repository."""
        return self.program(*self.command(*arguments)[1:], **options)

    def program(self, *arguments, code=DONE, password=PASSWORD, **environment):
        """tranship ...; the exit code must be `code`, and no password may be in what it says."""
        variables = self.environment(TRANSHIP_PASSWORD=password, **environment)
        done = subprocess.run([self.binary, *map(str, arguments)], env=variables, stdin=subprocess.DEVNULL,
                              capture_output=True, start_new_session=True)
        outcome = Outcome(done.returncode, done.stdout.decode(errors="surrogateescape"),
                          done.stderr.decode(errors="surrogateescape"))
        self.assertEqual(outcome.code, code, f"{arguments}\n{outcome.out}\n{outcome.error}")
        for text in (outcome.out, outcome.error):
            self.assertFalse(password and password in text, "a password was printed")
        return outcome

    def start(self, *arguments):
        """The program at work, for tests that disturb it."""
        process = subprocess.Popen(self.command(*arguments), env=self.environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def start_restic(self, *arguments):
        process = subprocess.Popen([RESTIC, *self.restic_location(), "--no-cache", *map(str, arguments)],
                                   env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def ours_json(self, *arguments, **options):
        return self.ours(*arguments, "--output=json", **options).json()

    def error_of(self, *arguments, code=FAILED, **options):
        """The error of a call that must fail: fault, code, text and fix."""
        outcome = self.ours(*arguments, "--output=json", code=code, **options)
        errors = outcome.error_lines("error")
        self.assertEqual(len(errors), 1, outcome.error)
        return errors[0]

    def restic(self, *arguments, password=PASSWORD, fails=False):
        command = [RESTIC, *self.restic_location(), "--no-cache", *map(str, arguments)]
        done = subprocess.run(command, env=self.environment(RESTIC_PASSWORD=password), capture_output=True)
        text = f"{arguments}\n{done.stdout.decode(errors='replace')}\n{done.stderr.decode(errors='replace')}"
        self.assertEqual(done.returncode != 0, fails, text)
        return done.stderr.decode(errors="replace") if fails else done.stdout.decode(errors="replace")

    def restic_summary(self, source, *arguments):
        lines = self.restic("backup", source, "--json", *arguments).splitlines()
        return [entry for entry in map(json.loads, lines) if entry["message_type"] == "summary"][0]

    def assert_nothing_new(self, backup, source):
        """Only the directories above may be stored again: /tmp has other times each moment."""
        self.assertLess(backup["blobsNew"], len(source.parents))

    def restic_check(self):
        self.assertIn("no errors were found", self.restic("check", "--read-data"))

    def packs(self):
        return sorted(path for path in (self.repository / "data").rglob("*") if path.is_file())

    def take_turns(self):
        """Both programs on one repository that is not there yet."""
        self.ours("init")
        self.ours("backup", self.source)
        self.restic_check()
        self.assertEqual(self.restic_summary(self.source)["data_blobs"], 0)
        self.assert_nothing_new(self.ours_json("backup", self.source, "--force-read"), self.source)
        self.assertTrue(self.ours_json("check", "--read-data")["whole"])
        self.ours("restore", f"latest:{self.source}", "--target", self.scratch / "target")
        self.assert_same(self.source, self.scratch / "target")

    def assert_same(self, left, right):
        """Everything that a backup keeps is the same in both directories."""
        one, two = describe(left), describe(right)
        self.assertEqual(sorted(one), sorted(two))
        for name, entry in one.items():
            self.assertEqual(entry, two[name], name)


def describe(folder):
    """What a backup keeps of every entry below, by its relative name."""
    found, links = {}, {}
    for directory, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            relative = os.path.relpath(path, os.fsencode(folder))
            entry = {"type": stat.S_IFMT(status.st_mode), "mode": stat.S_IMODE(status.st_mode),
                     "owner": (status.st_uid, status.st_gid), "mtime": status.st_mtime_ns, "device": status.st_rdev,
                     "attributes": {key: os.getxattr(path, key, follow_symlinks=False)
                                    for key in os.listxattr(path, follow_symlinks=False)}}
            if stat.S_ISREG(status.st_mode):
                entry["size"] = status.st_size
                entry["digest"] = digest(path)
                links.setdefault(status.st_ino, []).append(relative)
            if stat.S_ISLNK(status.st_mode):
                entry["target"] = os.readlink(path)
            found[relative] = entry
    for names in links.values():
        for name in names:
            found[name]["links"] = sorted(names)
    return found


def digest(path):
    hasher = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(MIB):
            hasher.update(piece)
    return hasher.hexdigest()


def holes(path):
    status = os.stat(path)
    return status.st_size - status.st_blocks * 512


def make_source(folder, seed=1):
    """Files of all sizes, every kind of entry, odd names, attributes, links and holes."""
    generator = random.Random(seed)
    folder = pathlib.Path(folder)
    inside = folder / "deep" / "deeper"
    inside.mkdir(parents=True)
    (folder / "large.bin").write_bytes(generator.randbytes(9 * MIB + 17))
    (folder / "text.log").write_text("".join(f"line {number} of the log\n" for number in range(40_000)))
    (folder / "empty").touch()
    for number in range(60):
        (inside / f"small-{number:02}").write_bytes(generator.randbytes(generator.randint(1, 9000)))
    with open(folder / "holes.img", "wb") as file:
        file.seek(24 * MIB)
        file.write(b"after the hole")
        file.truncate(40 * MIB)
    os.link(folder / "large.bin", inside / "another name of large.bin")
    os.symlink("../text.log", folder / "deep" / "link")
    os.symlink("/nowhere/at all", folder / "dangling")
    os.mkfifo(folder / "fifo", 0o640)
    (folder / "empty directory").mkdir(mode=0o1777)
    for name in (b"\xff\xfe not UTF-8", "数据 \U0001f680".encode(), b'quote" back\\slash', b"line\nend", b"-dash", b" "):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(name)
    os.setxattr(folder / "text.log", "user.origin", b"binary \0\xff value")
    os.setxattr(folder / "deep", "user.note", b"of a directory")
    # A POSIX ACL as the kernel keeps it: u::rw- u:1234:r-- g::r-- m::r-- o::---.
    entries = [(0x01, 6, 0xffffffff), (0x02, 4, 1234), (0x04, 4, 0xffffffff), (0x10, 4, 0xffffffff),
               (0x20, 0, 0xffffffff)]
    acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    with contextlib.suppress(OSError):
        os.setxattr(folder / "empty", "system.posix_acl_access", acl)
    os.chmod(folder / "text.log", 0o4751)
    os.chmod(inside, 0o2750)
    if ROOT:
        os.mknod(folder / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        os.chown(inside / "small-01", 1234, 2345)
        os.chown(folder / "dangling", 4321, 5432, follow_symlinks=False)
    os.chmod(inside / "small-02", 0o400)
    for number, path in enumerate([folder / "large.bin", inside / "small-03", folder / "deep"]):
        os.utime(path, ns=(1, 1_500_000_000_123_456_789 + number))
    os.utime(folder / "dangling", ns=(1, 946_684_800_000_000_001), follow_symlinks=False)
    return folder


def write_random(path, size, seed=7):
    generator = random.Random(seed)
    with open(path, "wb") as file:
        for at in range(0, size, MIB):
            file.write(generator.randbytes(min(MIB, size - at)))


@contextlib.contextmanager
def mounted_tmpfs(path, options):
    """A small file system at `path`; the test is left out where that is not allowed."""
    path.mkdir(exist_ok=True)
    library = ctypes.CDLL(None, use_errno=True)
    mount = library.mount(b"tmpfs", os.fsencode(path), b"tmpfs", 0, options.encode())
    if mount != 0:
        raise unittest.SkipTest(f"cannot mount: {os.strerror(ctypes.get_errno())}")
    try:
        yield path
    finally:
        library.umount2(os.fsencode(path), 2)  # MNT_DETACH
