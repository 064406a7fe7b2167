# SPDX-License-Identifier: Apache-2.0
"""`matchrunner images`, and its functions in Python, over a real engine and a registry that wants a login."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import types

import pytest
from test_docker import docker, match_file
from whole_service import login

import matchrunner
from matchrunner.cli.images import Told

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own")

FROM = "FROM matchrunner-test/busybox:1\n"


@pytest.fixture
def team(tmp_path):
    """Writes a folder with a Dockerfile."""

    def write(dockerfile, **files):
        folder = tmp_path / "team"
        folder.mkdir(exist_ok=True)
        for name, text in {"Dockerfile": dockerfile, **files}.items():
            (folder / name).write_text(text)
        return folder

    return write


@pytest.fixture
def registry(engine_server):
    return engine_server.words[0]


@pytest.fixture
def url(engine, engine_server, registry):
    """An executor with a login, but for its password, which takes names without a registry from there."""
    place = f"docker://{engine}?images={registry}/test/*&default_registry={registry}"
    return place + login(engine_server).removesuffix("${PASSWORD}")


def test_a_team_is_built_pushed_and_plays_from_the_registry(cli, engine, registry, url, team, tmp_path):
    variables = {"MATCHRUNNER_EXECUTOR": f"sandbox:// {url}testing"}
    folder = team(FROM + "COPY words /words\nRUN echo at work\n", words="from the registry\n")
    built = cli("images", "build", folder, "test/team:1", environment=variables)
    assert built.stdout.startswith(f"built {registry}/test/team:1 sha256:")
    assert "at work" in built.stderr.splitlines()
    assert "\x1b" not in built.stderr
    pushed = json.loads(cli("images", "push", "test/team:1", "--json", environment=variables).stdout)
    assert pushed["name"] == f"{registry}/test/team:1"
    docker(engine, "image", "rm", "--force", pushed["id"])
    pulled = cli("images", "pull", "test/team:1", environment=variables)
    assert pulled.stdout == f"pulled {pushed['name']} {pushed['digest']}\n"
    docker(engine, "image", "rm", "--force", pushed["id"])
    cli("run", match_file(tmp_path, "test/team:1", "cat /words", id="plays"), environment=variables)
    assert cli("logs", "plays", "red.stdout").stdout == "from the registry\n"


def test_what_goes_wrong_is_one_line_and_an_exit_code(cli, engine, registry, url, team, tmp_path):
    def said(code, *arguments, executor=url + "testing"):
        failed = cli("images", *arguments, "--executor", executor, code=code)
        assert failed.stdout == ""
        line = failed.stderr.splitlines()[-1]
        assert line.startswith("matchrunner: error: ")
        return line

    folder = team(FROM + "RUN echo why; exit 7\n")
    assert "returned a non-zero code: 7" in said(2, "build", folder, "test/failing:1")
    assert "other: No such file or directory" in said(2, "build", folder, "x", "--dockerfile", "other")
    assert f"folder {tmp_path}/none: No such" in said(2, "build", "none", "x")
    assert "tag: expected [registry/]repository" in said(2, "build", folder, "Red")
    assert "tag: expected no digest" in said(2, "push", "x@sha256:" + "0" * 64)
    assert "No such image" in said(2, "push", "test/never-built:1")
    assert "no engine at unix://" in said(3, "push", "test/busybox:1", executor=f"docker://{engine}.away")
    assert "expected a URL docker://" in said(2, "push", "test/busybox:1", executor="sandbox://")
    cli("images", "pull", "test/busybox:1", "--executor", url + "testing")
    refused = said(3, "push", "test/busybox:1", executor=url + "guess")
    assert f"image {registry}/test/busybox:1" in refused
    assert "guess" not in refused


def test_on_a_terminal_what_came_of_it_stands_on_a_line_of_its_own(cli, engine, url, team):
    folder = team(FROM + "COPY words /\n", words=os.urandom(2 << 20).hex())
    cli("images", "build", folder, "test/large:1", "--executor", url + "testing")
    ours, theirs = pty.openpty()
    streams = {"stdin": subprocess.DEVNULL, "stdout": theirs, "stderr": theirs, "text": False}
    child = cli.start("images", "push", "test/large:1", "--executor", url + "testing", **streams)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how Linux tells that the other side of a terminal is closed
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert child.wait() == 0
    assert b"\r\x1b[KPush" in shown
    assert b"\r\x1b[Kpushed " in shown


def test_on_a_terminal_an_error_stands_on_a_line_of_its_own(monkeypatch):
    ours, theirs = pty.openpty()
    with open(theirs, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        with pytest.raises(LookupError), Told() as told:
            told(types.SimpleNamespace(text="Pushing", bytes=1, total_bytes=2))
            raise LookupError
        expected = b"\r\x1b[KPushing (1 B of 2 B)\r\x1b[K"
        shown = b""
        while len(shown) < len(expected):
            shown += os.read(ours, 4096)
        assert shown == expected
    os.close(ours)


def test_ctrl_c_ends_a_build(cli, engine, team):
    folder = team(FROM + "RUN echo asleep; sleep 1000\n")
    child = cli.start("images", "build", folder, "test/asleep:1", "--executor", f"docker://{engine}")
    for line in child.stderr:
        if line == "asleep\n":
            child.send_signal(signal.SIGINT)
            break
    assert child.wait(timeout=60) == 130
    while docker(engine, "ps", "--quiet"):
        pass


def test_the_functions_of_the_package(engine, team):
    executor = f"docker://{engine}"
    steps = []
    folder = team(FROM + "RUN echo at work\n")
    image = matchrunner.build_image(folder, "test/package:1", executor=executor, on_step=steps.append)
    assert (image.name, image.digest) == ("docker.io/test/package:1", "")
    assert "at work" in [step.text for step in steps]
    assert json.loads(image.to_json()) == {"name": image.name, "id": image.id, "digest": ""}
    with pytest.raises(matchrunner.NotFound):
        matchrunner.push_image("test/never-built:1", executor=executor)
    with pytest.raises(matchrunner.PermissionDenied):
        matchrunner.pull_image("127.0.0.1:5000/test/busybox:1", executor=executor)
    slow = team(FROM + "RUN echo asleep; sleep 1000\n")
    with pytest.raises(matchrunner.Timeout):
        matchrunner.build_image(slow, "test/slow:1", executor=executor, timeout=3)


def test_what_is_raised_while_a_build_goes_on_ends_it(engine, team):
    folder = team(FROM + "RUN echo asleep; sleep 1000\n")

    def lose(step):
        if step.text == "asleep":
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        matchrunner.build_image(folder, "test/asleep:1", executor=f"docker://{engine}", on_step=lose)

    def interrupt(step):
        if step.text == "asleep":
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        matchrunner.build_image(folder, "test/asleep:1", executor=f"docker://{engine}", on_step=interrupt)


def test_who_is_slow_to_listen_holds_up_the_build_and_not_its_lines(interpreter, engine, team):
    folder = team(FROM + "RUN yes\n")
    interpreter.run(
        f"""
        import matchrunner

        def peak():
            with open("/proc/self/status") as lines:
                return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

        heard = 0

        def listen(step):
            global heard
            heard += 1
            sum(range(1000))  # longer than the thread at work takes for a line
            if heard == 100_000:
                raise LookupError("enough")

        before = peak()
        try:
            matchrunner.build_image({str(folder)!r}, "test/yes:1", executor="docker://{engine}", on_step=listen)
        except LookupError:
            grown = peak() - before
            assert grown < 100_000, f"{{grown}} kB"
        else:
            raise SystemExit("it ended")
        """
    )
    while docker(engine, "ps", "--quiet"):
        pass


def test_work_for_which_there_is_no_thread_is_not_waited_for(interpreter):
    interpreter.run(
        """
        import resource
        import matchrunner

        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + (3 << 19), resource.RLIM_INFINITY))  # less than a stack
        try:
            matchrunner.build_image(".", "x", executor="docker:///nowhere")
        except RuntimeError as error:
            assert "temporarily unavailable" in str(error), error
        else:
            raise SystemExit("it has a thread")
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        """
    )


@pytest.mark.parametrize("command, then", [("echo asleep; sleep 1000", ""), ("yes asleep", "threading.Event().wait()")])
def test_an_interpreter_that_ends_gives_up_a_build(interpreter, engine, team, command, then):
    folder = team(FROM + f"RUN {command}\n")
    interpreter.run(
        f"""
        import contextlib
        import threading
        import matchrunner

        asleep = threading.Event()

        def tell(step):
            if step.text == "asleep":
                asleep.set()
                {then}

        def build():
            with contextlib.suppress(matchrunner.Error):  # that it was given up, if there is still time to be told
                matchrunner.build_image({str(folder)!r}, "test/asleep:1", executor="docker://{engine}", on_step=tell)

        threading.Thread(target=build, daemon=True).start()
        asleep.wait()
        """
    )
    while docker(engine, "ps", "--quiet"):
        pass


def test_a_forked_child_has_no_part_in_a_build(interpreter, engine, team):
    folder = team(FROM + "RUN echo fork; sleep 1\n")
    output = interpreter.run(
        f"""
        import os
        import matchrunner

        children = []

        def tell(step):
            if step.text == "fork":
                children.append(os.fork())

        try:
            matchrunner.build_image({str(folder)!r}, "test/forked:1", executor="docker://{engine}", on_step=tell)
        except matchrunner.Forked:
            raise SystemExit(7)
        print(os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]))
        """
    )
    assert output == "7\n"
