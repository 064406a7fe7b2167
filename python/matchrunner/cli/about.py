# SPDX-License-Identifier: Apache-2.0
"""`version` and `completion`: about the command itself."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

import matchrunner

from .exits import HostFailure
from .printing import json_option, print_json, print_lines
from .terminal import columns, heading


@click.command()
@json_option
def version(as_json: bool) -> None:
    """Print the version, and the adapters that URLs can name."""
    adapters = matchrunner.adapters()
    if as_json:
        fields = ("port", "scheme", "form")
        rows = [{field: getattr(row, field) for field in fields} for row in adapters]
        print_json({"version": matchrunner.__version__, "adapters": rows})
        return
    click.echo(f"matchrunner {matchrunner.__version__}\n")
    titles = [heading(title) for title in ("port", "URL")]
    forms = dict.fromkeys((row.port, row.form) for row in adapters)  # amqp and amqps are one row
    print_lines(columns([titles, *map(list, forms)]))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes this command in a shell.

    bash: eval "$(matchrunner completion bash)" in ~/.bashrc
    """
    script = get_completion_class(shell)
    if script is None:
        raise HostFailure(f"this version of click does not know {shell}")
    click.echo(script(context.find_root().command, {}, "matchrunner", "_MATCHRUNNER_COMPLETE").source())
