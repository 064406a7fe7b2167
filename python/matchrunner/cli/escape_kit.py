# SPDX-License-Identifier: Apache-2.0
"""The escape-test kit: hostile programs as seats of real matches, and the bait that they look for."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import matchrunner

from .exits import HostFailure

PROGRAM = Path(matchrunner.__file__).with_name("matchrunner-escapes")

# What a seat of the kit may have; the program's attempts know these numbers.
LIMITS = {
    "cpu_seconds": 1,
    "wall_seconds": 4,
    "memory_bytes": 64 << 20,
    "processes": 16,
    "open_files": 64,
    "output_bytes": 64 << 10,
    "artifact_bytes": 1 << 20,
    "disk_bytes": 8 << 20,
    "files": 200,
}
GOES_ON = 0.5  # seconds for the kernel to clear away what was killed


@dataclasses.dataclass(frozen=True)
class Attempt:
    theme: str
    name: str
    tries: str
    source: str
    verdicts: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Result:
    attempt: Attempt
    result: str  # "held", "broke" or "not applicable"
    detail: str

    def fields(self) -> dict[str, str]:
        attempt = self.attempt
        return {
            "theme": attempt.theme,
            "name": attempt.name,
            "tries": attempt.tries,
            "source": attempt.source,
            "result": self.result,
            "detail": self.detail,
        }


def attempts() -> list[Attempt]:
    """All that the kit can try, in the order in which it does."""
    if not os.access(PROGRAM, os.X_OK):
        raise HostFailure(f"no program at {PROGRAM}")
    lines = subprocess.run([PROGRAM, "list"], check=True, capture_output=True, text=True).stdout.splitlines()
    rows = (line.split("\t") for line in lines)
    return [Attempt(theme, name, tries, source, tuple(verdicts.split())) for theme, name, tries, source, verdicts in rows]


@dataclasses.dataclass(frozen=True)
class Bait:
    """What any program of this host could reach that nothing holds."""

    file: str
    port: int
    token: str


@contextlib.contextmanager
def laid_out() -> Iterator[Bait]:
    token = secrets.token_hex(8)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="matchrunner-bait-"))
        os.chmod(folder, 0o755)
        shared = Path(f"/dev/shm/bait-{token}")
        stack.callback(shared.unlink, missing_ok=True)
        file = Path(folder, "bait")
        for path in (file, shared):
            path.write_text(token)
            path.chmod(0o666)
        service = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        name = stack.enter_context(socket.socket(socket.AF_UNIX))
        name.bind(f"\0bait-{token}")
        name.listen()
        yield Bait(str(file), service.getsockname()[1], token)


class Kit:
    """Makes attempts one after another, each in a match of its own with the victim as referee."""

    def __init__(self, executor: Callable[[], matchrunner.Executor], bait: Bait, spool: str) -> None:
        self._bait = bait
        self._spool = Path(spool)
        self._made: dict[str, Attempt] = {}
        self._runner = matchrunner.Runner("memory://", "memory://", executor, slots=1, spool_folder=spool)

    def close(self) -> list[Result]:
        """The attempts whose files are still there when all matches are over."""
        self._runner.close()
        return files_left(self._spool, self._made)

    def make(self, attempt: Attempt) -> Result:
        match = self._runner.submit_match(self._match(attempt))
        self._made[match.id] = attempt
        match = self._runner.wait_match(match.id)  # and its artifacts: then its files go, or files_left() tells of them
        result, detail = judged(attempt, match.outcome)
        if (left := self._processes_left()) and result != "broke":
            result, detail = "broke", f"process {left[0]} is still there"
        return Result(attempt, result, detail)

    def _match(self, attempt: Attempt) -> dict[str, Any]:
        bait = self._bait
        program = {"command": "./escapes", "files": [{"path": "escapes", "source": str(PROGRAM)}], "limits": LIMITS}
        told = [attempt.name, bait.file, str(os.getpid()), str(bait.port), bait.token]
        seats = [
            {"name": "victim", "role": "referee", **program, "arguments": ["victim", bait.token]},
            {"name": "attempt", **program, "arguments": ["attempt", *told]},
        ]
        seats[0]["limits"] = LIMITS | {"cpu_seconds": 30, "wall_seconds": 30}
        return {"game": {"name": attempt.name, "seats": seats, "grace_seconds": 0.5, "attempts": 1}}

    def _processes_left(self) -> list[int]:
        """Processes of an attempt, by the token in their arguments, that do not go away."""
        left = self._processes()
        with contextlib.suppress(matchrunner.Timeout):
            if left:
                self._runner.events(from_now=True).next(timeout=GOES_ON)
                left = self._processes()
        return left

    def _processes(self) -> list[int]:
        token = self._bait.token.encode()
        found = []
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if token in line.read_bytes():
                    found.append(int(line.parent.name))
        return found


def files_left(spool: Path, made: dict[str, Attempt]) -> list[Result]:
    """Of runs that should be gone, by the attempts of their matches."""
    left = [made[run.name.rpartition(".")[0]] for run in spool.iterdir()]
    return [Result(attempt, "broke", "its files are still there") for attempt in left]


def judged(attempt: Attempt, outcome: matchrunner.Outcome | None) -> tuple[str, str]:
    """What came of it: by the word of the attempt, else by how its seat ended."""
    if outcome is None or outcome.fault in (matchrunner.Fault.INFRASTRUCTURE, matchrunner.Fault.REFEREE):
        return "broke", f"the match failed: {outcome.reason if outcome else 'no outcome'}"
    word, _, detail = str(outcome.details.get("finding", "")).partition(" ")
    if word in ("held", "broke"):
        return word, detail
    if word == "not_applicable":
        return "not applicable", detail
    seat = outcome.seats[1]
    ended = [str(seat.verdict)] + ["truncated"] * seat.truncated
    if set(ended) & set(attempt.verdicts):
        return "held", f"ended: {', '.join(ended)}"
    expected = " or ".join(attempt.verdicts) or "a finding"
    return "broke", f"ended: {', '.join(ended)}, expected {expected}"


def chosen(names: Sequence[str]) -> list[Attempt]:
    """The attempts of these names or themes; all without any."""
    every = attempts()
    known = {attempt.name for attempt in every} | {attempt.theme for attempt in every}
    if unknown := [name for name in names if name not in known]:
        raise matchrunner.InvalidArgument(f"NAME: expected one of `escape-test --list`, found {unknown[0]!r}")
    return [attempt for attempt in every if not names or attempt.name in names or attempt.theme in names]
