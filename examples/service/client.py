# SPDX-License-Identifier: Apache-2.0
"""Asks a service for a match over RabbitMQ, and prints what becomes of it.

    python3 client.py 'amqp://USER:PASSWORD@HOST/%2F' QUEUE MATCH.json

Needs pika, and nothing of matchrunner. Exits 0 when the match was completed, 1 when not.
"""

import json
import sys
import uuid

import pika


def run(broker, queue, match):
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    channel = connection.channel()
    channel.confirm_delivery()  # else a queue that is not there takes the command without a word
    replies = channel.queue_declare("", exclusive=True).method.queue
    # The match is named here: when nobody answers, it can be asked for again, and still runs once.
    match.setdefault("id", f"m{uuid.uuid4().hex[:12]}")
    command = json.dumps({"command": "run", "data": match})
    asked = pika.BasicProperties(
        reply_to=replies, correlation_id=match["id"], delivery_mode=pika.DeliveryMode.Persistent
    )
    try:
        channel.basic_publish("", queue, command, asked, mandatory=True)
    except pika.exceptions.UnroutableError:
        sys.exit(f"Unroutable: there is no queue {queue} at the broker. Is a service running?")

    for method, _, body in channel.consume(replies):
        reply = json.loads(body)
        print(f"{reply.get('state') or '-':10} {reply['type']:10} {reply.get('error') or reply.get('message', '')}")
        channel.basic_ack(method.delivery_tag)
        refused = "error" in reply or "missing" in reply
        if refused or reply.get("state") in ("finished", "failed", "stopped"):
            break  # `stored` tells when its artifacts are in S3, which may be later
    connection.close()
    return not refused and reply["state"] == "finished"  # what was refused may be of the id of a match that has ended


if __name__ == "__main__":
    broker, queue, file = sys.argv[1:]
    with open(file, encoding="utf-8") as match:
        sys.exit(0 if run(broker, queue, json.load(match)) else 1)
