# SPDX-License-Identifier: Apache-2.0
"""What fills the `small_disk` of a test (conftest.py)."""

import contextlib


def fill(folder):
    with open(folder / "ballast", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
