# SPDX-License-Identifier: Apache-2.0
"""The exceptions of matchrunner: one tree, one class for each error code (docs/errors.md)."""

from __future__ import annotations


class Error(Exception):
    """A call failed. `code` is the word for why, `message` one line, `origin` the part that failed."""

    code = ""

    def __init__(self, message: str = "", origin: str = "") -> None:
        super().__init__(message, origin)
        self.message = message
        self.origin = origin

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}" if self.origin else self.message


class Cancelled(Error):
    """The caller asked to stop."""

    code = "cancelled"


class Timeout(Error, TimeoutError):
    """The caller's deadline passed."""

    code = "timeout"


class InvalidArgument(Error, ValueError):
    """The input cannot be meant; the message names the field."""

    code = "invalid_argument"


class NotFound(Error):
    """What was named does not exist."""

    code = "not_found"


class AlreadyExists(Error):
    """The name is taken by something else."""

    code = "already_exists"


class Conflict(Error):
    """Illegal transition or lost race: read again and decide again."""

    code = "conflict"


class Unavailable(Error):
    """A peer cannot be reached now; the only error that is worth a retry."""

    code = "unavailable"


class PermissionDenied(Error):
    """The system or the peer refused."""

    code = "permission_denied"


class ResourceExhausted(Error):
    """Disk, memory, descriptors or quota are used up."""

    code = "resource_exhausted"


class Unsupported(Error):
    """This adapter or host cannot do it."""

    code = "unsupported"


class CorruptData(Error):
    """Stored or received bytes do not have the promised form."""

    code = "corrupt_data"


class CallbackFailed(Error):
    """A port that is not written in Python threw; one that is comes back as its own exception."""

    code = "callback"


class Forked(Error):
    """Called in a forked child of the process that opened it; see per_process()."""

    code = "forked"


class Internal(Error):
    """A defect of the library."""

    code = "internal"
