"""Which PoPs belong to the fleet, and by which key each is known: `home/pops/<name>.pub`, one file for each.

`home/pops/<name>.invited` holds the key of a PoP that becomes a member with its first status. Until then nobody waits
for it: `skerry keys init` invites the PoP that it writes a configuration for, which may never be started.

A file holds what the PoP wrote into its own `status.pub`: 64 hexadecimal digits. Files put there by other means
count as well. A change counts from the next status on.
"""

import re
from pathlib import Path

from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import make_folder, replace_file, sync_folder
from edge.records import NAME_PATTERN

MAX_POPS = 10_000
"""How many PoPs may make themselves known where that is allowed; by hand there may be more."""

_NAME = re.compile(NAME_PATTERN)
_KEY = re.compile(r"[0-9a-f]{64}")


class FleetMembers:
    """The fleet's members. Blocking; instances share nothing but the disk."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "pops"

    def key(self, pop: str) -> bytes | None:
        """The 32 bytes of the PoP's public key; None when it is no member, or its file holds no key."""
        if _NAME.fullmatch(pop) is None:
            return None
        try:
            text = self._path(pop).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        except OSError as error:
            raise StorageError(f"cannot read {self._path(pop)}: {error.strerror}") from error
        return bytes.fromhex(text) if _KEY.fullmatch(text) else None

    def changed(self) -> int:
        """Another number whenever a member came, went or got its key by `add`; 0 while there is none."""
        try:
            return self._folder.stat().st_mtime_ns
        except OSError:
            return 0

    def names(self) -> list[str]:
        """Every member, sorted."""
        try:
            entries = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StorageError(f"cannot read {self._folder}: {error.strerror}") from error
        stems = (entry.removesuffix(".pub") for entry in entries if entry.endswith(".pub"))
        return sorted(stem for stem in stems if _NAME.fullmatch(stem))

    def add(self, pop: str, key: str) -> None:
        """Make it a member, or change its key; lasting on return. Raises `RefusedError` for what is no name or key."""
        self._write(pop, key, ".pub")
        self._path(pop, ".invited").unlink(missing_ok=True)

    def invite(self, pop: str, key: str) -> None:
        """Let it become a member with its first status under this key; lasting on return. Raises as `add` does."""
        self._write(pop, key, ".invited")

    def is_invited(self, pop: str, key: str) -> bool:
        """Whether `pop` was invited under this key."""
        if _NAME.fullmatch(pop) is None:
            return False
        try:
            return self._path(pop, ".invited").read_text(encoding="ascii").strip() == key
        except (OSError, UnicodeDecodeError):
            return False

    def _write(self, pop: str, key: str, suffix: str) -> None:
        if _NAME.fullmatch(pop) is None:
            raise RefusedError(f"{pop[:64]!r} cannot be a PoP, expected 1 to 63 lower-case letters, digits, inner '-'")
        if _KEY.fullmatch(key) is None:
            raise RefusedError("that is not a PoP's key, expected the 64 hexadecimal digits of its status.pub")
        if not self._home.is_dir():
            raise ConfigError(f"no home {self._home}, run: skerry keys init --home {self._home}")
        make_folder(self._folder)
        replace_file(self._path(pop, suffix), f"{key}\n".encode())
        sync_folder(self._folder)

    def remove(self, pop: str) -> None:
        """It is no member afterwards; raises `RefusedError` when it was none."""
        if _NAME.fullmatch(pop) is None or not self._path(pop).exists():
            raise RefusedError(
                f"{pop[:64]!r} is no PoP of this fleet, expected one that `skerry publisher pops list` names"
            )
        try:
            self._path(pop).unlink()
        except OSError as error:
            raise StorageError(f"cannot remove {self._path(pop)}: {error.strerror}") from error
        sync_folder(self._folder)

    def _path(self, pop: str, suffix: str = ".pub") -> Path:
        return self._folder / f"{pop}{suffix}"
