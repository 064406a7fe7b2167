# SPDX-License-Identifier: Apache-2.0
"""The page of the service: what it says can be done in five minutes is done, line by line."""

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "service.md"
ADDRESS = "127.0.0.1:9377"  # as the page says it; somebody may have a service there
LEFT_OUT = set()  # lines that no test can run, word for word


def lines_of_the_page():
    """The commands of the block, without their comments."""
    section = PAGE.read_text().partition("\n## In five minutes\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    lines = [shlex.join(shlex.split(line, comments=True)) for line in block.splitlines() if line.strip()]
    return [line for line in lines if line not in LEFT_OUT]


class Reader:
    """Somebody who types what the page says, in one terminal and another."""

    def __init__(self, cli):
        self.cli = cli
        self.environment = cli.environment | {"MATCHRUNNER_HTTP": "127.0.0.1:0"}
        self.environment["PATH"] = f"{Path(sys.executable).parent}:{cli.environment['PATH']}"
        self.service = None
        self.address = None

    def type(self, line):
        command = ["/bin/sh", "-c", line.replace(ADDRESS, self.address) if self.address else line]
        done = subprocess.run(
            command, env=self.environment, cwd=self.cli.folder, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        return done.stdout

    def begin_service(self, line):
        """In another terminal."""
        self.service = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {line}"], env=self.environment, cwd=self.cli.folder, stderr=subprocess.PIPE, text=True
        )
        self.cli.children.append(self.service)
        while " ready; pages at " not in (said := self.service.stderr.readline()):
            assert said, "the service has ended"
        self.address = said.rpartition("http://")[2].strip("/\n")

    def play(self, line):
        said = self.type(line)
        (match_id,) = set(said.split()) & {match["id"] for match in self.cli.json("list")}
        assert "is finished" in self.hear(f"{match_id} is finished")
        return match_id

    def hear(self, words):
        for line in self.service.stderr:
            if words in line:
                return line
        raise AssertionError(f"the service has ended before {words!r}")


def test_the_block_of_the_page_line_by_line(cli):
    reader = Reader(cli)
    does = {
        "matchrunner init first": reader.type,
        "matchrunner serve": reader.begin_service,
        "matchrunner submit first/match.json": reader.play,
        "matchrunner list": reader.type,
        f"curl -s http://{ADDRESS}/metrics": reader.type,
    }
    lines = lines_of_the_page()
    assert set(lines) == set(does), "the page has other lines than this test knows"
    said = {line: does[line](line) for line in lines}
    match_id = said["matchrunner submit first/match.json"]
    assert match_id in said["matchrunner list"] and "finished" in said["matchrunner list"]
    ended = 'matchrunner_matches_ended_total{state="finished",fault="none"} 1'
    assert ended in said[f"curl -s http://{ADDRESS}/metrics"].splitlines()
    match = cli.json("show", match_id)
    assert match["outcome"]["result"] == "completed"
    assert sorted(seat["score"] for seat in match["outcome"]["seats"] if seat["name"] in ("alice", "bob")) == [0, 1]
    reader.service.send_signal(signal.SIGINT)  # "Ctrl-C ends it."
    reader.hear("info ended")
    assert reader.service.wait(60) == 130
