"""What became of a file when it was looked at. `skerry pop reload` prints it."""

from enum import StrEnum

import msgspec


class FileState(StrEnum):
    """Whether the content that a file has now is in force."""

    TOOK_EFFECT = "took effect"
    """It is new, and in force."""
    UNCHANGED = "unchanged"
    """It was in force before."""
    NOT_TAKEN = "not taken"
    """It cannot be used, so what was read before stays in force."""


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """One file, or several that are one secret together."""

    name: str
    """The setting or option that names it, such as `publisher.token_file`."""
    paths: tuple[str, ...]
    state: FileState
    why: str = ""
    """Why it was not taken, and what to do."""


class FileReports(msgspec.Struct, frozen=True, kw_only=True):
    """All files of a process."""

    files: tuple[FileReport, ...]
