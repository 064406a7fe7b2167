# SPDX-License-Identifier: Apache-2.0
"""A service over RabbitMQ, Docker and S3 that is killed and started again, and what must hold of its matches."""

import hashlib
import http.client
import json
import signal
import subprocess
import time
import uuid

import matchrunner
from prometheus_client.parser import text_string_to_metric_families
from real_servers import Desk

IMAGE = "matchrunner-test/busybox:1"
WIN = """echo '{"scores": {"red": 1}}' > $MATCHRUNNER_RESULT\n"""
ENDS = ("collected", "fail", "stop")


def await_gate(name):
    """A line of a seat's script: it goes on when the gate of this name is opened."""
    return f"until [ -e /tmp/{name} ]; do sleep 0.1; done\n"


def seat(script, name="red", **more):
    return {"name": name, "image": IMAGE, "arguments": [script], **more}


def login(engine_server):
    """Options of an executor's URL, with a password that is said elsewhere, as PASSWORD."""
    return f"&registry={engine_server.words[0]}&registry_user=test&registry_password=${{PASSWORD}}"


def match(match_id, *seats, **game):
    wiring = "network" if len(seats) > 1 else "none"
    return {"id": match_id, "game": {"name": "test", "wiring": wiring, "seats": list(seats), **game}}


def until(look, wanted, patience=60):
    """Looks again and again until it sees what is wanted."""
    end = time.monotonic() + patience
    while not wanted(seen := look()):
        assert time.monotonic() < end, seen
        time.sleep(0.1)
    return seen


class WholeService:
    """A `serve` process with a store, a queue and a prefix of its own, which the next process has, too."""

    def __init__(self, cli, engine, broker, bucket_url, more="", secrets=(), decides="red", **fields):
        self.cli, self.engine, self.broker = cli, engine, broker
        self.decides = decides  # the seat that is meant where none is named
        self.queue = f"runner-{uuid.uuid4().hex[:8]}"
        self.bucket_url, self.bucket = bucket_url, bucket_url(self.queue)
        self.environment = {
            "MATCHRUNNER_ARTIFACTS": self.bucket,
            "MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue={self.queue}"]),
            "MATCHRUNNER_SINKS": json.dumps({"replies": f"{broker}/"}),
            **dict(secrets),
        }
        self.file = cli.folder / "service.json"
        self.log = cli.folder / "service.log"
        self.fields = {"executor": f"docker://{engine}?images=*{more}", "http": "127.0.0.1:0", "slots": 1, "lease_seconds": 2}
        self.fields.update(fields)
        self.process = self.address = self.desk = None
        self.start()

    def write(self, **fields):
        self.fields.update(fields)
        self.file.write_text(json.dumps(self.fields))

    def start(self):
        self.write()
        before = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "a") as log:
            streams = {"stdout": log, "stderr": log}
            self.process = self.cli.start("serve", "--config", self.file, environment=self.environment, **streams)
        ready = self.line_with(" ready", before)
        self.address = ready.rpartition("http://")[2].strip("/")
        if self.desk is None:
            self.desk = Desk(self.broker, self.queue)

    def line_with(self, words, begin=0, patience=60):
        """The first line of its log, from this byte on, that has these words."""

        def look():
            with open(self.log) as log:
                log.seek(begin)
                return log.read()

        def wanted(text):
            assert words in text or self.process.poll() is None, f"the service has ended: {text}"
            return words in text[: text.rfind("\n") + 1]

        return next(line for line in until(look, wanted, patience).splitlines() if words in line)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self, number=signal.SIGTERM, code=0, patience=60):
        self.process.send_signal(number)
        assert self.process.wait(patience) == code, self.log.read_text()

    def get(self, path):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def metrics(self):
        text = self.get("/metrics")[1]
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return {(sample.name, *sorted(sample.labels.items())): sample.value for sample in samples}

    def metric(self, name, **labels):
        return self.metrics()[(name, *sorted(labels.items()))]

    def slots_used(self):
        return self.metric("matchrunner_slots_used", pool="default")

    def docker(self, *arguments):
        command = ["/usr/bin/docker", f"--host=unix://{self.engine}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def containers(self, match_id, name):
        labels = (f"--filter=label=matchrunner.{key}" for key in (f"match={match_id}", f"seat={name}"))
        return self.docker("ps", "--quiet", *labels).split()

    def container(self, match_id, name=None):
        return until(lambda: self.containers(match_id, name or self.decides), lambda found: len(found) == 1)[0]

    def open(self, gate, match_id, name=None):
        self.docker("exec", self.container(match_id, name), "/bin/touch", f"/tmp/{gate}")

    def printed(self, line, match_id, name=None):
        """Waits until the seat has printed this line."""
        container = self.container(match_id, name)
        until(lambda: self.docker("logs", container), lambda text: line in text.splitlines())

    def messages(self, queue):
        """How many wait there."""
        return self.desk.channel.queue_declare(queue, passive=True).method.message_count

    def left_over(self):
        """Containers, networks and volumes that still belong to matches."""
        looks = (("ps", "--all"), ("network", "ls"), ("volume", "ls"))
        return [self.docker(*look, "--quiet", "--filter=label=matchrunner.match").split() for look in looks]

    def all_is_gone(self):
        until(self.left_over, lambda left: left == [[], [], []])
        until(self.slots_used, lambda used: used == 0)

    def events(self, match_id):
        lines = self.cli("events", "--json").stdout.splitlines()
        return [event for event in map(json.loads, lines) if event["subject"] == match_id]

    def check_ended_once(self, match_id, end="collected"):
        """One end in the journal, and each of its replies heard, in order, up to `stored`."""
        self.desk.about(match_id, "stored")
        events = self.events(match_id)
        assert [event["type"] for event in events if event["type"] in ENDS] == [end]
        assert [event["type"] for event in events].count("stored") == 1
        told = [event["sequence"] for event in events if "reply" in event["body"]]
        about = (reply for reply in self.desk.all if reply.get("match_id") == match_id and reply["type"] != "reply")
        heard = list(dict.fromkeys(reply["sequence"] for reply in about))
        assert heard == told
        assert events[-1]["type"] == "stored" and events[-1]["sequence"] == told[-1]

    def read(self, uri, most):
        """What is in the bucket there: below the service's own prefix, or where a message wanted it."""
        is_own = uri.startswith(f"s3://matches/{self.queue}/")
        sink = matchrunner.open_artifact_sink(self.bucket if is_own else self.bucket_url(""))
        return sink.read(uri, 0, most, matchrunner.Context())

    def check_kept(self, match_id, wanted):
        """All artifacts are in the bucket as recorded, and those that are `wanted` have that content; the record."""
        record = self.cli.json("show", match_id)
        kept = {}
        for artifact in record["artifacts"]:
            stored = self.read(artifact["uri"], artifact["bytes"] + 1)
            assert (len(stored), hashlib.sha256(stored).hexdigest()) == (artifact["bytes"], artifact["sha256"]), artifact
            kept[artifact["name"]] = stored.decode()
        assert {name: kept.get(name) for name in wanted} == wanted
        return record


def lasting_desk(service, before=()):
    """A desk whose replies outlive its connection."""
    desk = Desk(service.broker, service.queue)
    desk.replies = desk.channel.queue_declare(f"{service.queue}-replies", durable=True).method.queue
    desk.all += before
    return desk


def most_memory(process):
    """The most that the process has had in memory, in bytes."""
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

