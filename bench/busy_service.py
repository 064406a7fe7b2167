# SPDX-License-Identifier: Apache-2.0
"""How many MB a `matchrunner serve` has resident while 50 matches run and 100 wait: the process, and what its launchers
have to themselves. The programs of the matches are not counted, nor are servers. With ports of RabbitMQ and S3 the
matches come from a queue, and artifacts go to a bucket: busy_service.py [SOCKET [RABBITMQ S3]]"""
import json
import os
import signal
import subprocess
import sys
import time

import matchrunner
import pika
from idle_runner import launchers, own_kilobytes

RUNNING, WAITING = 50, 100
SANDBOXED = {"name": "program", "command": "sleep", "arguments": ["3600"]}
CONTAINED = {"name": "program", "image": "matchrunner-test/busybox:1", "arguments": ["exec sleep 3600"]}


def resident_kilobytes(pid: int) -> int:
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))


def ask_for(game: dict, broker: str, queue: str) -> None:
    """One message for each match; who asks does not hear of it any more."""
    connection = pika.BlockingConnection(pika.URLParameters(f"{broker}/%2F"))
    channel = connection.channel()
    replies = channel.queue_declare(f"{queue}-replies", durable=True).method.queue
    properties = pika.BasicProperties(reply_to=replies, correlation_id="c", delivery_mode=2)
    for number in range(RUNNING + WAITING):
        message = {"command": "run", "data": {"id": f"m{number}", "game": game}}
        channel.basic_publish("", queue, json.dumps(message), properties)
    connection.close()


def main() -> None:
    engine, rabbitmq, s3 = (*sys.argv[1:], "", "", "")[:3]
    seat, executor = (CONTAINED, f"docker://{engine}?images=*") if engine else (SANDBOXED, "sandbox://")
    game = {"name": "sleep", "wiring": "none", "deadline_seconds": 3600, "seats": [seat]}
    config = {"store": "sqlite:///store.db", "artifacts": f"file://{os.getcwd()}/artifacts", "executor": executor,
              "spool": f"{os.getcwd()}/spool", "slots": RUNNING, "http": "off", "log_level": "debug", "grace_seconds": 0}
    queue = f"busy-{os.getpid()}"
    broker = f"amqp://test:testing@127.0.0.1:{rabbitmq}"
    if rabbitmq:
        config |= {"http": "127.0.0.1:0", "backlog": WAITING}
        own = {"MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue={queue}"]),
               "MATCHRUNNER_SINKS": json.dumps({"replies": f"{broker}/"}),
               "MATCHRUNNER_ARTIFACTS": f"s3://test:testing-secret@matches/{queue}?endpoint=http://127.0.0.1:{s3}"}
        del config["artifacts"]
    else:
        own = {}
    with open("service.json", "w") as file:
        json.dump(config, file)
    others = launchers()
    with matchrunner.Runner("sqlite:///store.db", workers=0) as watcher:
        if not rabbitmq:
            for _ in range(RUNNING + WAITING):
                watcher.submit_match({"game": game})
        command = os.path.join(os.path.dirname(sys.executable), "matchrunner")
        service = subprocess.Popen([command, "serve", "--config", "service.json"], env=os.environ | own,
                                   stderr=subprocess.PIPE, text=True)
        started = 0
        for line in service.stderr:
            if rabbitmq and " ready" in line:
                ask_for(game, broker, queue)
            started += line.endswith("has started\n")
            if started == RUNNING:
                break
        assert started == RUNNING, "the service has ended"
        while len(watcher.list_matches(states=["queued"], limit=1000).matches) < WAITING:
            time.sleep(0.1)
        kilobytes = resident_kilobytes(service.pid) + sum(map(own_kilobytes, launchers() - others))
        service.send_signal(signal.SIGTERM)
        service.communicate()
    print(kilobytes / 1024)


if __name__ == "__main__":
    main()
