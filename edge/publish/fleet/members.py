"""Members of the fleet: one file for each PoP, `home/pops/<name>.pub`, with its public key.

`home/pops/<name>.invited` has the key of a PoP that becomes a member with its first status. Until then it does not lag:
`skerry keys init` invites the PoP for which it writes a configuration, and that PoP may never be started.

A file has the content of the PoP's own `status.pub`: 64 hexadecimal digits. An operator may also copy the files there
by other means. A running publisher uses a changed file from the next status on.
"""

import re
from pathlib import Path

from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import make_folder, replace_file, sync_folder
from edge.records import NAME_PATTERN

MAX_POPS = 10_000
"""Members up to which new PoPs may add themselves (`--adopt-pops`). An operator may add more."""

_NAME = re.compile(NAME_PATTERN)
_KEY = re.compile(r"[0-9a-f]{64}")


class FleetMembers:
    """Members of one home's fleet. Blocking; instances share nothing but the disk."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "pops"

    def key(self, pop: str) -> bytes | None:
        """Public key of the PoP, 32 bytes; None if it is not a member or its file holds no key.

        Raises `StorageError` if the file cannot be read.
        """
        if _NAME.fullmatch(pop) is None:
            return None
        try:
            text = self._path(pop).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        except OSError as error:
            raise StorageError(f"cannot read {self._path(pop)}: {error.strerror}") from error
        return bytes.fromhex(text) if _KEY.fullmatch(text) else None

    def version(self) -> int:
        """A number that differs after every `add` and `remove`; 0 if there has never been a member.

        A file that is edited in place does not change it.
        """
        try:
            return self._folder.stat().st_mtime_ns
        except OSError:
            return 0

    def names(self) -> list[str]:
        """Names of all members, sorted. Raises `StorageError` if the folder cannot be read."""
        try:
            entries = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StorageError(f"cannot read {self._folder}: {error.strerror}") from error
        stems = (entry.removesuffix(".pub") for entry in entries if entry.endswith(".pub"))
        return sorted(stem for stem in stems if _NAME.fullmatch(stem))

    def add(self, pop: str, key: str) -> None:
        """Make `pop` a member, or replace its key (hexadecimal). Durable on return.

        Raises `RefusedError` if name or key do not have the right form, `ConfigError` if there is no home.
        """
        self._write(pop, key, ".pub")
        # Last: after a crash in between, the PoP is a member and the invitation does not matter until it is removed.
        self._path(pop, ".invited").unlink(missing_ok=True)
        sync_folder(self._folder)

    def invite(self, pop: str, key: str) -> None:
        """Let `pop` become a member with its first status under `key`. Durable on return. Raises as `add` does."""
        self._write(pop, key, ".invited")

    def is_invited(self, pop: str, key: str) -> bool:
        """True if `pop` was invited under this key (hexadecimal)."""
        if _NAME.fullmatch(pop) is None:
            return False
        try:
            return self._path(pop, ".invited").read_text(encoding="ascii").strip() == key
        except (OSError, UnicodeDecodeError):
            return False

    def _write(self, pop: str, key: str, suffix: str) -> None:
        if _NAME.fullmatch(pop) is None:
            raise RefusedError(
                f"{pop[:64]!r} cannot be a PoP's name, expected 1 to 63 lower-case letters, digits, inner '-'"
            )
        # The text does not quote the key: it may be the private one.
        if _KEY.fullmatch(key) is None:
            raise RefusedError("this is not a PoP's key, expected the 64 hexadecimal digits of its status.pub")
        if not self._home.is_dir():
            raise ConfigError(f"no home {self._home}, run: skerry keys init --home {self._home}")
        make_folder(self._folder)
        replace_file(self._path(pop, suffix), f"{key}\n".encode())
        sync_folder(self._folder)

    def remove(self, pop: str) -> None:
        """End the membership of `pop`, or take its invitation back. Durable on return.

        Raises `RefusedError` if it is neither, `StorageError` if a file cannot be removed.
        """
        files = (self._path(pop, ".invited"), self._path(pop))
        if _NAME.fullmatch(pop) is None or not any(file.exists() for file in files):
            raise RefusedError(
                f"{pop[:64]!r} is not a PoP of this fleet, expected one that is listed by:"
                f" skerry publisher pops list --home {self._home}"
            )
        try:
            for file in files:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"cannot remove {error.filename}: {error.strerror}") from error
        sync_folder(self._folder)

    def _path(self, pop: str, suffix: str = ".pub") -> Path:
        return self._folder / f"{pop}{suffix}"
