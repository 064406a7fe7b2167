# SPDX-License-Identifier: Apache-2.0
"""What the command `matchrunner` begins with: beside the package, so that Ctrl-C ends it well while that loads."""

import signal

# Until all is loaded Ctrl-C ends the process as it does a program in C. Who was told to ignore it goes on to.
_handler = signal.getsignal(signal.SIGINT)
if _handler is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> int:
    """Loads and runs the command; its exit code."""
    import matchrunner.cli.command_line  # noqa: F401

    try:
        before = signal.signal(signal.SIGINT, _handler)
        try:
            return matchrunner.cli.main()
        finally:
            signal.signal(signal.SIGINT, before)  # nothing is left to be ended well
    except KeyboardInterrupt:
        return 130
