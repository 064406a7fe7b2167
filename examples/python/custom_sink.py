# SPDX-License-Identifier: Apache-2.0
"""A custom event sink: keeps a table of results in SQLite, updated as matches end."""

import sqlite3
from collections.abc import Sequence

import matchrunner

COIN = """echo '{"scores": {"coin": '$(shuf -i 0-1 -n 1)'}}' >$MATCHRUNNER_RESULT"""
MATCH = {
    "game": {
        "name": "coin",
        "wiring": "none",
        "seats": [{"name": "coin", "command": "sh", "arguments": ["-c", COIN]}],
    }
}


class ResultTable(matchrunner.EventSink):
    """Takes events at least once and in order; the key of the table makes taking one twice harmless."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.database = sqlite3.connect(path, check_same_thread=False)
        self.database.execute("CREATE TABLE IF NOT EXISTS results (match TEXT PRIMARY KEY, result TEXT, at TEXT)")

    def capabilities(self) -> matchrunner.EventSinkCapabilities:
        return matchrunner.EventSinkCapabilities(durable=True)

    def publish(self, events: Sequence[matchrunner.Event], context: matchrunner.Context) -> int:
        ended = [event for event in events if event.type == "ended"]
        with self.database:
            self.database.executemany(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?)",
                [(event.subject, event.body["result"], event.at.isoformat()) for event in ended],
            )
        return len(events)

    def rows(self) -> list[tuple[str, str]]:
        return self.database.execute("SELECT match, result FROM results ORDER BY at").fetchall()


def main() -> None:
    table = ResultTable(":memory:")
    with matchrunner.Runner("memory://", "memory://", "sandbox://", {"results": table}, slots=2) as runner:
        for match in [runner.submit_match(MATCH) for _ in range(3)]:
            runner.wait_match(match.id)
    for match_id, result in table.rows():
        print(f"{match_id}: {result}")


if __name__ == "__main__":
    main()
