# SPDX-License-Identifier: Apache-2.0
"""Real servers that are there for some tests, by the scripts of tests/servers, and a client of a broker."""

import contextlib
import json
import subprocess
import tempfile
from pathlib import Path

import pika

SCRIPTS = Path(__file__).resolve().parents[3] / "tests" / "servers"


class RealServer:
    """Its folder, whose path is short, as those of sockets have to be, what it says of itself, and what it obeys."""

    def __init__(self, name, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [SCRIPTS / name, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        up, *self.words = self.process.stdout.readline().split() or [""]
        assert up == "up", [log.read_text() for log in folder.rglob("setup.log")]

    def order(self, line):
        print(line, file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "done\n", line

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@contextlib.contextmanager
def real_server(name):
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as parent:
        server = RealServer(name, Path(parent, "server"))
        yield server
        server.end()


class Client:
    """Knows one queue of a broker, and has one of its own for replies."""

    def __init__(self, broker, queue):
        self.queue = queue
        self.connection = pika.BlockingConnection(pika.URLParameters(f"{broker}/%2F"))
        self.channel = self.connection.channel()
        self.replies = self.channel.queue_declare("", exclusive=True).method.queue

    def ask(self, command, data, correlation_id="c", key="data"):
        properties = pika.BasicProperties(reply_to=self.replies, correlation_id=correlation_id)
        body = json.dumps({"command": command, key: data}) if isinstance(command, str) else command
        self.channel.basic_publish("", self.queue, body, properties)

    def hear(self, until, patience=60):
        """Replies with their correlation ids, up to the first that `until` is true for."""
        heard = []
        for method, properties, body in self.channel.consume(self.replies, inactivity_timeout=patience):
            assert method is not None, f"no reply; so far {heard}"
            self.channel.basic_ack(method.delivery_tag)
            heard.append((properties.correlation_id, json.loads(body)))
            if until(heard[-1][1]):
                return heard
        raise AssertionError(heard)


class Desk(Client):
    """A client that keeps what it has heard."""

    def __init__(self, broker, queue):
        super().__init__(broker, queue)
        self.all = []

    def until(self, wanted, patience=60):
        """The first reply that `wanted` is true for, of all that have come."""
        for reply in self.all:
            if wanted(reply):
                return reply
        self.all += [reply for _, reply in self.hear(wanted, patience)]
        return self.all[-1]

    def about(self, match_id, *types, patience=120):
        """The first reply about the match of one of these types."""
        return self.until(lambda reply: reply.get("match_id") == match_id and reply["type"] in types, patience)
