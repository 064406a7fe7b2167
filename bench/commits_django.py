# SPDX-License-Identifier: Apache-2.0
"""How many durable commits a second Django's ORM makes on SQLite with WAL: a change of state, and its event.

Usage: commits_django.py   (the database is made in the current folder)
"""
import time

import django
from django.conf import settings

SECONDS = 2.0
RECORDS = 100
BODY = '{"game":"chess","seats":["white","black"],"text":"' + "x" * 400 + '"}'

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "django.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.db import connection, models, transaction  # noqa: E402


class Match(models.Model):
    state = models.CharField(max_length=32)
    body = models.TextField()
    version = models.IntegerField()

    class Meta:
        app_label = "bench"


class Event(models.Model):
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=128)
    type = models.CharField(max_length=32)
    body = models.TextField()

    class Meta:
        app_label = "bench"


def change(identity: int) -> None:
    with transaction.atomic():
        match = Match.objects.select_for_update().get(pk=identity)
        match.state = "running" if match.state == "queued" else "queued"
        match.version += 1
        match.save()
        Event.objects.create(kind="match", subject=f"m{identity}", type="started", body="{}")


def main() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
    with connection.schema_editor() as editor:
        editor.create_model(Match)
        editor.create_model(Event)
    matches = [Match.objects.create(state="queued", body=BODY, version=1).pk for _ in range(RECORDS)]
    done = 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < SECONDS:
        change(matches[done % RECORDS])
        done += 1
    print(done / (time.perf_counter() - begin))


if __name__ == "__main__":
    main()
