# SPDX-License-Identifier: Apache-2.0
"""A group of commands that lists what it has when no command of it is named."""

from __future__ import annotations

import click


class ListingGroup(click.Group):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["list"])
