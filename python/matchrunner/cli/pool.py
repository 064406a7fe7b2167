# SPDX-License-Identifier: Apache-2.0
"""`pool`: how many matches run at once, over all processes on the store."""

from __future__ import annotations

import click

import matchrunner

from .listing_group import ListingGroup
from .place import Place, watching
from .printing import json_option, print_json, print_lines
from .terminal import columns, heading
from .values import SLOTS


@click.group(cls=ListingGroup)
def pool() -> None:
    """See and set how many matches run at once."""


@pool.command("list")
@watching
@json_option
def list_(place: Place, as_json: bool) -> None:
    """List the pools, and which match has which slot."""
    with place.watch() as runner:
        pools = runner.list_pools()
    if as_json:
        print_json([_as_dict(each) for each in pools])
        return
    rows: list[list[str]] = [[heading(title) for title in ("pool", "slots", "busy", "match", "runner")]]
    for each in pools:
        rows.append([each.name, str(each.slots), str(len(each.busy)), "", ""])
        rows += [["", "", f"slot {holder.slot}", holder.match, holder.runner] for holder in each.busy]
    print_lines(columns(rows))


@pool.command()
@click.argument("name")
@click.argument("slots", type=SLOTS)
@watching
@json_option
def resize(name: str, slots: int, place: Place, as_json: bool) -> None:
    """Set the size of a pool. Slots that would go must be free."""
    with place.watch() as runner:
        status = runner.resize_pool(name, slots)
    if as_json:
        print_json(_as_dict(status))
    else:
        click.echo(f"{status.name} has {status.slots} slots")


def _as_dict(status: matchrunner.PoolStatus) -> dict[str, object]:
    busy = [{"slot": holder.slot, "match": holder.match, "runner": holder.runner} for holder in status.busy]
    return {"name": status.name, "slots": status.slots, "busy": busy}
