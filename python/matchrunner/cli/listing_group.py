# SPDX-License-Identifier: Apache-2.0
"""Groups of commands, by what they do when no command of theirs is named."""

from __future__ import annotations

import click


class HelpingGroup(click.Group):
    """Says what commands there are, in the order in which they are met."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["--help"])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class ListingGroup(click.Group):
    """Lists what there is."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["list"])
