# SPDX-License-Identifier: Apache-2.0
"""`states`: the state machines, from the tables that the library itself works by."""

from __future__ import annotations

import click

import matchrunner

from .printing import json_option, print_json, print_lines
from .terminal import columns, heading


@click.command()
@click.option("--mermaid", is_flag=True, help="As Mermaid diagrams.")
@json_option
def states(mermaid: bool, as_json: bool) -> None:
    """Print the states of matches, tickets, lobbies and hosts, and what leads from one to the next."""
    machines = matchrunner.machines()
    if as_json:
        print_json([_as_dict(machine) for machine in machines])
        return
    for number, machine in enumerate(machines):
        if number:
            click.echo()
        print_lines(_mermaid(machine) if mermaid else _table(machine))


def _table(machine: matchrunner.Machine) -> list[str]:
    titles = [heading(title) for title in (machine.name, "event", "to")]
    return columns([titles, *machine.transitions])


def _mermaid(machine: matchrunner.Machine) -> list[str]:
    lines = [f"%% {machine.name}", "stateDiagram-v2", f"    [*] --> {machine.start}"]
    lines += [f"    {source} --> {target} : {event}" for source, event, target in machine.transitions]
    left = {source for source, _, _ in machine.transitions}
    return lines + [f"    {state} --> [*]" for state in machine.states if state not in left]


def _as_dict(machine: matchrunner.Machine) -> dict[str, object]:
    rows = [{"from": source, "event": event, "to": target} for source, event, target in machine.transitions]
    return {"name": machine.name, "start": machine.start, "states": list(machine.states), "transitions": rows}
