# SPDX-License-Identifier: Apache-2.0
"""`escape-test`: does the sandbox hold on this host?"""

from __future__ import annotations

import collections
import tempfile
from collections.abc import Callable

import click

import matchrunner

from .escape_kit import Attempt, Kit, Result, chosen, laid_out
from .place import isolating
from .printing import json_option, note, print_json, print_lines
from .terminal import columns, heading, plain, word

BROKE = 1


@click.command("escape-test")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "only_list", is_flag=True, help="Say what would be tried, and where it is known from.")
@isolating
@json_option
def escape_test(
    names: tuple[str, ...], only_list: bool, executor: Callable[[], Callable[[], matchrunner.Executor]], as_json: bool
) -> int:
    """Let small hostile programs try to get out of the sandbox of this host.

    NAME is an attempt or a theme; all without any. Exit code 1 when any broke out.
    """
    attempts = chosen(names)
    if only_list:
        _print_list(attempts, as_json)
        return 0
    make = executor()
    isolation = make().capabilities().isolation
    results = _make_all(make, attempts, quiet=as_json)
    counts = collections.Counter(result.result for result in results)
    if as_json:
        print_json(
            {
                "isolation": {"tier": isolation.tier, "in_force": list(isolation.in_force)},
                "counts": {kind: counts[kind] for kind in ("held", "broke", "not applicable")},
                "attempts": [result.fields() for result in results],
            }
        )
    else:
        note(f"tier {isolation.tier}: {' '.join(isolation.in_force)}")
        click.echo(f"{counts['held']} held, {counts['broke']} broke, {counts['not applicable']} not applicable")
    return BROKE if counts["broke"] else 0


def _make_all(make: Callable[[], matchrunner.Executor], attempts: list[Attempt], quiet: bool) -> list[Result]:
    results = []
    with laid_out() as bait, tempfile.TemporaryDirectory(prefix="matchrunner-escapes-") as spool:
        kit = Kit(make, bait, spool)
        try:
            for attempt in attempts:
                results.append(kit.make(attempt))
                if not quiet:
                    _print(results[-1])
        finally:
            left = {result.attempt: result for result in kit.close()}
        for result in left.values():
            if not quiet:
                _print(result)
    return [left.get(result.attempt, result) for result in results]


def _print(result: Result) -> None:
    attempt = result.attempt
    source = f" ({attempt.source})" if attempt.source else ""
    result_word = word(result.result) + " " * (14 - len(result.result))
    click.echo(f"{result_word}  {attempt.theme}/{attempt.name}: {attempt.tries}{source}: {plain(result.detail)}")


def _print_list(attempts: list[Attempt], as_json: bool) -> None:
    if as_json:
        fields = ("theme", "name", "tries", "source")
        print_json([{field: getattr(attempt, field) for field in fields} for attempt in attempts])
        return
    titles = [heading(title) for title in ("theme", "name", "tries", "source")]
    print_lines(columns([titles, *([row.theme, row.name, row.tries, row.source] for row in attempts)]))
