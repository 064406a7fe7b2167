# SPDX-License-Identifier: Apache-2.0
"""A UCI engine at the other end of two descriptors, with a deadline on everything it is asked."""

import os
import select
import time

LONGEST_LINE = 64 * 1024


class EngineFault(Exception):
    """The engine broke the protocol, or is gone; the text says how, in one line."""


class FlagFall(EngineFault):
    """The engine did not answer in time."""


class Engine:
    """Speaks UCI over raw descriptors. Lines that mean nothing are passed over, however many there are."""

    def __init__(self, seat, read_fd, write_fd):
        self.seat = seat
        self.name = seat
        self.options = set()
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._buffer = b""
        self._ended = False
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)

    def start(self, options, deadline):
        """Shakes hands, sets those of `options` that the engine has, and waits until it is ready."""
        self._send("uci", deadline)
        while (line := self._line(deadline)) != "uciok":
            if line.startswith("id name "):
                self.name = line.removeprefix("id name ").strip()[:80]
            elif line.startswith("option name "):
                self.options.add(line.removeprefix("option name ").split(" type ")[0])
        for key, value in options.items():
            if key in self.options:
                self._send(f"setoption name {key} value {value}", deadline)
        self._send("ucinewgame", deadline)
        self._send("isready", deadline)
        while self._line(deadline) != "readyok":
            pass

    def best_move(self, position, go, deadline):
        """The engine's move as UCI text, and the seconds it took."""
        self._send(position, deadline)
        begin = time.monotonic()
        self._send(go, deadline)
        while True:
            words = self._line(deadline).split()
            if words[:1] == ["bestmove"]:
                return (words[1] if len(words) > 1 else ""), time.monotonic() - begin

    def _send(self, line, deadline):
        data = line.encode() + b"\n"
        while data:
            self._wait(self._write_fd, select.POLLOUT, deadline)
            try:
                data = data[os.write(self._write_fd, data) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise EngineFault("engine ended") from error

    def _line(self, deadline):
        while b"\n" not in self._buffer:
            if self._ended:
                raise EngineFault("engine ended")
            self._wait(self._read_fd, select.POLLIN, deadline)
            try:
                chunk = os.read(self._read_fd, LONGEST_LINE)
            except BlockingIOError:
                continue
            self._ended = not chunk
            # A line without end is noise: only its last part is kept.
            self._buffer = (self._buffer + chunk)[-LONGEST_LINE:]
        line, self._buffer = self._buffer.split(b"\n", 1)
        if time.monotonic() > deadline:
            raise FlagFall("no answer in time")
        return line.decode(errors="replace").strip()

    @staticmethod
    def _wait(fd, events, deadline):
        left = deadline - time.monotonic()
        poll = select.poll()
        poll.register(fd, events)
        if left <= 0 or not poll.poll(left * 1000):
            raise FlagFall("no answer in time")
