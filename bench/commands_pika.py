# SPDX-License-Identifier: Apache-2.0
"""Commands a second that pika consumes, sqlite3 stores durably with their answer, and pika acknowledges.

Usage: commands_pika.py PORT COUNT   (the database is made in the current folder)
"""
import json
import sqlite3
import sys
import time
import uuid

import pika

port, count = int(sys.argv[1]), int(sys.argv[2])
queue = f"bench-{uuid.uuid4().hex[:8]}"
connection = pika.BlockingConnection(pika.URLParameters(f"amqp://test:testing@127.0.0.1:{port}/%2F"))
channel = connection.channel()
channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
seat = {"name": "red", "custom": {}, "arguments": ["x" * 400]}
for number in range(count):
    data = {"id": f"m{number}", "game": {"name": "solo", "wiring": "none", "seats": [seat]}}
    body = json.dumps({"command": "run", "data": data})
    channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2, reply_to="nobody"))
while channel.queue_declare(queue, passive=True).method.message_count < count:
    time.sleep(0.01)

database = sqlite3.connect("commands_pika.db", isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE match (id TEXT PRIMARY KEY, state TEXT, body TEXT) WITHOUT ROWID")
database.execute("CREATE TABLE event (sequence INTEGER PRIMARY KEY, subject TEXT, type TEXT, body TEXT)")
channel.basic_qos(prefetch_count=32)
begin = time.perf_counter()
done = 0
for method, properties, body in channel.consume(queue):
    data = json.loads(body)["data"]
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT OR IGNORE INTO match VALUES (?, 'queued', ?)", (data["id"], json.dumps(data)))
    database.execute("INSERT INTO event (subject, type, body) VALUES (?, 'submit', '{}')", (data["id"],))
    answer = json.dumps({"message": "queued", "reply_to": properties.reply_to})
    database.execute("INSERT INTO event (subject, type, body) VALUES (?, 'reply', ?)", (data["id"], answer))
    database.execute("COMMIT")
    channel.basic_ack(method.delivery_tag)
    done += 1
    if done == count:
        break
print(count / (time.perf_counter() - begin))
connection.close()
