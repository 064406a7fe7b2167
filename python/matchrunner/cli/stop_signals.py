# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C and SIGTERM as a wish to end well; a second one ends the process at once."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from .exits import INTERRUPTED

WATCHED = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While entered, `received` is the first signal that came, or None; nothing is raised."""

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignals:
        self._previous = {number: signal.signal(number, self._note) for number in WATCHED}
        return self

    def __exit__(self, *exc_info: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.received is not None:
            # The programs of a match die with the process that started them.
            os._exit(INTERRUPTED if number == signal.SIGINT else 128 + number)
        self.received = signal.Signals(number)

    def word(self) -> str:
        return "interrupted" if self.received == signal.SIGINT else "terminated"
