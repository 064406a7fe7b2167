# SPDX-License-Identifier: Apache-2.0
"""Python's own sqlite3 reads the store's file in the same process while it is written: one copy of SQLite, one truth."""

import sqlite3
import threading
from contextlib import closing

from scripted_match import scripted

SUBMITTERS, EACH = 4, 25


def test_sqlite3_reads_during_commits(open_runner, tmp_path):
    runner = open_runner(f"sqlite:///{tmp_path}/store.db", workers=0)
    done = threading.Event()
    counts = []

    def read():
        while not done.is_set():
            with closing(sqlite3.connect(tmp_path / "store.db", timeout=60)) as database:
                counts.append(database.execute("SELECT count(*) FROM record WHERE kind = 'match'").fetchone()[0])

    def submit():
        for _ in range(EACH):
            runner.submit_match(scripted())

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=submit) for _ in range(SUBMITTERS)]
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert counts == sorted(counts) and len(counts) > 1
    assert len(runner.list_matches(limit=1000).matches) == SUBMITTERS * EACH
    runner.close()
    with closing(sqlite3.connect(tmp_path / "store.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM record WHERE kind = 'match'").fetchone() == (SUBMITTERS * EACH,)
