# SPDX-License-Identifier: Apache-2.0
"""A match that two clients ask for at the same moment, of two services on one store: it is one match."""

import json
import os
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from real_servers import Client
from three_images import cup

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("cup_images"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

PLAYED = """echo '{"scores": {"red": 1}, "reason": "played"}' > $MATCHRUNNER_RESULT"""
MATCHES = [f"m{number}" for number in range(5)]
ONCE = ("submit", "claim", "started", "ended", "collected")


@pytest.fixture
def services(cli, engine, broker):
    """Starts one service for each of these queues, all on the store of `cli`."""

    def started(queues):
        for queue in queues:
            environment = {
                "MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue={queue}"]),
                "MATCHRUNNER_SINKS": json.dumps({"replies": f"{broker}/"}),
                "MATCHRUNNER_EXECUTOR": f"docker://{engine}?images=*",
                "MATCHRUNNER_HTTP": "off",
                "MATCHRUNNER_SLOTS": "2",
                "MATCHRUNNER_BACKLOG": "20",
            }
            cli.serve(environment=environment)

    return started


@pytest.mark.parametrize("queues", [1, 2], ids=["one queue", "a queue each"])
def test_asked_twice_at_once_it_is_one_match(services, cli, broker, queues):
    name = f"runner-{uuid.uuid4().hex[:8]}"
    of_services = [f"{name}-{number % queues}" for number in range(2)]
    services(of_services)
    matches = [cup(match_id, PLAYED) for match_id in MATCHES]
    together = threading.Barrier(2)

    def ask(queue):
        """The answers, match by match."""
        client = Client(broker, queue)
        answers = []
        for match in matches:
            together.wait(60)
            client.ask("run", match, f"{queue}-{match['id']}")
            wanted = lambda reply, match_id=match["id"]: reply["type"] == "reply" and reply["match_id"] == match_id
            answers.append(client.hear(wanted)[-1][1])
        client.connection.close()
        return answers

    with ThreadPoolExecutor(2) as clients:
        answers = list(clients.map(ask, of_services))
    assert len({answer["runner"] for each in answers for answer in each}) == 2
    assert not any("error" in answer for each in answers for answer in each), answers
    for match_id, *both in zip(MATCHES, *answers, strict=True):
        if queues == 2:
            assert len({answer["runner"] for answer in both}) == 2
        cli("wait", match_id)
        types = [json.loads(line)["type"] for line in cli("events", match_id, "--json").stdout.splitlines()]
        assert {once: types.count(once) for once in ONCE} == dict.fromkeys(ONCE, 1)
        shown = cli.json("show", match_id)
        assert (shown["state"], shown["attempt"], shown["outcome"]["reason"]) == ("finished", 1, "played")
    assert sorted(match["id"] for match in cli.json("list")) == MATCHES
