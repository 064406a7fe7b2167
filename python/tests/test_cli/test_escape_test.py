# SPDX-License-Identifier: Apache-2.0
"""`escape-test`: the kit holds here, as root and as an ordinary user, and would say so if it did not."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

import matchrunner
from matchrunner.cli import escape_kit

ORDINARY_USER = 61234

# What any program can do that nothing holds, without harm to the host.
UNHELD = ("read-host-file", "read-host-shared-memory", "host-service", "abstract-host", "see-host", "limits-of-host",
          "list-run", "unshare-user", "netlink-route", "dot-dot", "other-seat-files", "other-seat-process")  # fmt: skip


def counts_of(report, tier):
    assert report["isolation"]["tier"] == tier
    assert [each for each in report["attempts"] if each["result"] == "broke"] == []
    assert sum(report["counts"].values()) == len(report["attempts"]) == len(escape_kit.attempts()) >= 60
    return report["counts"]


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="for root only")
needs_ordinary_user = pytest.mark.skipif(os.geteuid() == 0, reason="for ordinary users only")


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("tier", ["full", "user", "restricted"])
def test_all_attempts_are_held(cli, tier):
    assert counts_of(cli.json("escape-test", "--tier", tier), tier)["held"] >= 40


@needs_ordinary_user
@pytest.mark.slow
@pytest.mark.parametrize("tier", ["user", "restricted"])
def test_all_attempts_of_this_user_are_held(cli, tier):
    diagnosis = matchrunner.diagnose(f"sandbox://?tier={tier}")
    if diagnosis.isolation.tier != tier:
        pytest.skip(f"this host does not offer {tier} to this user")
    assert counts_of(cli.json("escape-test", "--tier", tier), tier)["held"] >= 40


@pytest.fixture
def as_ordinary_user():
    """Runs the command as a user who owns nothing, from a copy that every user may read."""
    folder = Path(tempfile.mkdtemp(prefix="matchrunner-user-"))
    folder.chmod(0o755)
    for package in (matchrunner, click):
        source = Path(package.__file__).parent
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    home = folder / "home"
    home.mkdir()
    os.chown(home, ORDINARY_USER, ORDINARY_USER)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(folder)}

    def run(program, *arguments, **more):
        user = {"user": ORDINARY_USER, "group": ORDINARY_USER, "extra_groups": []}
        streams = {"capture_output": True, "text": True}
        return subprocess.run([program, *arguments], cwd=home, env=environment, **streams, **user, **more)

    yield run
    shutil.rmtree(folder)


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("tier", ["user", "restricted"])
def test_all_attempts_of_an_ordinary_user_are_held(as_ordinary_user, tier):
    done = as_ordinary_user("/usr/bin/python3", "-m", "matchrunner.cli", "escape-test", "--json", "--tier", tier)
    assert done.stderr == ""
    assert counts_of(json.loads(done.stdout), tier)["held"] >= 40
    assert done.returncode == 0


def findings_where_nothing_holds(run, program, folder, **user):
    """What each of UNHELD says as a program like any other; `user` is that of a process in the place of the host's."""
    Path(folder, "victim").write_text("secret")
    # In the place of the host's process, and of the other seat's.
    with escape_kit.laid_out() as bait, subprocess.Popen(["sleep", "60"], cwd=folder, **user) as host:
        told = [bait.file, str(host.pid), str(bait.port), bait.token]
        victim = "\t".join([str(folder), str(folder), str(folder), str(host.pid)]) + "\n"
        try:
            return {name: run(program, "attempt", name, *told, input=victim).stdout for name in UNHELD}
        finally:
            host.kill()


@needs_root
def test_attempts_break_out_where_nothing_holds_them(as_ordinary_user):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        program = shutil.copy(escape_kit.PROGRAM, folder)
        found = findings_where_nothing_holds(as_ordinary_user, program, folder, user=ORDINARY_USER, group=ORDINARY_USER)
    assert {name for name, text in found.items() if not text.startswith("broke ")} == set(), found


@needs_ordinary_user
def test_attempts_of_this_user_break_out_where_nothing_holds_them(tmp_path):
    def run(*command, **more):
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, **more)

    found = findings_where_nothing_holds(run, escape_kit.PROGRAM, tmp_path)
    # Some hosts hold this one by themselves.
    held_by_host = {"unshare-user"} if matchrunner.diagnose("sandbox://?tier=user").isolation.tier != "user" else set()
    assert {name for name, text in found.items() if not text.startswith("broke ")} <= held_by_host, found


def test_some_attempts_by_name_and_theme(cli):
    done = cli("escape-test", "mount-tmpfs", "read-shadow")
    assert [line.split(":")[0].split() for line in done.stdout.splitlines()[:-1]] == [
        ["held", "files/read-shadow"],
        ["held", "mounts/mount-tmpfs"],
    ]
    assert done.stdout.splitlines()[-1] == "2 held, 0 broke, 0 not applicable"
    assert "nosuch" in cli("escape-test", "nosuch", code=2).stderr
    listed = cli.json("escape-test", "--list", "kernel")
    assert {each["theme"] for each in listed} == {"kernel"}
    assert any(each["source"].startswith("CVE-") for each in listed)


def test_files_that_stay_behind_count_as_broken(tmp_path):
    attempts = {f"match-{i}": escape_kit.Attempt("limits", f"fill-{i}", "fills", "", ()) for i in range(2)}
    assert escape_kit.files_left(tmp_path, attempts) == []
    (tmp_path / "match-1.0a1b2c").mkdir()
    (left,) = escape_kit.files_left(tmp_path, attempts)
    assert (left.attempt.name, left.result) == ("fill-1", "broke")


def test_what_counts_as_broken():
    attempt = escape_kit.Attempt("limits", "burn", "burns", "", ("timeout",))

    def judged(verdict, finding, fault=matchrunner.Fault.NONE, truncated=False):
        seats = [
            SimpleNamespace(verdict=matchrunner.Verdict.OK, truncated=False),
            SimpleNamespace(verdict=verdict, truncated=truncated),
        ]
        outcome = SimpleNamespace(fault=fault, reason="why", seats=seats, details={"finding": finding})
        return escape_kit.judged(attempt, outcome)

    assert judged(matchrunner.Verdict.TIMEOUT, "") == ("held", "ended: timeout")
    assert judged(matchrunner.Verdict.TIMEOUT, "broke got out") == ("broke", "got out")
    assert judged(matchrunner.Verdict.OK, "")[0] == "broke"
    assert judged(matchrunner.Verdict.OK, "held by it") == ("held", "by it")
    assert judged(matchrunner.Verdict.OK, "not_applicable here") == ("not applicable", "here")
    assert judged(matchrunner.Verdict.OK, "held", matchrunner.Fault.INFRASTRUCTURE)[0] == "broke"
