# SPDX-License-Identifier: Apache-2.0
"""`images`: builds images of programs for seats, pushes them to a registry, and pulls them from one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import click

import matchrunner

from .listing_group import HelpingGroup
from .place import engine_option
from .printing import json_option, print_json, remark, stderr_is_terminal
from .terminal import plain, size
from .values import SECONDS

Function = TypeVar("Function", bound=Callable[..., Any])

ONCE_IN = 1.0  # seconds between two lines on how far layers are


@click.group(cls=HelpingGroup)
def images() -> None:
    """Build images that seats name, push them to a registry, and pull them."""


def _working(function: Function) -> Function:
    """Options of all three; the command gets them as `more`, for the library, and `as_json`."""
    timeout = click.option(
        "--timeout", type=SECONDS, metavar="SECONDS", help="Give up after this long. Default: never."
    )
    return engine_option(timeout(json_option(function)))


@images.command()
@click.argument("folder", type=click.Path())
@click.argument("tag")
@click.option("--dockerfile", metavar="PATH", default="Dockerfile", show_default=True, help="In the folder.")
@click.option("--pull", is_flag=True, help="Ask registries for what it is built from also when the engine has it.")
@_working
def build(folder: str, tag: str, dockerfile: str, pull: bool, as_json: bool, **more: Any) -> None:
    """Build an image from a folder with a Dockerfile, and name it TAG.

    What its .dockerignore names is left out. The output of the build goes to stderr.
    """
    with Told() as told:
        image = matchrunner.build_image(folder, tag, dockerfile=dockerfile, pull=pull, on_step=told, **more)
    _print("built", image, as_json)


@images.command()
@click.argument("tag")
@_working
def push(tag: str, as_json: bool, **more: Any) -> None:
    """Push an image to the registry that its name says."""
    with Told() as told:
        image = matchrunner.push_image(tag, on_step=told, **more)
    _print("pushed", image, as_json)


@images.command()
@click.argument("tag")
@_working
def pull(tag: str, as_json: bool, **more: Any) -> None:
    """Pull an image from the registry that its name says."""
    with Told() as told:
        image = matchrunner.pull_image(tag, on_step=told, **more)
    _print("pulled", image, as_json)


def _print(what: str, image: matchrunner.Image, as_json: bool) -> None:
    if as_json:
        print_json(json.loads(image.to_json()))
    else:
        click.echo(plain(f"{what} {image.name} {image.digest or image.id}"))


class Told:
    """Shows what a build writes, and how far layers are: on a terminal in one line that changes, else once a second."""

    def __init__(self) -> None:
        self._on_terminal = stderr_is_terminal()
        self._next = 0.0
        self._open = False  # the line that changes is the last

    def __enter__(self) -> Told:
        return self

    def __exit__(self, *raised: object) -> None:
        self._end_line()

    def __call__(self, step: matchrunner.ImageStep) -> None:
        if step.total_bytes == 0:
            self._end_line()
            remark(step.text)
            return
        if (now := time.monotonic()) < self._next:
            return
        self._next = now + (ONCE_IN / 10 if self._on_terminal else ONCE_IN)
        line = f"{plain(step.text)} ({size(step.bytes)} of {size(step.total_bytes)})"
        if self._on_terminal:
            click.echo(f"\r\x1b[K{line}", err=True, nl=False)
            self._open = True
        else:
            remark(line)

    def _end_line(self) -> None:
        if self._open:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._open = False
