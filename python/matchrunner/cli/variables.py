# SPDX-License-Identifier: Apache-2.0
"""The variables of the environment that a service goes by, and those that look like one of them."""

from __future__ import annotations

import difflib
import os

import matchrunner

from .exits import BadInput
from .values import text_fault

PREFIX = "MATCHRUNNER_"

# Beside those of the configuration's fields.
_OTHERS = ("CONFIG", "HOME", "ISOLATION", "LAUNCHER", "SECRET_KEY")


def text_variables() -> dict[str, str]:
    """Those that are text; one of ours has to be."""
    faults = {name: text_fault(name) or text_fault(value) for name, value in os.environ.items()}
    ours = [f"{name}: {fault}" for name, fault in faults.items() if fault and name.startswith(PREFIX)]
    if ours:
        raise BadInput(*ours)
    return {name: value for name, value in os.environ.items() if not faults[name]}


def unknown_variables(config: str) -> list[str]:
    """A line for each that would be one of ours but is not, and that the configuration does not refer to."""
    known = [*(variable for _, variable, _ in matchrunner.service_fields()), *(PREFIX + name for name in _OTHERS)]
    unknown = [name for name in sorted(os.environ) if name.startswith(PREFIX) and name not in known]
    return [
        f"{name}: expected a known variable{_near(name, known)}, found an unknown one, which counts for nothing"
        for name in unknown
        if f"${{{name}}}" not in config
    ]


def _near(name: str, known: list[str]) -> str:
    short = [each.removeprefix(PREFIX) for each in known]
    near = difflib.get_close_matches(name.removeprefix(PREFIX), short, 1, 0.5)
    return f", such as {PREFIX}{near[0]}" if near else ""
