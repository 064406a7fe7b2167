# SPDX-License-Identifier: Apache-2.0
"""`serve`: the service, from a configuration, until a signal ends it. docs/service.md is the guide."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime
from typing import Any

import click

import matchrunner

from .exits import INTERRUPTED, BadInput
from .input_file import InputFile
from .place import opening
from .printing import note, remark_as_is
from .service_state import tell_state
from .stop_signals import StopSignals
from .terminal import plain, plain_json
from .variables import text_variables, unknown_variables

GLANCE = 0.2  # seconds between two looks at signals


@click.command()
@click.option(
    "--config",
    "file",
    metavar="FILE",
    envvar="MATCHRUNNER_CONFIG",
    show_envvar=True,
    type=click.Path(dir_okay=False),
    help="The configuration, as JSON. Variables MATCHRUNNER_* go before it; without it, they and defaults count.",
)
@click.option("--check", is_flag=True, help="Say what is wrong with the configuration, and start nothing.")
def serve(file: str | None, check: bool) -> int:
    """Run matches as a service: commands in, events out, pages and metrics.

    SIGTERM and Ctrl-C end it gracefully: matches under way get their grace, then they are queued again.
    A second one ends it at once; what it ran is taken up by others. SIGHUP reads the configuration again.
    """
    config, warnings = read_config(file)
    if check:
        for warning in warnings:
            note(warning)
        click.echo("the configuration can be used")
        return 0
    with StopSignals() as signals, ReloadSignal() as reloading:
        with opening():
            service = matchrunner.Service(config)
        Serving(service, config, file).run(signals, reloading, warnings)
    return INTERRUPTED if signals.received == signal.SIGINT else 0


class Serving:
    """Prints the log of a service until it has ended, and hands signals on."""

    def __init__(self, service: matchrunner.Service, config: matchrunner.ServiceConfig, file: str | None) -> None:
        self._service = service
        self._as_json = config.log_format == matchrunner.LogFormat.JSON
        self._file = file
        self._closing: threading.Thread | None = None

    def run(self, signals: StopSignals, reloading: ReloadSignal, warnings: list[str]) -> None:
        self._warn(warnings)
        tell_state("READY=1")
        while True:
            try:
                line = self._service.next_log(GLANCE)
            except matchrunner.Cancelled:
                break
            if line is not None:
                self._print(line)
            if reloading.take() and self._closing is None:
                self._reload()
            if signals.received is not None and self._closing is None:
                tell_state("STOPPING=1")
                self._closing = threading.Thread(target=self._service.close)
                self._closing.start()
        if self._closing is not None:
            self._closing.join()

    def _reload(self) -> None:
        tell_state("RELOADING=1")
        try:
            config, warnings = read_config(self._file)
            self._warn(warnings)
            self._service.reload(config)
        except (click.ClickException, matchrunner.Error) as error:
            message = error.message if isinstance(error, click.ClickException) else str(error)
            for fault in message.splitlines():
                self._say(matchrunner.LogLevel.ERROR, f"not reloaded: {fault}")
        tell_state("READY=1")

    def _warn(self, warnings: list[str]) -> None:
        for warning in warnings:
            self._say(matchrunner.LogLevel.WARNING, warning)

    def _say(self, level: matchrunner.LogLevel, message: str) -> None:
        self._print(matchrunner.LogLine(at=datetime.now(UTC), level=level, message=message))

    def _print(self, line: matchrunner.LogLine) -> None:
        remark_as_is(plain_json(line.to_json()) if self._as_json else plain(str(line)))


class ReloadSignal:
    """While entered, SIGHUP is noted."""

    def __init__(self) -> None:
        self._came = False
        self._previous: Any = None

    def __enter__(self) -> ReloadSignal:
        self._previous = signal.signal(signal.SIGHUP, lambda number, frame: self._note())
        return self

    def __exit__(self, *exc_info: object) -> None:
        signal.signal(signal.SIGHUP, self._previous)

    def _note(self) -> None:
        self._came = True

    def take(self) -> bool:
        """Whether it came since the last look."""
        came, self._came = self._came, False
        return came


def read_config(file: str | None) -> tuple[matchrunner.ServiceConfig, list[str]]:
    """The configuration with every default filled in, and what is odd about it; or BadInput with every fault."""
    text = InputFile(file).text if file is not None else None
    if text is not None and not text.strip():  # as an editor or a full disk leaves it
        raise BadInput(f"{file}: expected JSON text, found nothing")
    variables = text_variables()
    faults = matchrunner.check_service_config(text, variables)
    if faults:
        raise BadInput(*(_told(fault, file) for fault in faults))
    config = matchrunner.parse_service_config(text, variables)
    usual = matchrunner.defaults()
    given = {name: getattr(config, name) for name, _, _ in matchrunner.service_fields()}
    for name, value in (("spool", usual["spool_folder"]), *usual.items()):
        if name in given and not given[name]:
            given[name] = value
    return matchrunner.ServiceConfig(**given), unknown_variables(text or "")


def _told(fault: matchrunner.InputFault, file: str | None) -> str:
    """A fault of a variable names the variable, one of the file the file."""
    of_variable = fault.path.startswith("MATCHRUNNER_")
    return fault.describe() if of_variable or file is None else f"{file}: {fault.describe()}"
