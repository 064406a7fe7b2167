# SPDX-License-Identifier: Apache-2.0
"""Telling systemd how a service is (sd_notify(3)), where it asks to be told."""

from __future__ import annotations

import contextlib
import os
import socket
import time


def tell_state(state: str) -> None:
    """Sends it to $NOTIFY_SOCKET; nobody there is no fault of ours."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if state == "RELOADING=1":
        state += f"\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}"
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect("\0" + address[1:] if address.startswith("@") else address)
        sender.sendall(state.encode())
