# SPDX-License-Identifier: Apache-2.0
"""Services on one store, over RabbitMQ, Docker and S3, whose parts are killed, frozen and taken away while a client
asks for matches; then what must hold is checked. As a command (`make soak`) it plays until the time is over."""

import collections
import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matchrunner
import pika
from service_fleet import LEASE, SLOTS, EngineWatcher, Fleet, PatientClient, Servers

IMAGE = "matchrunner-test/busybox:1"
ENDS = {"collected": "finished", "fail": "failed", "stop": "stopped"}  # event to state

SCRIPT = """
i=0
while [ $i -lt 20 ]; do echo "line $i"; sleep %s; i=$((i + 1)); done
echo moves > $MATCHRUNNER_OUTPUT/game.pgn
echo '{"scores": {"red": 1}}' > $MATCHRUNNER_RESULT
"""
LOG = "".join(f"line {i}\n" for i in range(20))

# Over a private network: the host ends when the red player has been there.
HOSTS_SCRIPT = "nc -l -p 6000 > $MATCHRUNNER_OUTPUT/heard &\n" + SCRIPT + "wait\n"
# What is said is there before the connection is: the host says at once that it has nothing to say.
PLAYERS_SCRIPT = "echo hello > /tmp/hello; until nc host 6000 < /tmp/hello; do sleep 0.1; done; echo said; exec sleep 3600"


def solo(pause):
    return {"wiring": "none", "seats": [{"name": "red", "image": IMAGE, "arguments": [SCRIPT % pause]}]}


def hosted(pause):
    host = {"role": "server", "ready": {"log": "line 0"}, "arguments": [HOSTS_SCRIPT % pause]}
    red = {"after": ["host"], "arguments": [PLAYERS_SCRIPT]}
    seats = [{"name": "host", "image": IMAGE, **host}, {"name": "red", "image": IMAGE, **red}]
    return {"wiring": "network", "grace_seconds": 1, "seats": seats}


# By name of the game: what is there of each match when it is over.
KEPT = {
    "solo": {"logs/red.stdout": LOG, "output/game.pgn": "moves\n"},
    "hosted": {
        "logs/host.stdout": LOG,
        "logs/red.stdout": "said\n",
        "output/game.pgn": "moves\n",
        "output/heard": "hello\n",
    },
}


class Round:
    """One fleet and its matches. `counts` and `violations` tell of it."""

    def __init__(self, servers, folder, seed, matches, services=2):
        self.servers, self.folder, self.matches = servers, folder, matches
        self.random = random.Random(seed)
        self.counts = collections.Counter()
        self.violations = []
        self.fleet = Fleet(servers, folder, services)
        self.client = PatientClient(servers.broker_url, self.fleet.queue, f"{self.fleet.prefix}-replies")
        self.watcher = EngineWatcher(servers, folder)
        self.to_come = self.random.sample(list(self.FAULTS), len(self.FAULTS))
        self.ids = []
        self.games = {}
        self.killed = set()

    # Faults. What is broken is whole again when they return.
    def _service_killed(self):
        self.fleet.kill(self.random.randrange(len(self.fleet.processes)))

    def _all_services_killed(self):
        for index in range(len(self.fleet.processes)):
            self.fleet.kill(index)

    def _service_drained(self):
        self.fleet.drain(self.random.randrange(len(self.fleet.processes)))

    def _service_frozen(self):
        process = self.random.choice(self.fleet.processes)
        process.send_signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(1, 3) * LEASE)
        process.send_signal(signal.SIGCONT)

    def _broker_killed(self):
        self.servers.broker.order("stop")
        time.sleep(self.random.uniform(0, 2))
        self.servers.broker.order("start")

    def _frozen(self, server):
        server.order("pause")
        time.sleep(self.random.uniform(0.5, 6))
        server.order("resume")

    def _broker_frozen(self):
        self._frozen(self.servers.broker)

    def _engine_killed(self):
        self.servers.engine.order("stop")
        time.sleep(self.random.uniform(0, 4))
        self.watcher.look_from_now()
        self.servers.engine.order("start")

    def _engine_frozen(self):
        self._frozen(self.servers.engine)

    def _bucket_away(self):
        self.servers.bucket.order("stop")
        time.sleep(self.random.uniform(0, 6))
        self.servers.bucket.order("start")

    FAULTS = {
        "services killed": (_service_killed, 6),
        "all services killed": (_all_services_killed, 2),
        "services drained": (_service_drained, 3),
        "services frozen": (_service_frozen, 3),
        "broker killed": (_broker_killed, 1),
        "broker frozen": (_broker_frozen, 2),
        "engine killed": (_engine_killed, 1),
        "engine frozen": (_engine_frozen, 2),
        "bucket away": (_bucket_away, 2),
    }

    def injure(self):
        """Each kind once, then by weight."""
        if self.to_come:
            name = self.to_come.pop()
        else:
            (name,) = self.random.choices(list(self.FAULTS), [weight for _, weight in self.FAULTS.values()])
        self.counts[name] += 1
        self.FAULTS[name][0](self)

    # Matches.
    def ask_for_one(self):
        match_id = f"m{len(self.ids)}"
        self.ids.append(match_id)
        pause = self.random.choice([0, 0.02, 0.1, 0.2])
        make = self.random.choice([solo, hosted])
        self.games[match_id] = make.__name__
        self.counts[make.__name__] += 1
        data = {"id": match_id, "game": {"name": make.__name__, "attempts": 100, **make(pause)}}
        self.client.ask("run", data)
        if self.random.random() < 0.2:
            self.counts["asked for twice"] += 1
            self.client.ask("run", data)

    def kill_one(self):
        match_id = self.random.choice(self.ids)
        if match_id not in self.killed:
            self.killed.add(match_id)
            self.counts["told to stop"] += 1
            self.client.ask("stop", {"match_id": match_id})

    def stored(self):
        """Matches of which has been heard that they are over: with all that they left behind, if anything."""
        return {reply["match_id"] for reply in self.client.heard if reply["type"] in ("stored", "stop", "fail")}

    def play(self, progress=lambda line: None):
        with contextlib.ExitStack() as stack:
            stack.callback(self.watcher.end)
            stack.callback(self._end_processes)
            self.watcher.look_from_now()
            self.fleet.look_after()
            self._wait_for_queues()
            self._play_all(progress)
            self.fleet.end()
            if any(self.fleet.codes):
                self.violations.append(f"services that ended by SIGTERM have exit codes {self.fleet.codes}")
            self.watcher.end()
            self.check()
        return not self.violations

    def _end_processes(self):
        for process in self.fleet.processes:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

    def _wait_for_queues(self):
        until = time.monotonic() + 60
        while True:
            try:
                self.client.ready(self.fleet.queue)
                return
            except pika.exceptions.AMQPError:
                assert time.monotonic() < until, "no service has made its queue"

    def _play_all(self, progress):
        last_news, heard = time.monotonic(), 0
        while len(self.stored()) < self.matches:
            self.fleet.look_after()
            may_ask = len(self.ids) < self.matches - 3 * bool(self.to_come)  # the last after every kind of fault
            if may_ask and len(self.ids) - len(self.stored()) < 3 * SLOTS:
                self.ask_for_one()
                if self.random.random() < 0.1:
                    self.kill_one()
            elif len(self.ids) < self.matches and self.random.random() < 0.15:
                self.injure()
            else:
                time.sleep(0.2)
            self.client.hear()
            if len(self.client.heard) > heard:
                last_news, heard = time.monotonic(), len(self.client.heard)
            if time.monotonic() - last_news > 120:
                self.violations.append(f"no news for 120 s; never over: {sorted(set(self.ids) - self.stored())}")
                return
            progress(f"{len(self.stored())} of {self.matches} matches over")

    # What must hold.
    def check(self):
        events = [json.loads(line) for line in self.fleet.command("events").splitlines()]
        self._hear_all_of(events)
        (self.folder / "heard.jsonl").write_text("".join(f"{json.dumps(reply)}\n" for reply in self.client.heard))
        for reply in self.client.heard:
            wanted = {"type", "match_id", "sequence", "correlation_id"}
            if "no match named" not in reply.get("error", ""):  # it waits at the broker
                wanted.add("state")
            if not wanted <= reply.keys():
                self.violations.append(f"a reply lacks what each has: {reply}")
        told = collections.defaultdict(list)
        for event in events:
            if event["kind"] == "match":
                told[event["subject"]].append(event)
        for match_id in self.ids:
            self.counts["matches"] += 1
            self._check_match(match_id, told[match_id])
        self._check_containers()
        self._check_streams()
        for queue in ("", ".waiting", ".dead"):
            if left := self.client.ready(self.fleet.queue + queue):
                self.violations.append(f"{left} messages are left in the queue {self.fleet.queue + queue}")
        for kind in (("ps", "--all"), ("network", "ls"), ("volume", "ls")):
            command = self.servers.docker(*kind, "--quiet", "--filter", "label=matchrunner.match")
            if left := subprocess.check_output(command, text=True).split():
                self.violations.append(f"docker {kind[0]}: left behind: {left}")

    def _hear_all_of(self, events):
        """What was told last of the last match may be on its way."""
        told = {event["sequence"] for event in events if event["kind"] == "match" and "reply" in event["body"]}
        until = time.monotonic() + 60
        while not told <= {reply.get("sequence") for reply in self.client.heard} and time.monotonic() < until:
            self.client.hear()
            time.sleep(0.1)

    def _check_match(self, match_id, events):
        def violation(text):
            self.violations.append(f"{match_id}: {text}")

        ends = [event["type"] for event in events if event["type"] in ENDS]
        if len(ends) != 1:
            violation(f"expected one end, found {ends} of {[event['type'] for event in events]}")
            return
        match = json.loads(self.fleet.command("show", match_id))
        allowed = {"finished", "stopped"} if match_id in self.killed else {"finished"}
        if match["state"] not in allowed or match["state"] != ENDS[ends[0]]:
            violation(f"expected {allowed}, found {match['state']}: {match['outcome']['reason']}")
        self.counts[match["state"]] += 1
        self.counts["returned to the queue"] += sum(event["type"] == "return" for event in events)
        self.counts["runs"] += sum(event["type"] == "claim" for event in events)
        replies = [event["sequence"] for event in events if "reply" in event["body"]]
        about = [reply for reply in self.client.heard if reply.get("match_id") == match_id and reply["type"] != "reply"]
        heard = list(dict.fromkeys(reply["sequence"] for reply in about))
        if set(heard) != set(replies):
            types = {event["sequence"]: event["type"] for event in events}
            lost = [(number, types[number]) for number in sorted(set(replies) - set(heard))]
            violation(f"replies lost {lost}, made up {sorted(set(heard) - set(replies))}")
        if heard != sorted(heard):
            violation(f"replies first came in the order {heard}")
        if match["state"] == "finished":
            self._check_artifacts(match, violation)

    def _check_artifacts(self, match, violation):
        sink = matchrunner.open_artifact_sink(self.servers.bucket_url(self.fleet.prefix))
        kept = {}
        for artifact in match["artifacts"]:
            if not artifact.get("uri"):
                violation(f"{artifact['name']} is not stored")
                continue
            stored = sink.read(artifact["uri"], 0, 1 << 20, matchrunner.Context())
            kept[artifact["name"]] = stored
            if (len(stored), hashlib.sha256(stored).hexdigest()) != (artifact["bytes"], artifact["sha256"]):
                violation(f"{artifact['name']} in the bucket is not what was stored")
        for name, content in KEPT[match["game"]].items():
            if kept.get(name) != content.encode():
                violation(f"{name}: expected {content!r}, found {kept.get(name)!r}")

    def _check_streams(self):
        """Whatever has come live is what was printed there; a broker that is killed loses what it had of it."""
        parts = self.client.live(self.fleet.live)
        self.counts["live parts"] += len(parts)
        if not parts:
            self.violations.append("nothing has come live")
        for headers, body in parts:
            name, begin = headers["name"], headers["offset"]
            content = KEPT[self.games[headers["match_id"]]][name].encode()
            if content[begin : begin + len(body)] != body or begin > len(content):
                self.violations.append(f"{headers}: expected a part of {content!r}, found {body!r}")

    def _check_containers(self):
        most = 0
        for events in self.watcher.lives():
            running = {}  # container to match
            for event in events:
                labels = event["Actor"]["Attributes"]
                seat = labels.get("matchrunner.match"), labels.get("matchrunner.seat")
                if event["Action"] == "die":
                    running.pop(event["id"], None)  # or it is of an earlier life
                    continue
                if seat in running.values():
                    self.violations.append(f"seat {seat[1]} of {seat[0]} ran twice at the same time")
                running[event["id"]] = seat
                most = max(most, len({match_id for match_id, _ in running.values()}))
        self.counts["most matches at once"] = most
        if most > SLOTS:
            self.violations.append(f"expected at most {SLOTS} matches at once, found {most}")


def soak(minutes, seed, matches):
    print(f"MATCHRUNNER_SEED={seed}, {minutes} minutes, rounds of {matches} matches", flush=True)
    began = shown = time.monotonic()
    counts = collections.Counter()
    violations = 0

    def progress(line):
        nonlocal shown
        if time.monotonic() - shown >= 10:
            shown = time.monotonic()
            print(f"{shown - began:.0f} s, {line}, {violations} violations", flush=True)

    with contextlib.ExitStack() as stack:
        servers = Servers(stack)
        began = time.monotonic()
        while not counts["rounds"] or time.monotonic() - began < 60 * minutes:
            folder = Path(tempfile.mkdtemp(prefix="service-soak-"))
            played = Round(servers, folder, seed, matches)
            played.play(progress)
            for violation in played.violations:
                print(f"VIOLATION: {violation}")
            if played.violations:
                print(f"again: MATCHRUNNER_SEED={seed}; kept: {folder}", flush=True)
            else:
                subprocess.run(["rm", "-rf", folder], check=True)
            violations += len(played.violations)
            most = max(counts.pop("most matches at once", 0), played.counts["most matches at once"])
            counts += played.counts
            counts["most matches at once"] = most
            counts["services started"] += played.fleet.started
            counts["rounds"] += 1
            seed += 1
    print(f"\n{time.monotonic() - began:.0f} s")
    for name, count in sorted(counts.items()):
        print(f"{name:26} {count:8}")
    print(f"{'violations':26} {violations:8}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(
        soak(
            float(os.environ.get("MATCHRUNNER_SOAK_MINUTES", "30")),
            int(os.environ.get("MATCHRUNNER_SEED", time.time())),
            int(os.environ.get("MATCHRUNNER_SOAK_MATCHES", "60")),
        )
    )
