# SPDX-License-Identifier: Apache-2.0
"""A match of soccer as older clients ask for it: its programs, their images, its message, what its streams bring."""

import json
import subprocess
from urllib.parse import urlsplit

BASE = "matchrunner-test/busybox:1"
SIDES = ("right", "left")
PLAYERS = [f"{side}_{i}" for side in SIDES for i in range(11)]
READY = "Using simulator's random seed as Hetero Player Seed: 7"

# Welcomes 22 players, whose lines are the recording, and ends.
GAME_SERVER = f"""
echo booting
echo "$MATCHRUNNER_SETTINGS"
sleep 1
echo "{READY}"
touch $MATCHRUNNER_OUTPUT/match.rcg
until [ $(wc -l < $MATCHRUNNER_OUTPUT/match.rcg) = 22 ]; do
  nc -l -p 6000 -e /bin/sh -c 'read player && echo "$player" >> $MATCHRUNNER_OUTPUT/match.rcg && echo welcome'
done
"""
FULL_TIME = "echo full time\n"
PLAYER = """
until echo "$0 $num" | nc -w 5 $ip 6000 | grep -q welcome; do sleep 0.1; done
echo plays
exec sleep 3600
"""
# All that one match sends back on its way, but for its beginning and its end.
ON_THE_WAY = ["Starting rcssserver...", "rcssserver is ready"]
ON_THE_WAY += [f"team_{player} container created" for player in PLAYERS]


def tell(**event):
    """A line of a server's script: it tells of this event."""
    return f"echo '{json.dumps(event)}' >&$MATCHRUNNER_EVENTS\n"


def recorded(*teams):
    """The lines of the recording, in any order."""
    return sorted(f"{name} {i}" for name in teams for i in range(11))


def make_image(engine, name, script, *arguments):
    entry = json.dumps(["/bin/sh", "-c", script, *arguments])
    subprocess.run(
        ["/usr/bin/docker", f"--host=unix://{engine}", "build", "--quiet", "--tag", f"matchrunner-test/{name}:1", "-"],
        input=f"FROM {BASE}\nENTRYPOINT {entry}\n",
        text=True,
        check=True,
        capture_output=True,
    )


def image(name, **more):
    return {"_type": "docker", "image_name": f"matchrunner-test/{name}", "tag": "1", **more}


def team(name, **more):
    return image(name, team_name=name.capitalize(), config={"core_start": 0, "core_end": 0}, **more)


def bucket_for_older_clients(bucket_url):
    """`config` of a message's `log.s3`."""
    endpoint = bucket_url("").partition("endpoint=http://")[2]
    keys = {"access_key": "test", "secret_key": "testing-secret"}
    return {"type": "minio", "endpoint": endpoint, "bucket": "matches", **keys}


def broker_for_older_clients(broker, queue):
    """`config` of a message's `log.stream`."""
    address = urlsplit(broker)
    login = {"username": address.username, "password": address.password}
    place = {"host": address.hostname, "port": address.port, "exchange": "", "queue": queue}
    return {"type": "rabbitmq", **place, **login}


def permitted(broker, bucket_url):
    """`targets` that such messages may name."""
    endpoint = bucket_url("").partition("endpoint=")[2]
    host = urlsplit(broker).netloc.partition("@")[2]
    return json.dumps([f"s3://matches?endpoint={endpoint}", f"amqp://{host}/?queue=own-*"])


class Stream:
    """What a queue got, as a consumer puts it together that drops what it has had: bytes by name, and who has ended."""

    def __init__(self, client, queue):
        self.channel = client.connection.channel()
        self.messages = self.channel.consume(queue, inactivity_timeout=60)
        self.texts, self.ended = {}, set()

    def until_has(self, texts):
        """Until each of these has come up to this text, and no further."""
        self._until(lambda: {name: self.texts.get(name, b"").decode() for name in texts} == texts)

    def until_line(self, name):
        """Until it has come up to the end of a line; its text."""
        self._until(lambda: self.texts.get(name, b"").endswith(b"\n"))
        return self.texts[name].decode()

    def until_lines(self, name, lines):
        """Until these lines have come, in any order."""
        self._until(lambda: sorted(self.texts.get(name, b"").decode().splitlines()) == lines)

    def until_ended(self, *names):
        """Until each of these has come as a whole; their texts."""
        self._until(lambda: self.ended >= set(names))
        return {name: self.texts[name].decode() for name in names}

    def _until(self, enough):
        while not enough():
            method, properties, body = next(self.messages)
            assert method is not None, (self.texts, self.ended)
            self.channel.basic_ack(method.delivery_tag)
            self._take(properties.headers, body)

    def _take(self, headers, body):
        name, had = headers["name"], self.texts.get(headers["name"], b"")
        assert headers["offset"] <= len(had)
        self.texts[name] = had[: headers["offset"]] + body
        if headers["last"]:
            self.ended.add(name)
