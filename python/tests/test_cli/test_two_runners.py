# SPDX-License-Identifier: Apache-2.0
"""Two runners with a store each on one queue: whoever a command comes to, the one that has the match obeys."""

import json
import uuid

import pika
import pytest
from real_servers import Desk

ENDLESS = "tell(type='score', scores={'solo': 3})\ntime.sleep(3600)"
ROUNDS = 3
TIMES = 4  # each question: the broker brings them to the runners in turn


class CommonDesk(Desk):
    """Asks all runners, too, and knows when they have said all they have to say."""

    def answers(self, name):
        return [reply for reply in self.all if reply["type"] == "reply" and reply.get("correlation_id") == name]

    def ask_all(self, command, count):
        """The answers of so many runners to a command that every runner gets."""
        name = uuid.uuid4().hex
        properties = pika.BasicProperties(reply_to=self.replies, correlation_id=name)
        self.channel.basic_publish(f"{self.queue}.control", "", json.dumps({"command": command}), properties)
        while len(self.answers(name)) < count:
            self.all += [reply for _, reply in self.hear(lambda reply: reply.get("correlation_id") == name)]
        return self.answers(name)

    def ask_one(self, command, data):
        """All answers to a command of the queue: what it has set going, a ping comes behind."""
        name = uuid.uuid4().hex
        self.ask(command, data, name)
        self.until(lambda reply: reply.get("correlation_id") == name and "error" not in reply)
        assert len({pong["runner"] for pong in self.ask_all("ping", 2)}) == 2
        return self.answers(name)


@pytest.fixture
def queue():
    return f"runner-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def workers(cli, broker, queue):
    started = []
    for home in ("first", "second"):
        to_broker = ["--commands", f"{broker}/?queue={queue}", "--sink", f"replies={broker}/"]
        own = {"MATCHRUNNER_HOME": str(cli.folder / home)}
        started.append(cli.start("work", "--slots", "1", "--grace", "0", *to_broker, environment=own))
        assert "working" in started[-1].stderr.readline()
    return started


@pytest.fixture
def desk(broker, queue, workers):
    desk = CommonDesk(broker, queue)
    yield desk
    desk.connection.close()


def asked(desk, command, match_id, owner):
    """Whether others were asked first; of all who get the command, its owner alone does it."""
    answers = desk.ask_one(command, {"match_id": match_id})
    (done,) = [answer for answer in answers if "error" not in answer]
    assert (done["runner"], done["match_id"], done["state"]) == (owner, match_id, "running"), answers
    assert done.get("scores") == ({"solo": 3} if command == "score" else None)
    others = [answer for answer in answers if answer is not done]
    assert len(others) <= 1
    for other in others:
        assert other["runner"] != owner and "the other runners are asked" in other["message"]
    return bool(others)


def test_who_has_the_match_answers(desk, solo):
    passed_on = dict.fromkeys(["status", "score", "kill_match"], 0)
    for number in range(ROUNDS):
        owners = {}
        for match_id in (f"left-{number}", f"right-{number}"):
            desk.ask("run", json.loads(solo(ENDLESS, id=match_id).read_text()), f"c-{match_id}")
            desk.about(match_id, "score")
            owners[match_id] = desk.about(match_id, "claim")["body"]["holder"]
        assert len(set(owners.values())) == 2
        for match_id, owner in owners.items():
            for command in ["status", "score"]:
                passed_on[command] += sum(asked(desk, command, match_id, owner) for _ in range(TIMES))
        for match_id, owner in owners.items():
            # The kill comes to the one behind who got this: now to the owner, now to the other.
            while asked(desk, "status", match_id, owner) != number % 2:
                pass
            passed_on["kill_match"] += asked(desk, "kill_match", match_id, owner)
            assert desk.about(match_id, "stop", "fail")["state"] == "stopped"
    assert all(passed_on.values()), passed_on


def test_a_shutdown_ends_one_and_a_shutdown_for_all_the_other(desk, workers, queue):
    runners = {pong["runner"] for pong in desk.ask_all("ping", 2)}
    assert len(runners) == 2
    desk.ask("shutdown", {}, "c-one")
    first = desk.until(lambda reply: reply.get("message") == "shutting down")["runner"]
    gone, left = sorted(workers, key=lambda worker: str(worker.pid) not in first)
    assert gone.wait(60) == 0
    assert [pong["runner"] for pong in desk.ask_all("ping", 1)] == list(runners - {first})
    assert left.poll() is None
    assert [answer["runner"] for answer in desk.ask_all("shutdown", 1)] == list(runners - {first})
    assert left.wait(60) == 0
    assert len(desk.answers("c-one")) == 1
    assert desk.channel.queue_declare(queue, passive=True).method.consumer_count == 0
