# SPDX-License-Identifier: Apache-2.0
"""A real gunicorn that loads the application before it forks its two workers, asked over real HTTP."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys

import pytest

APPLICATION = """
import json, os
import matchrunner
from scripted_match import scripted

runner = matchrunner.per_process(lambda: matchrunner.Runner(
    "sqlite:///store.db", "memory://", "memory://", slots=4, workers=2, spool_folder="spool"))
loaded_in = os.getpid()
runner().wait_match(runner().submit_match(scripted(id="preloaded")).id)  # the parent has a Runner at work, too

def app(environ, start_response):
    match = runner().submit_match(scripted())
    match = runner().wait_match(match.id, timeout=60)
    body = json.dumps({"pid": os.getpid(), "loaded_in": loaded_in, "state": match.state, "id": match.id})
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body.encode()]
"""


class Server:
    def __init__(self, folder):
        (folder / "application.py").write_text(APPLICATION)
        command = [sys.executable, "-m", "gunicorn", "--preload", "-w", "2", "--threads", "2", "-b", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [*command, "application:app"],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.path.dirname(__file__)},
        )
        self.log, self.port = [], None
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
            if len([line for line in self.log if "Booting worker" in line]) == 2:
                break

    def get(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            assert response.status == 200, response.read()
            return json.loads(response.read())
        finally:
            connection.close()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        _, rest = self.process.communicate(timeout=60)
        return "".join(self.log) + rest


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    if server.process.poll() is None:
        server.process.kill()
    server.process.communicate()


def test_gunicorn_serves_from_two_workers_and_ends(server):
    assert server.port is not None, "".join(server.log)
    answers = [server.get()]
    while len({answer["pid"] for answer in answers}) < 2 and len(answers) < 400:
        answers.append(server.get())
    assert {answer["state"] for answer in answers} == {"finished"}
    assert len({answer["id"] for answer in answers}) == len(answers)
    workers = {answer["pid"] for answer in answers}
    assert len(workers) == 2 and {answer["loaded_in"] for answer in answers} == {server.process.pid}
    assert server.process.pid not in workers
    log = server.terminate()
    assert server.process.returncode == 0, log
    for word in ("Traceback", "SIGKILL", "timeout", "Error"):
        assert word not in log, log
