# SPDX-License-Identifier: Apache-2.0
"""`doctor`: what this host offers for holding matches, what it lacks, and what would mend that."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

import matchrunner

from .exits import COMPLETED, NOT_COMPLETED
from .place import isolation_option, isolation_url
from .printing import json_option, print_json, print_lines
from .terminal import columns, heading, plain


@click.command()
@isolation_option
@json_option
def doctor(isolation: str, as_json: bool) -> int:
    """Say how strongly this host can hold matches, and what would mend what it lacks.

    Exits with 0 when matches would run, and with 1 when --isolation asks for more than there is.
    """
    diagnosis = matchrunner.diagnose(isolation_url(isolation))
    if as_json:
        print_json(json.loads(diagnosis.to_json()))
    else:
        print_lines(list(_lines(diagnosis, isolation)))
    return NOT_COMPLETED if diagnosis.refusal else COMPLETED


def _lines(diagnosis: matchrunner.Diagnosis, isolation: str) -> Iterator[str]:
    found = [[finding.name, "yes" if finding.found else "NO", finding.value] for finding in diagnosis.findings]
    yield from columns([[heading(title) for title in ("what", "there", "seen")], *found])
    for finding in diagnosis.findings:
        if not finding.found:
            yield ""
            yield f"{heading(finding.name)} is missing: {finding.cost}"
            yield f"  to mend it: {finding.remedy}"
    yield ""
    yield f"{heading('tier')} {diagnosis.isolation.tier} ({', '.join(diagnosis.isolation.in_force)})"
    if diagnosis.refusal:
        yield f"matches are refused: {plain(diagnosis.refusal)}"
    else:
        yield f"matches run, by --isolation {isolation}"
