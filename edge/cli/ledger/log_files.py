"""The files of a log, in a folder or behind an address. Nothing here is verified: that is the caller's part."""

import urllib.error
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from edge.cli.peers import NETWORK_ERRORS, ProxyFor, address_of, cause_of, open_request, request_to
from edge.errors import Reason, RefusedError, StorageError, UnreachableError
from edge.ledger import TILE_WIDTH, Tile, beginning_of, read_path

CHECKPOINT = "checkpoint"
"""The name of the one file of a log that changes."""

COSIGNED = "cosigned"
"""The last checkpoint that a witness cosigned, at a PoP. A copy has it as its checkpoint."""

MAX_FILE_BYTES = 17_000_000
"""256 entries of the greatest length are 16.8 MB."""

_NOT_FOUND = 404
_REQUEST_S = 30.0


class LogFiles(Protocol):
    """Reads the files of one log."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None if there is no such file. Raises `SkerryError` if it cannot be read."""

    def tiles(self) -> Iterable[Tile]:
        """The tiles that can be listed. None for an address: it lists nothing."""


class FolderLog:
    """A log in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """As `LogFiles` says."""
        try:
            with (self._folder / path).open("rb") as file:
                return _limited(file.read(MAX_FILE_BYTES + 1), path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StorageError(f"cannot read {self._folder / path}: {error.strerror}") from error

    def tiles(self) -> Iterator[Tile]:
        """Every file whose name is one of a tile."""
        for path in sorted((self._folder / "tile").rglob("*")):
            if path.is_file():
                try:
                    yield read_path(path.relative_to(self._folder).as_posix())
                except RefusedError:
                    # No file of a log, such as one that a writer did not finish.
                    continue


class UrlLog:
    """A log behind an address, such as a PoP's `/v1/ledger/TENANT/EVENT`."""

    def __init__(self, url: str, proxy_for_url: ProxyFor) -> None:
        self._url, self._proxy_for_url = url.rstrip("/"), proxy_for_url

    def read(self, path: str) -> bytes | None:
        """As `LogFiles` says."""
        address = f"{self._url}/{path}"
        try:
            with open_request(request_to(address, proxy_for_url=self._proxy_for_url), timeout_s=_REQUEST_S) as response:
                return _limited(response.read(MAX_FILE_BYTES + 1), path)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == _NOT_FOUND:
                    return None
                raise UnreachableError(f"{address_of(address)} answered with status {error.code}") from None
        except NETWORK_ERRORS as error:
            raise UnreachableError(f"{address_of(address)} cannot be read: {cause_of(error)}") from None

    def tiles(self) -> Iterator[Tile]:
        """None: an address lists nothing."""
        return iter(())


def read_file(files: LogFiles, path: str) -> bytes:
    """A file that a log must have. Raises `RefusedError` if there is none."""
    content = files.read(path)
    if content is None:
        expected = "every file of a log"
        if path == CHECKPOINT:
            expected = "a log; name its own folder, or of a running PoP: URL/v1/ledger/TENANT/EVENT"
        raise RefusedError(f"there is no {path}, expected {expected}", reason=Reason.NOT_FOUND)
    return content


def read_tile(files: LogFiles, tile: Tile) -> bytes:
    """A tile's bytes, from the full tile if the log has grown since. Raises `RefusedError` if there is neither."""
    content = files.read(tile.path)
    if content is None and tile.width < TILE_WIDTH:
        full = files.read(tile._replace(width=TILE_WIDTH).path)
        content = None if full is None else beginning_of(full, tile)
    if content is None:
        raise RefusedError(f"there is no {tile.path}, expected every file of a log", reason=Reason.NOT_FOUND)
    return content


def _limited(content: bytes, path: str) -> bytes:
    if len(content) > MAX_FILE_BYTES:
        raise RefusedError(
            f"{path} has more than {MAX_FILE_BYTES} bytes, expected fewer in a file of a log", reason=Reason.TOO_LARGE
        )
    return content
