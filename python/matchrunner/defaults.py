# SPDX-License-Identifier: Apache-2.0
"""Where things are kept when nobody says otherwise: the same for open_runner() and the command line."""

from __future__ import annotations

import os

from ._matchrunner import Runner
from .errors import InvalidArgument

TYPE_CHECKING = False  # as in typing, which is slow to load
if TYPE_CHECKING:
    from typing import Any


def data_folder() -> str:
    """$MATCHRUNNER_HOME, else $XDG_DATA_HOME/matchrunner, else ~/.local/share/matchrunner; absolute."""
    home = os.environ.get("MATCHRUNNER_HOME")
    if not home:
        shared = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
        home = os.path.join(shared, "matchrunner")
    return os.path.abspath(home)


def spool_folder() -> str:
    """$MATCHRUNNER_SPOOL, else spool/ in the data folder, for root in /var/lib/matchrunner unless $MATCHRUNNER_HOME is set."""
    folder = data_folder()
    # Seats of root's matches may have users of their own, and nobody else gets into root's home.
    if os.geteuid() == 0 and not os.environ.get("MATCHRUNNER_HOME"):
        folder = "/var/lib/matchrunner"
    return os.environ.get("MATCHRUNNER_SPOOL") or os.path.join(folder, "spool")


def defaults() -> dict[str, str]:
    """The arguments of Runner that open_runner() fills in: store, artifacts, executor, spool_folder."""
    from urllib.parse import quote  # not at import time: it is slow to load

    folder = data_folder()
    path = quote(os.fsencode(folder))
    isolation = os.environ.get("MATCHRUNNER_ISOLATION") or "prefer"
    chosen = {
        "store": os.environ.get("MATCHRUNNER_STORE") or f"sqlite:///{path}/matchrunner.db",
        "artifacts": os.environ.get("MATCHRUNNER_ARTIFACTS") or f"file://{path}/artifacts",
        "executor": os.environ.get("MATCHRUNNER_EXECUTOR") or f"sandbox://?isolation={quote(isolation)}",
        "spool_folder": spool_folder(),
    }
    for name, value in chosen.items():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidArgument("expected UTF-8 text, found other bytes", name) from None
    return chosen


def open_runner(**overrides: Any) -> Runner:
    """A Runner on the defaults; every argument of Runner can be given, and goes before its default."""
    return Runner(**{**defaults(), **overrides})
