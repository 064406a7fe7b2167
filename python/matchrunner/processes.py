# SPDX-License-Identifier: Apache-2.0
"""per_process(): one Runner for each process, for servers that fork their workers, as gunicorn does."""

from __future__ import annotations

import os
import threading

TYPE_CHECKING = False  # as in typing, which is slow to load
if TYPE_CHECKING:
    from collections.abc import Callable

    from ._matchrunner import Runner


class PerProcess:
    """Called, it gives this process's Runner, opened at the first call. Safe from any thread and after any fork."""

    def __init__(self, factory: Callable[[], Runner]) -> None:
        self._factory = factory
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        # A lock that another thread held while we were forked would never be released: the child makes its own.
        self._lock = threading.Lock()
        self._runner: Runner | None = None

    def __call__(self) -> Runner:
        with self._lock:
            if self._runner is None or self._runner.closed:
                self._runner = self._factory()
            return self._runner


def per_process(factory: Callable[[], Runner]) -> PerProcess:
    """Calls `factory` once in each process that asks; safe to make before a server forks (gunicorn --preload).

    >>> runner = per_process(lambda: matchrunner.open_runner(workers=0))
    >>> runner().submit_match(...)
    """
    return PerProcess(factory)
