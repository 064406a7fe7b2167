# SPDX-License-Identifier: Apache-2.0
"""Writes the options of every command into docs/command-line.md: python -m matchrunner.cli.reference PAGE

Not click's own help text: how that is laid out changes with the version of click.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from .command_line import commands

BEGIN = "<!-- begin: written by python -m matchrunner.cli.reference -->\n"
END = "<!-- end -->\n"


def reference() -> str:
    """Every command under a heading of its own."""
    return "\n".join(_sections(commands, "matchrunner"))


def _sections(group: click.Group, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _sections(command, f"{path} {name}")
        else:
            yield _section(command, f"{path} {name}")


def _section(command: click.Command, path: str) -> str:
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    usage = " ".join([path, *(_argument(argument) for argument in arguments)])
    lines = [f"### {path}", "", f"`{usage}`", "", inspect.cleandoc(command.help or ""), ""]
    if options:
        lines += ["| option | |", "| --- | --- |", *(_row(option) for option in options), ""]
    return "\n".join(lines)


def _argument(argument: click.Argument) -> str:
    if argument.metavar is not None:
        return argument.metavar
    name = (argument.name or "").upper()
    if isinstance(argument.type, click.Choice):
        name = "|".join(argument.type.choices)
    return name if argument.required else f"[{name}]"


def _row(option: click.Option) -> str:
    names = ", ".join(option.opts) + "".join(f" / {name}" for name in option.secondary_opts)
    remarks = [f"variable `{option.envvar}`"] if option.envvar else []
    if option.show_default:
        remarks.append(f"default `{option.default}`")
    text = f"{option.help} ({'; '.join(remarks)})" if remarks else option.help
    return f"| `{names}{_value(option)}` | {text} |"


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return " " + "\\|".join(option.type.choices)
    return f" {option.metavar or option.type.name.split()[0].upper()}"


def page_with_reference(page: str) -> str:
    """`page` with the part between its marks written anew."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{reference()}\n{END}{after}"


def main() -> None:
    path = Path(sys.argv[1])
    path.write_text(page_with_reference(path.read_text()))


if __name__ == "__main__":
    main()
