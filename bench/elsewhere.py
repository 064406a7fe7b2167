# SPDX-License-Identifier: Apache-2.0
"""How many ms after a command in one process something of a match shows that another process runs.

Usage: elsewhere.py stop    from the start of `matchrunner stop` until the seat's program has the signal
       elsewhere.py logs    from a line's being written until `matchrunner logs -f` shows it; the longest of 20 lines
"""
import json
import os
import pathlib
import subprocess
import sys
import time

COMMAND = str(pathlib.Path(sys.executable).with_name("matchrunner"))
# It tells the monotonic clock, which all processes share.
PROGRAM = """
import signal, sys, time
def told(number, frame):
    print(time.monotonic(), flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, told)
while True:
    print(time.monotonic(), flush=True)
    time.sleep(0.05)
"""
MATCH = {"id": "m", "game": {"name": "clock", "wiring": "none", "seats": [
    {"name": "clock", "role": "program", "command": "/usr/bin/python3", "arguments": ["-c", PROGRAM]}]}}


def main(what: str) -> None:
    pathlib.Path("match.json").write_text(json.dumps(MATCH))
    environment = os.environ | {"MATCHRUNNER_HOME": os.getcwd() + "/home"}
    running = subprocess.Popen([COMMAND, "run", "match.json"], env=environment, stdout=subprocess.DEVNULL)
    follower = subprocess.Popen([COMMAND, "events", "-f", "--json"], env=environment, stdout=subprocess.PIPE, text=True)
    for line in follower.stdout:
        if json.loads(line)["type"] == "started":
            break
    follower.kill()
    log = subprocess.Popen([COMMAND, "logs", "-f", "m", "clock.stdout"], env=environment, stdout=subprocess.PIPE,
                           text=True)
    begun = time.monotonic()  # lines from before the follower began were waiting for it
    delays = []
    while len(delays) < 20:
        written = float(log.stdout.readline())
        if written > begun + 1:
            delays.append(time.monotonic() - written)
    asked = time.monotonic()
    subprocess.run([COMMAND, "stop", "m"], env=environment, check=True, stdout=subprocess.DEVNULL)
    told = [float(line) for line in log.stdout][-1]
    running.wait()
    print(1000 * (max(delays) if what == "logs" else told - asked))


if __name__ == "__main__":
    main(sys.argv[1])
