# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, SIGTERM and `stop`: from inside and from other processes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def processes_with(word):
    """Pids of living processes that have `word` in their environment or command line."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as line, open(f"/proc/{pid}/environ", "rb") as environment:
                text = line.read() + environment.read()
        except OSError:
            continue
        if word.encode() in text and int(pid) != os.getpid():
            found.append(int(pid))
    return found


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 1)])
def test_a_signal_stops_the_match(cli, endless, number, code):
    running = cli.start("run", endless, "--json")
    cli.wait_for_event("endless", "progress")
    running.send_signal(number)
    stdout, stderr = running.communicate()
    assert running.returncode == code
    assert "stopping endless" in stderr
    match = json.loads(stdout)
    assert match["state"] == "stopped"
    assert match["outcome"]["result"] == "stopped"
    assert match["outcome"]["seats"][0]["verdict"] == "killed"
    assert cli.json("show", "endless") == match


def test_ctrl_c_while_it_waits_for_a_slot(cli, solo, endless):
    cli("work", "--drain", "--slots", "1")
    cli.start("run", endless)
    cli.wait_for_event("endless", "progress")
    second = cli.start("run", solo("end('')", id="second", name="second.json"), "--progress")
    assert any("waits for a free slot" in line for line in second.stderr)
    second.send_signal(signal.SIGINT)
    second.communicate()
    assert second.returncode == 130
    assert cli.json("show", "second")["state"] == "stopped"
    cli("stop", "endless")


def test_second_ctrl_c_ends_at_once_and_leaves_no_process(cli, solo):
    # A program that shrugs off SIGTERM keeps the match up for the whole grace.
    body = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
tell(type="progress")
time.sleep(3600)
"""
    path = solo(body, id="stubborn", grace_seconds=600, deadline_seconds=3600)
    running = cli.start("run", path)
    cli.wait_for_event("stubborn", "progress")
    running.send_signal(signal.SIGINT)
    for line in running.stderr:
        if "stopping stubborn" in line:
            break
    running.send_signal(signal.SIGINT)
    running.communicate()
    assert running.returncode == 130
    cli("work", "--drain", "--lease", "2")
    assert cli.json("show", "stubborn")["state"] == "stopped"
    assert processes_with("MATCHRUNNER_MATCH=stubborn") == []


def test_stop_reaches_another_process(cli, endless):
    running = cli.start("run", endless, "--json")
    cli.wait_for_event("endless", "progress")
    done = cli("stop", "endless", "--reason", "enough of it")
    assert done.stdout == "endless is asked to stop\n"
    stdout, _ = running.communicate()
    assert running.returncode == 1
    outcome = json.loads(stdout)["outcome"]
    assert (outcome["result"], outcome["reason"]) == ("stopped", "enough of it")


def test_stop_of_a_queued_match(cli, solo):
    cli("submit", solo("", id="waiting"))
    cli("stop", "waiting")
    cli("wait", "waiting", code=1)
    assert cli.json("show", "waiting")["outcome"]["seats"][0]["verdict"] == "not_started"


def test_stop_of_what_has_ended_or_never_was(cli, solo):
    cli("run", solo("end('')", id="over"))
    assert "over" in cli("stop", "over", code=2).stderr
    assert "never" in cli("stop", "never", code=2).stderr


def test_wait_gives_up(cli, solo):
    cli("submit", solo("", id="waiting"))
    done = cli("wait", "waiting", "--timeout", "0.1", code=1)
    assert (done.stdout, done.stderr) == ("", "matchrunner: waiting is queued after 0.1 s\n")
    assert cli.json("wait", "waiting", "--timeout", "0", code=1) == cli.json("show", "waiting")


def test_wait_ends_with_the_match_of_another_process(cli, endless):
    cli.start("run", endless)
    cli.wait_for_event("endless", "progress")
    waiting = cli.start("wait", "endless", "--json")
    cli("stop", "endless")
    stdout, _ = waiting.communicate()
    assert waiting.returncode == 1
    assert json.loads(stdout)["state"] == "stopped"


def open_files(pid):
    """What the descriptors of a process lead to; those that it closes meanwhile are left out."""
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(fd)


def wait_until_open(child, path):
    """Waits until a process has this file open."""
    while path not in open_files(child.pid):
        assert child.poll() is None


@pytest.mark.parametrize("command", [["events", "-f"], ["logs", "-f", "endless"], ["wait", "endless"]])
def test_ctrl_c_ends_a_command_that_waits(cli, endless, command):
    cli.start("run", endless)
    cli.wait_for_event("endless", "progress")
    waiting = cli.start(*command)
    wait_until_open(waiting, str(cli.home / "matchrunner.db"))
    waiting.send_signal(signal.SIGINT)
    _, stderr = waiting.communicate()
    assert waiting.returncode == 130
    assert "Traceback" not in stderr


COMMAND = str(Path(sys.executable).with_name("matchrunner"))

# Runs the command's own script, and sends SIGINT when a module of this name is to be loaded, or at the end.
AT_ONCE = """
import atexit, os, runpy, signal, sys
script, moment = sys.argv[1:]
interrupt = lambda: os.kill(os.getpid(), signal.SIGINT)
class Interrupting:
    def find_spec(name, *more):
        if name == moment: interrupt()
sys.meta_path.insert(0, Interrupting)
if moment == "the end": atexit.register(interrupt)
sys.argv = ["matchrunner", "list"]
runpy.run_path(script, run_name="__main__")
"""
MOMENTS = ("matchrunner", "matchrunner._matchrunner", "matchrunner.errors", "click", "matchrunner.cli.command_line",
           "matchrunner.cli.work", "json", "urllib.parse", "the end")


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_while_it_loads_or_ends(cli, moment):
    command = [sys.executable, "-c", AT_ONCE, COMMAND, moment]
    done = subprocess.run(command, env=cli.environment, cwd=cli.folder, capture_output=True, text=True, check=False)
    assert (done.returncode in (130, -signal.SIGINT), done.stderr.strip()) == (True, "")


def test_who_ignores_ctrl_c_goes_on_to(cli):
    ignoring = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {AT_ONCE}"
    command = [sys.executable, "-c", ignoring, COMMAND, "click"]
    done = subprocess.run(command, env=cli.environment, cwd=cli.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
