# SPDX-License-Identifier: Apache-2.0
"""`logs`, live and after: of another process, by every name, and again when a match is run again."""

import subprocess

TALKER = """
for number in range(3):
    print("line", number, flush=True)
print("a complaint", file=sys.stderr, flush=True)
tell(type="progress")
time.sleep(3600)
"""


def test_follow_reaches_another_process(cli, solo):
    running = cli.start("run", solo(TALKER, id="talker"))
    cli.wait_for_event("talker", "progress")
    cli.wait_for_event("talker", "progress")
    follower = cli.start("logs", "-f", "talker", "solo.stdout")
    assert [follower.stdout.readline() for _ in range(3)] == ["line 0\n", "line 1\n", "line 2\n"]
    cli("stop", "talker")
    rest, _ = follower.communicate()
    assert follower.returncode == 0
    assert rest == ""
    running.wait()


def test_follow_shows_what_comes_later(cli, solo, tmp_path):
    body = """
print("early", flush=True)
tell(type="progress", text="early is out")
while not os.path.exists(settings["gate"]): time.sleep(0.01)
print("late", flush=True)
end("")
"""
    gate = tmp_path / "gate"
    gate.mkdir()
    path = solo(body, id="two-steps", seat={"read_only": [str(gate)]}, settings={"gate": str(gate / "open")})
    running = cli.start("run", path)
    cli.wait_for_event("two-steps", "progress")
    cli.wait_for_event("two-steps", "progress")
    follower = cli.start("logs", "-f", "two-steps", "solo")
    assert follower.stdout.readline() == "==> logs/solo.stdout <==\n"
    assert follower.stdout.readline() == "early\n"
    (gate / "open").touch()
    assert follower.stdout.readline() == "late\n"
    assert follower.wait() == 0
    assert running.wait() == 0


def test_logs_by_every_name(cli, solo):
    body = """
print("out"); print("err", file=sys.stderr)
open(os.environ["MATCHRUNNER_OUTPUT"] + "/game.pgn", "w").write("1. e4")
end("")
"""
    cli("run", solo(body, id="m"))
    assert cli("logs", "m", "solo.stdout").stdout == "out\n"
    assert cli("logs", "m", "logs/solo.stderr").stdout == "err\n"
    assert cli("logs", "m", "output/game.pgn").stdout == "1. e4"
    both = "==> logs/solo.stdout <==\nout\n\n==> logs/solo.stderr <==\nerr\n"
    assert cli("logs", "m", "solo").stdout == both
    assert cli("logs", "m").stdout == both
    assert cli("logs", "-f", "m").stdout == both


def test_a_name_that_does_not_exist(cli, solo):
    cli("run", solo("end('')", id="m"))
    for arguments in (["logs", "m", "nobody"], ["logs", "-f", "m", "nobody"]):
        stderr = cli(*arguments, code=2).stderr
        assert "'nobody'" in stderr
        assert "logs/solo.stdout" in stderr
    assert "no-such-match" in cli("logs", "no-such-match", code=2).stderr


def test_bytes_are_kept_as_they_are(cli, solo):
    cli("run", solo("sys.stdout.buffer.write(bytes(range(256)) * 1000); end('')", id="m"))
    done = subprocess.run(
        [cli.start("version").args[0], "logs", "m", "solo.stdout"], env=cli.environment, capture_output=True
    )
    assert done.stdout == bytes(range(256)) * 1000


def test_follow_of_a_queued_match_waits_for_it(cli, solo):
    cli("submit", solo("print('at last'); end('')", id="queued"))
    follower = cli.start("logs", "-f", "queued", "solo.stdout")
    cli("work", "--drain")
    stdout, _ = follower.communicate()
    assert stdout == "at last\n"
    assert follower.returncode == 0


def test_follow_starts_over_when_the_match_is_run_again(cli, solo, tmp_path):
    body = """
print("run", "two" if os.path.exists(settings["gate"]) else "one", flush=True)
tell(type="progress")
while not os.path.exists(settings["gate"]): time.sleep(0.01)
end("")
"""
    gate = tmp_path / "gate"
    gate.mkdir()
    path = solo(body, id="twice", seat={"read_only": [str(gate)]}, settings={"gate": str(gate / "open")})
    running = cli.start("run", path, "--lease", "2")
    cli.wait_for_event("twice", "progress")
    follower = cli.start("logs", "-f", "twice", "solo.stdout")
    assert follower.stdout.readline() == "run one\n"
    running.kill()
    running.wait()
    (gate / "open").touch()
    cli("work", "--drain", "--lease", "2")
    stdout, stderr = follower.communicate()
    assert (stdout, stderr) == ("run two\n", "matchrunner: twice is run again\n")
