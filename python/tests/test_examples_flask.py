# SPDX-License-Identifier: Apache-2.0
"""examples/flask under `gunicorn -w 4 --threads 8`: live events in the browser, and never more than two matches."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

FLASK = Path(__file__).resolve().parents[2] / "examples" / "flask"
ENDED = {"collected", "fail", "stop"}

# Takes a while, and writes down when it began and ended, by a clock that all processes share.
STAMPED = """
import json, os, time
events = open(int(os.environ["MATCHRUNNER_EVENTS"]), "w", buffering=1)
begin = time.monotonic()
print(json.dumps({"type": "progress", "text": "playing"}), file=events)
time.sleep(json.loads(os.environ["MATCHRUNNER_SETTINGS"])["seconds"])
result = {"scores": {"solo": 1}, "begin": begin, "end": time.monotonic()}
open(os.environ["MATCHRUNNER_RESULT"], "w").write(json.dumps(result))
"""


class Site:
    def __init__(self, port):
        self.port = port

    def call(self, method, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, json.loads(body) if response.headers["Content-Type"] == "application/json" else body

    def events(self, last=None):
        """Server-sent events as (id, event) pairs."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", "/events", headers={} if last is None else {"Last-Event-ID": str(last)})
        response = connection.getresponse()
        assert response.headers["Content-Type"].startswith("text/event-stream")

        def pairs():
            number = 0
            for line in response:
                if line.startswith(b"id: "):
                    number = int(line.removeprefix(b"id: "))
                elif line.startswith(b"data: "):
                    yield number, json.loads(line.removeprefix(b"data: "))

        return pairs()


@pytest.fixture
def serve(tmp_path):
    """Starts gunicorn on the example with a match of so many seconds."""
    servers = []

    def start(seconds):
        program = {
            "name": "solo",
            "command": "python3",
            "arguments": ["-c", STAMPED],
        }
        match = {"game": {"name": "stamped", "wiring": "none", "seats": [program], "settings": {"seconds": seconds}}}
        (tmp_path / "match.json").write_text(json.dumps(match))
        gunicorn = Path(sys.executable).with_name("gunicorn")
        command = [gunicorn, "-w", "4", "--threads", "8", "-b", "127.0.0.1:0", "--chdir", FLASK, "app:app"]
        home = {"MATCHRUNNER_HOME": str(tmp_path / "home"), "MATCH_FILE": str(tmp_path / "match.json")}
        server = subprocess.Popen(command, env={**os.environ, **home}, stderr=subprocess.PIPE, text=True)
        servers.append(server)
        for line in server.stderr:
            if found := re.search(r"Listening at: http://127.0.0.1:(\d+)", line):
                break
        threading.Thread(target=shutil.copyfileobj, args=(server.stderr, sys.stderr)).start()
        # The first request waits in the socket until a worker is up.
        return Site(int(found[1]))

    yield start
    for server in servers:
        server.send_signal(signal.SIGINT)
        server.wait()


def most_at_once(spans):
    changes = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    count = most = 0
    for _, change in changes:
        count += change
        most = max(most, count)
    return most


def test_limit_of_two_holds_over_all_processes(serve, tmp_path):
    site = serve(0.3)
    events = site.events()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: site.call("POST", "/matches"), range(16)))
    assert {status for status, _ in answers} == {201}
    open_matches = {match["id"] for _, match in answers}
    assert len(open_matches) == 16
    progress = set()
    while open_matches:
        _, event = next(events)
        if event["type"] == "progress":
            progress.add(event["subject"])
        if event["type"] in ENDED:
            open_matches.discard(event["subject"])
    _, matches = site.call("GET", "/matches")
    assert {match["outcome"]["result"] for match in matches} == {"completed"}
    assert progress == {match["id"] for match in matches}
    spans = []
    for match in matches:
        details = match["outcome"]["details"]
        spans.append((details["begin"], details["end"]))
    assert len(spans) == 16
    assert most_at_once(spans) == 2
    assert processes_with_open(f"{tmp_path}/home/matchrunner.db") > 1, "one process alone proves nothing"


def processes_with_open(path):
    """How many processes have this file open."""

    def has_it_open(fds):
        try:
            return path in (os.readlink(fd) for fd in fds.iterdir())
        except OSError:  # it has ended meanwhile
            return False

    return sum(map(has_it_open, Path("/proc").glob("[0-9]*/fd")))


def test_a_browser_that_comes_back_goes_on_where_it_was(serve):
    site = serve(0)
    events = site.events()
    site.call("POST", "/matches")
    seen = []
    for number, event in events:
        seen.append((number, event["type"]))
        if event["type"] in ENDED:
            break
    assert [number for number, _ in seen] == sorted(number for number, _ in seen)
    assert seen[0][1] == "submit"
    again = site.events(last=seen[0][0])
    assert [next(again)[0] for _ in seen[1:]] == [number for number, _ in seen[1:]]


def test_page_and_stop_button(serve):
    site = serve(3600)
    status, page = site.call("GET", "/")
    assert status == 200
    assert b'new EventSource("events")' in page
    events = site.events()
    _, match = site.call("POST", "/matches")
    for _, event in events:
        if event["type"] == "progress":
            break
    assert site.call("POST", f"/matches/{match['id']}/stop")[0] == 200
    for _, event in events:
        if event["type"] in ENDED:
            break
    assert event["type"] == "stop"
    assert site.call("POST", f"/matches/{match['id']}/stop")[0] == 409
    assert site.call("POST", "/matches/none/stop")[0] == 404


def test_app_is_short():
    assert len((FLASK / "app.py").read_text().splitlines()) <= 60
