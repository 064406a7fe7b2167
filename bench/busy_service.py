# SPDX-License-Identifier: Apache-2.0
"""How many MB a `matchrunner serve` has resident while 50 matches run and 100 wait: the process, and what its launchers
have to themselves. The programs of the matches are not counted, nor is an engine: busy_service.py [SOCKET]"""
import json
import os
import signal
import subprocess
import sys

import matchrunner
from idle_runner import launchers, own_kilobytes

RUNNING, WAITING = 50, 100
SANDBOXED = {"name": "program", "command": "sleep", "arguments": ["3600"]}
CONTAINED = {"name": "program", "image": "matchrunner-test/busybox:1", "arguments": ["exec sleep 3600"]}


def resident_kilobytes(pid: int) -> int:
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))


def main() -> None:
    engine = sys.argv[1] if len(sys.argv) > 1 else ""
    seat, executor = (CONTAINED, f"docker://{engine}?images=*") if engine else (SANDBOXED, "sandbox://")
    match = {"game": {"name": "sleep", "wiring": "none", "deadline_seconds": 3600, "seats": [seat]}}
    config = {"store": "sqlite:///store.db", "artifacts": f"file://{os.getcwd()}/artifacts", "executor": executor,
              "spool": f"{os.getcwd()}/spool", "slots": RUNNING, "http": "off", "log_level": "debug", "grace_seconds": 0}
    with open("service.json", "w") as file:
        json.dump(config, file)
    others = launchers()
    with matchrunner.Runner("sqlite:///store.db", workers=0) as watcher:
        for _ in range(RUNNING + WAITING):
            watcher.submit_match(match)
        command = os.path.join(os.path.dirname(sys.executable), "matchrunner")
        service = subprocess.Popen([command, "serve", "--config", "service.json"], stderr=subprocess.PIPE, text=True)
        started = 0
        for line in service.stderr:
            started += line.endswith("has started\n")
            if started == RUNNING:
                break
        kilobytes = resident_kilobytes(service.pid) + sum(map(own_kilobytes, launchers() - others))
        assert len(watcher.list_matches(states=["queued"], limit=1000).matches) == WAITING
        service.send_signal(signal.SIGTERM)
        service.communicate()
    print(kilobytes / 1024)


if __name__ == "__main__":
    main()
