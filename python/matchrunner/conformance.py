# SPDX-License-Identifier: Apache-2.0
"""The checks that our own adapters pass, for ports of yours (docs/adapters.md).

Each function gets `open(fresh)`: with fresh=True it gives a port on empty ground, with fresh=False one on the ground
of the last fresh one. It returns one CheckResult for each check; all is well when `failed(results)` is empty.
"""

from __future__ import annotations

from ._matchrunner import (
    CheckResult,
    check_artifact_sink,
    check_command_source,
    check_event_sink,
    check_executor,
    check_game_server,
    check_state_store,
)

TYPE_CHECKING = False  # as in typing, which is slow to load
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CheckResult",
    "check_artifact_sink",
    "check_command_source",
    "check_event_sink",
    "check_executor",
    "check_game_server",
    "check_state_store",
    "failed",
]


def failed(results: Iterable[CheckResult]) -> list[str]:
    """One line for each thing that did not hold: "check: what"."""
    return [f"{result.name}: {failure}" for result in results for failure in result.failures]
