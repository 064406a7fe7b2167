# SPDX-License-Identifier: Apache-2.0
"""The command group, and how every error becomes one line and an exit code."""

from __future__ import annotations

import os
import traceback
from typing import Any

import click

import matchrunner

from . import about, check, doctor, escape_test, events, games, images, init, link, logs, matches, outbox, pool, prune, run, serve, states, work
from .exits import INFRASTRUCTURE, INTERRUPTED, HostFailure, of_error
from .listing_group import HelpingGroup
from .printing import drop_output, drop_unwritable_output, flush
from .terminal import plain
from .values import expect_text


class CommandLine(HelpingGroup):
    """A group whose commands may raise what the library raises."""

    def invoke(self, ctx: click.Context) -> Any:
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            result = super().invoke(ctx)
            flush()
            return result
        except matchrunner.Error as error:
            raise of_error(error) from error
        except BrokenPipeError:
            drop_output()
            ctx.exit(0)
        except OSError as error:
            raise HostFailure(f"{error.filename or 'output'}: {error.strerror or error}") from error


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(matchrunner.__version__, "-V", "--version", message="matchrunner %(version)s")
def commands() -> None:
    """Run game matches: referee and contestants as programs, held in a sandbox, recorded and kept."""


for _command in (
    init.init,
    check.check,
    doctor.doctor,
    run.run,
    matches.submit,
    work.work,
    serve.serve,
    matches.wait,
    matches.list_,
    matches.show,
    logs.logs,
    link.link,
    matches.stop,
    events.events,
    games.game,
    images.images,
    pool.pool,
    outbox.outbox,
    prune.prune,
    states.states,
    escape_test.escape_test,
    check.schema,
    about.completion,
    about.version,
):
    commands.add_command(_command)
expect_text(commands)


def execute(arguments: list[str] | None = None) -> int:
    """Runs one command; the exit code. docs/command-line.md says what the codes mean."""
    try:
        code = commands.main(args=arguments, prog_name="matchrunner", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.Abort:
        return INTERRUPTED
    except click.UsageError as error:
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx is not None else ""
        return _say(f"{_masked(error.format_message()).rstrip('.')}{hint}", error.exit_code)
    except click.ClickException as error:
        return _say(error.format_message(), error.exit_code)
    except Exception as error:
        return _say(_defect(error), INFRASTRUCTURE)
    finally:
        drop_unwritable_output()


def _masked(message: str) -> str:
    """On one line. click quotes words that it did not expect, and those may be URLs with passwords."""
    return " ".join(matchrunner.masked_url(each) if "://" in each else each for each in message.split())


def _defect(error: Exception) -> str:
    """What went wrong and where, without values: what a binding was called with can be a password."""
    ours = os.path.dirname(__file__)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if os.path.dirname(frame.filename) == ours]
    way = " > ".join(f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in frames)
    said = str(error).split("Invoked with")[0].partition("\n")[0]
    return f"a defect of matchrunner, please report it: {type(error).__name__}: {said} ({way})"


def _say(message: str, code: int) -> int:
    for line in message.splitlines() or [""]:
        click.echo(f"matchrunner: error: {plain(line)}", err=True)
    return code
