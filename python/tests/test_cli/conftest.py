# SPDX-License-Identifier: Apache-2.0
"""The real command as a process, on a store of its own, and small matches for it to run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from real_servers import real_server
from three_images import make_images
from whole_service import WholeService

COMMAND = str(Path(sys.executable).with_name("matchrunner"))

# A single program: its body runs with `settings`, `tell(event)` and `end(reason, **more)` at hand.
PROGRAM = """
import json, os, sys, time
settings = json.loads(os.environ["MATCHRUNNER_SETTINGS"])
events = open(int(os.environ["MATCHRUNNER_EVENTS"]), "w", buffering=1)
def tell(**event):
    print(json.dumps(event), file=events)
def end(reason, **more):
    with open(os.environ["MATCHRUNNER_RESULT"], "w") as file:
        json.dump({"scores": {"solo": 1}, "reason": reason, **more}, file)
"""


class CommandLine:
    """Runs `matchrunner` with a home of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.home = folder / "home"
        self.children = []
        kept = ("PATH", "HOME", "LANG", "MATCHRUNNER_LAUNCHER")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment["MATCHRUNNER_HOME"] = str(self.home)

    def __call__(self, *arguments, code=0, environment=(), **more):
        """Runs to the end; fails if the exit code is another one, or a traceback shows."""
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            env=self.environment | dict(environment),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            **more,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments, code=0):
        return json.loads(self(*arguments, "--json", code=code).stdout)

    def start(self, *arguments, environment=(), **more):
        """Starts it and goes on; it is gone when the test is."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        child = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            env=self.environment | dict(environment),
            cwd=self.folder,
            **(streams | more),
        )
        self.children.append(child)
        return child

    def serve(self, *arguments, environment=()):
        """Starts a service, and waits until it is ready."""
        process = self.start("serve", *arguments, environment=environment)
        while "ready" not in (line := process.stderr.readline()):
            assert line, "the service has ended"
        return process

    def wait_for_event(self, match_id, *types):
        """Follows the journal until an event of one of these types comes for this match; that event."""
        follower = self.start("events", "-f", "--json")
        for line in follower.stdout:
            event = json.loads(line)
            if event["subject"] != match_id:
                continue
            if event["type"] in types:
                follower.kill()
                return event
            assert event["type"] not in ("fail", "collected", "stop"), f"{match_id} ended before {types}: {line}"
        raise AssertionError(f"no {types} of {match_id}: {follower.stderr.read()}")

    def end_children(self):
        for child in self.children:
            child.kill()
            child.wait()
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()


@pytest.fixture
def cli(tmp_path):
    command_line = CommandLine(tmp_path)
    yield command_line
    command_line.end_children()


@pytest.fixture
def solo(tmp_path):
    """Writes match.json of one Python program with this body; more fields of the seat and the game by name."""

    def write(body, *, id="", name="match.json", seat=(), settings=(), **game):
        program = {
            "name": "solo",
            "command": "python3",
            "arguments": ["program.py"],
            "files": [{"path": "program.py", "content": PROGRAM + body}],
            **dict(seat),
        }
        match = {"game": {"name": "test", "wiring": "none", "seats": [program], **game}, "settings": dict(settings)}
        if id:
            match["id"] = id
        path = tmp_path / name
        path.write_text(json.dumps(match))
        return path

    return write


# Says that it runs, then waits to be stopped.
ENDLESS = """
print("here I am", flush=True)
tell(type="progress", text="under way")
time.sleep(3600)
"""


@pytest.fixture
def endless(solo):
    return solo(ENDLESS, id="endless", deadline_seconds=3600)


def _running(name, scope):
    @pytest.fixture(scope=scope)
    def server():
        with real_server(name) as running:
            yield running

    return server


engine_server = _running("docker", "module")
bucket_server = _running("radosgw", "module")
one_broker_server = _running("rabbitmq", "session")  # the one that takes long to start


@pytest.fixture(scope="module")
def broker_server(one_broker_server):
    """A RabbitMQ broker that holds nothing yet."""
    one_broker_server.order("fresh")
    return one_broker_server


@pytest.fixture(scope="module")
def engine(engine_server):
    """The socket of a Docker Engine."""
    return f"{engine_server.folder}/engine.sock"


@pytest.fixture(scope="module")
def cup_images(engine):
    """The images of matches of three."""
    make_images(engine)


@pytest.fixture(scope="module")
def broker(broker_server):
    """The URL of a RabbitMQ broker, without its virtual host."""
    return f"amqp://test:testing@127.0.0.1:{broker_server.words[0]}"


@pytest.fixture(scope="module")
def bucket_url(bucket_server):
    """Opens the bucket of an S3 server: a prefix, and options of the URL."""
    endpoint = f"http://127.0.0.1:{bucket_server.words[0]}"
    return lambda prefix, more="": f"s3://test:testing-secret@matches/{prefix}?endpoint={endpoint}{more}"


@pytest.fixture
def whole_service(cli, engine, broker, bucket_url):
    """Starts a service over all of them."""
    services = []

    def start(**fields):
        services.append(WholeService(cli, engine, broker, bucket_url, **fields))
        return services[-1]

    yield start
    for service in services:
        service.desk.connection.close()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)
