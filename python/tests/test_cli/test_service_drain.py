# SPDX-License-Identifier: Apache-2.0
"""A service that is told to end while a queue waits: its matches go back to the broker, and another plays them."""

import json
import signal
import uuid

from real_servers import Client


def test_what_is_queued_goes_back_to_its_queue(cli, broker, solo, endless):
    queue = f"runner-{uuid.uuid4().hex[:8]}"

    def serve(home):
        environment = {
            "MATCHRUNNER_HOME": str(cli.folder / home),
            "MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue={queue}"]),
            "MATCHRUNNER_SINKS": json.dumps({"replies": f"{broker}/"}),
            "MATCHRUNNER_HTTP": "off",
            "MATCHRUNNER_SLOTS": "1",
            "MATCHRUNNER_BACKLOG": "9",
            "MATCHRUNNER_GRACE_SECONDS": "0",
        }
        return cli.serve(environment=environment), environment

    def waiting():
        return client.channel.queue_declare(queue, passive=True).method.message_count

    first, its_environment = serve("first")
    client = Client(broker, queue)
    client.ask("run", json.loads(endless.read_text()), "c-endless")
    client.hear(lambda reply: reply["type"] == "started")
    for name in ("early", "late"):
        match = json.loads(solo("end('played')", id=name, name=f"{name}.json").read_text())
        client.ask("run", match, f"c-{name}")
        client.hear(lambda reply: reply["type"] == "submit")
    assert waiting() == 0
    first.send_signal(signal.SIGTERM)
    client.hear(lambda reply: reply["type"] == "return" and reply["match_id"] == "late")
    assert first.wait() == 0
    assert waiting() == 3
    listed = json.loads(cli("list", "--json", environment=its_environment).stdout)
    assert {match["id"]: match["state"] for match in listed} == dict.fromkeys(["endless", "early", "late"], "returned")
    shown = cli("show", "late", environment=its_environment).stdout
    assert "its runner ended, and gave it back to where it came from" in shown

    second, _ = serve("second")
    client.hear(lambda reply: reply["type"] == "started" and reply["match_id"] == "endless")
    client.ask("kill_match", {"match_id": "endless"}, "c-kill")
    heard = client.hear(lambda reply: reply["type"] == "stored" and reply["match_id"] == "late")
    ended = {reply["match_id"]: reply["body"]["reason"] for _, reply in heard if reply["type"] == "ended"}
    assert ended == {"endless": "stopped on request", "early": "played", "late": "played"}
    assert {name for name, reply in heard if reply["match_id"] == "late"} == {"c-late"}
    second.send_signal(signal.SIGTERM)
    assert second.wait() == 0
    client.connection.close()
