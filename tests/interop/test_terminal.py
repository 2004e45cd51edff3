"""What people meet at a terminal: prompts that do not echo, progress in place, help in both languages, completion."""
import os
import pty
import shutil
import signal
import subprocess
import unittest

from support import DONE, INTERRUPTED, MIB, PASSWORD, USAGE, RepositoryTest, make_source


class Terminal:
    """The program with a terminal as its own; reads as it comes."""

    def __init__(self, command, environment):
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.execve(command[0], command, environment)
        self.text = ""

    def read_until(self, words):
        while words not in self.text:
            if not self.read():
                raise AssertionError(f"ended without {words!r}: {self.text!r}")

    def read(self):
        try:
            piece = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.text += piece.decode(errors="replace")
        return bool(piece)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def end(self):
        while self.read():
            pass
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


class Prompts(RepositoryTest):
    def terminal(self, *arguments):
        environment = self.environment(TERM="xterm", LANG="C.UTF-8")
        del environment["TRANSHIP_PASSWORD"]
        return Terminal(self.command(*arguments), environment)

    def test_a_new_password_is_asked_twice_and_never_shown(self):
        terminal = self.terminal("init")
        terminal.read_until("New password for")
        terminal.type(PASSWORD + "\n")
        terminal.read_until("Once more: ")
        terminal.type(PASSWORD + "\n")
        self.assertEqual(terminal.end(), DONE)
        self.assertNotIn(PASSWORD, terminal.text)
        self.ours("list")

    def test_ctrl_c_at_the_prompt_ends_it(self):
        self.ours("init")
        terminal = self.terminal("list")
        terminal.read_until("Password of")
        terminal.type("\x03")
        self.assertEqual(terminal.end(), INTERRUPTED)

    def test_two_different_passwords_make_nothing(self):
        terminal = self.terminal("init")
        terminal.read_until("New password for")
        terminal.type("one\n")
        terminal.read_until("Once more: ")
        terminal.type("two\n")
        self.assertNotEqual(terminal.end(), DONE)
        self.assertFalse((self.repository / "config").exists())


class Progress(RepositoryTest):
    def test_is_drawn_in_place_with_rate(self):
        self.ours("init")
        (self.scratch / "source").mkdir()
        # Letters and digits at the highest level: slow to compress on any machine.
        (self.scratch / "source" / "data").write_text(os.urandom(48 * MIB).hex())
        environment = self.environment(TERM="xterm", LANG="C.UTF-8")
        terminal = Terminal(self.command("backup", self.scratch / "source", "--compression=max"), environment)
        terminal.read_until("MiB/s")
        terminal.read_until("\r\x1b[J")  # the line is taken away for the next one
        os.kill(terminal.process, signal.SIGINT)
        self.assertEqual(terminal.end(), INTERRUPTED)


class Help(RepositoryTest):
    COMMANDS = ["init", "backup", "restore", "list", "check", "key list", "key add", "key remove"]

    def tranship(self, *arguments, code=DONE):
        done = subprocess.run([self.binary, *arguments], env=self.environment(), capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def test_every_command_has_a_whole_page_in_both_languages(self):
        self.assertIn("repository", self.tranship("--help"))
        self.assertIn("key", self.tranship("repository", "--help"))
        for command in self.COMMANDS:
            words = ["repository", *command.split()]
            with self.subTest(command=command):
                page = self.tranship("help", *words)
                self.assertEqual(page, self.tranship(*words, "--help"))
                for heading in ("USAGE", "DESCRIPTION", "OPTIONS", "EXAMPLES", "ENVIRONMENT", "EXIT CODES"):
                    self.assertIn(heading, page)
                self.assertIn("用法", self.tranship(*words, "--help", "--language=zh-CN"))
        self.tranship("repository", code=USAGE)
        self.tranship("repository", "list", code=USAGE)

    @unittest.skipUnless(shutil.which("bash"), "no bash")
    def test_bash_completes(self):
        self.assertEqual(self.complete_bash("tranship repository ba"), ["backup"])
        self.assertEqual(self.complete_bash("tranship repository key "), ["list", "add", "remove", "--help"])
        self.assertIn("--read-data", self.complete_bash("tranship repository check --re"))
        self.assertEqual(self.complete_bash("tranship repository list sn"), ["snapshots"])
        self.assertEqual(self.complete_bash("tranship repository check --output "), ["text", "json"])

    def complete_bash(self, line):
        words = line.split(" ")
        script = (f'source <({self.binary} completion bash)\nCOMP_WORDS=("$@")\nCOMP_CWORD=$(($# - 1))\n_tranship\n'
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", *words], env=self.environment(), capture_output=True,
                              text=True, check=True)
        return done.stdout.split("\n")[:-1]


class Json(RepositoryTest):
    def test_results_are_one_document_and_the_rest_are_lines(self):
        self.ours_json("init")
        source = make_source(self.scratch / "source")
        outcome = self.ours("backup", source, "--output=json")
        self.assertEqual(outcome.json()["path"], str(source))
        outcome = self.ours("backup", source, "--output=json")
        self.assertIn("Comparing with", outcome.error_lines("note")[0]["text"])
        self.assertEqual(self.ours("backup", source, "--output=json", "--quiet").error, "")


if __name__ == "__main__":
    unittest.main()
