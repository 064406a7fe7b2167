# SPDX-License-Identifier: Apache-2.0
"""Services on one store, over RabbitMQ, Docker and S3, which can be killed one by one, and a client that bears it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pika
from real_servers import real_server

COMMAND = str(Path(sys.executable).with_name("matchrunner"))
LEASE = 3
SLOTS = 3


class Servers:
    """The real ones, all up."""

    def __init__(self, stack):
        self.engine, self.broker, self.bucket = (
            stack.enter_context(real_server(name)) for name in ("docker", "rabbitmq", "radosgw")
        )
        self.engine_socket = f"{self.engine.folder}/engine.sock"
        self.broker_url = f"amqp://test:testing@127.0.0.1:{self.broker.words[0]}/%2F"

    def bucket_url(self, prefix):
        return f"s3://test:testing-secret@matches/{prefix}?endpoint=http://127.0.0.1:{self.bucket.words[0]}"

    def docker(self, *arguments):
        return ["/usr/bin/docker", f"--host=unix://{self.engine_socket}", *arguments]


class EngineWatcher:
    """What the engine tells of containers that start and die, in each of its lives: it ends them all when it begins."""

    def __init__(self, servers, folder):
        self.servers, self.folder = servers, folder
        self.watchers = []

    def look_from_now(self):
        """The engine is about to begin, or has, and nothing has been started."""
        self.end()
        log = self.folder / f"containers-{len(self.watchers)}.jsonl"
        look = ["events", "--format", "{{json .}}", "--filter", "event=start", "--filter", "event=die"]
        command = self.servers.docker(*look, "--since", f"{time.time():.6f}")
        # Until there is an engine that answers, or the test has been gone for a minute.
        script = 'for i in $(seq 1200); do "$0" "$@" 2>/dev/null && exit; sleep 0.05; done'
        with open(log, "w") as file:
            process = subprocess.Popen(["/bin/sh", "-c", script, *command], stdout=file, start_new_session=True)
        self.watchers.append((process, log))

    def end(self):
        if self.watchers and self.watchers[-1][0].poll() is None:
            os.killpg(self.watchers[-1][0].pid, signal.SIGTERM)
            self.watchers[-1][0].wait()

    def lives(self):
        return [[json.loads(line) for line in log.read_text().splitlines()] for _, log in self.watchers]


class PatientClient:
    """Sends commands until the broker has them, and keeps every reply, over as many connections as it takes."""

    def __init__(self, url, queue, replies):
        self.url, self.queue, self.replies = url, queue, replies
        self.heard = []
        self.channel = None

    def _connected(self):
        if self.channel is None:
            connection = pika.BlockingConnection(pika.URLParameters(f"{self.url}?blocked_connection_timeout=20"))
            channel = connection.channel()
            channel.queue_declare(self.replies, durable=True)
            channel.confirm_delivery()
            self.channel = channel
        return self.channel

    def _trying(self, what, patience=120):
        until = time.monotonic() + patience
        while True:
            try:
                return what(self._connected())
            except (pika.exceptions.AMQPError, OSError):
                self.channel = None
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def ask(self, command, data):
        asked_for = data["match_id" if "match_id" in data else "id"]
        properties = pika.BasicProperties(reply_to=self.replies, correlation_id=asked_for, delivery_mode=2)
        body = json.dumps({"command": command, "data": data})
        self._trying(lambda channel: channel.basic_publish("", self.queue, body, properties, mandatory=True))

    def hear(self):
        """What has come by now."""
        self._take_all(self.replies, lambda _, body: self.heard.append(json.loads(body)))

    def live(self, queue):
        """The parts of streams that are in this queue, as (headers, bytes)."""
        parts = []
        self._take_all(queue, lambda properties, body: parts.append((properties.headers, body)))
        return parts

    def _take_all(self, queue, keep):
        """An acknowledgement that is lost brings a message again."""

        def take(channel):
            while (got := channel.basic_get(queue)) and got[0]:
                keep(*got[1:])
                channel.basic_ack(got[0].delivery_tag)

        self._trying(take)

    def ready(self, queue):
        return self._trying(lambda channel: channel.queue_declare(queue, passive=True).method.message_count)


class Fleet:
    """`size` services on one store and one queue."""

    def __init__(self, servers, folder, size):
        self.servers, self.folder = servers, folder
        self.prefix = folder.name
        self.queue = f"{self.prefix}-commands"
        self.live = f"{self.prefix}-live"
        self.processes = [None] * size
        self.started = 0
        self.codes = []  # of those that were told to end
        broker = servers.broker_url
        self.environment = {
            **os.environ,
            "MATCHRUNNER_HOME": str(folder),
            "MATCHRUNNER_ARTIFACTS": servers.bucket_url(self.prefix),
            "MATCHRUNNER_SOURCES": json.dumps([f"{broker}?queue={self.queue}"]),
            "MATCHRUNNER_SINKS": json.dumps({"replies": broker}),
            "MATCHRUNNER_STREAMS": json.dumps({"logs/*.stdout": f"{broker}?queue={self.live}"}),
            "MATCHRUNNER_EXECUTOR": f"docker://{servers.engine_socket}?images=matchrunner-test/*",
            "MATCHRUNNER_LEASE_SECONDS": str(LEASE),
            "MATCHRUNNER_SLOTS": str(SLOTS),
            "MATCHRUNNER_BACKLOG": "3",
            "MATCHRUNNER_GRACE_SECONDS": "1",
            "MATCHRUNNER_HTTP": "off",
            "MATCHRUNNER_LOG_LEVEL": "debug",
        }

    def start(self, index):
        self.started += 1
        with open(self.folder / f"service-{index}.log", "a") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            command = [COMMAND, "serve"]
            self.processes[index] = subprocess.Popen(command, env=self.environment, cwd=self.folder, **streams)

    def kill(self, index):
        self.processes[index].kill()
        self.processes[index].wait()

    def look_after(self):
        """Who ended is started again: a service whose broker is away cannot start."""
        for index, process in enumerate(self.processes):
            if process is None or process.poll() is not None:
                self.start(index)

    def drain(self, index):
        if self.processes[index].poll() is None:
            self.processes[index].send_signal(signal.SIGTERM)
            code = self.processes[index].wait(90)
            self.codes.append(0 if code in (3, -signal.SIGTERM) else code)  # it was not up yet

    def end(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        self.codes += [process.wait(90) for process in self.processes]

    def command(self, *arguments):
        command = [COMMAND, *arguments, "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout
