"""Our TUF client behind the command line of the public tuf-conformance suite.

The rules and the walk through root, timestamp, snapshot and targets are `edge.trust`'s own. Added here is what a PoP
has no use for: delegations to any depth and to hash bins, and repositories without consistent snapshots.
"""

import argparse
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import Root, TargetFile, Targets

from edge.errors import RefusedError
from edge.trust import TrustedMetadata, client, verify
from edge.trust import trusted_state as held
from edge.trust.request import MAX_TARGETS_BYTES, Request

FETCH_TIMEOUT_S = 10
MAX_DELEGATIONS = 32
"""Roles looked at for one target; python-tuf's own limit."""

_TOP = {"timestamp": "timestamp", "snapshot": "snapshot", "targets": "role/targets"}
_NO_SUCH_FILE = (403, 404)
"""Some stores of files answer 403 where there is none."""

T = TypeVar("T")


def follow_the_specification_alone(replace: Callable[[Any, str, Any], None] = setattr) -> None:
    """Switch off what Skerry asks of a repository beyond it; `replace` may be something that undoes it."""
    replace(verify, "_check_consistent", _ask_nothing)
    for module in (client, held):
        replace(module, "check_delegations", _ask_nothing)


def _ask_nothing(_: object) -> None:
    """Fine as it is."""


class Unreachable(Exception):  # noqa: N818 - an outcome of a fetch
    """The repository did not answer as a repository does."""


class GeneralClient:
    """One client's folder and repository."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url.rstrip("/")
        files = {key: data for role, key in _TOP.items() if (data := self._read(role)) is not None}
        root = self._read("root")
        if root is None:
            raise RefusedError(f"{folder}/root.json is missing, run init first")
        self._trusted = TrustedMetadata.start(files, root)
        self._now = datetime.now(UTC)

    def refresh(self) -> None:
        """Bring root, timestamp, snapshot and targets up to date, and write what was verified, come what may."""
        try:
            _drive(self._trusted.refresh(self._now, follow=lambda _tenant: False), self._fetch)
        finally:
            changes = self._trusted.take_changes()
            roots = sorted((key for key in changes if key.startswith("root/")), key=lambda key: int(key[5:]))
            for key in roots:
                self._write("root", changes[key])
            for role, key in _TOP.items():
                if key in changes:
                    self._write(role, changes[key])

    def find(self, path: str) -> TargetFile | None:
        """What the first role in preorder says of a target (5.6.7)."""
        root, targets = self._trusted._root, self._trusted._targets
        assert targets is not None
        todo: list[tuple[str, Root | Targets]] = [("targets", root)]
        seen: set[str] = set()
        while todo and len(seen) <= MAX_DELEGATIONS:
            role, delegator = todo.pop()
            if role in seen:
                continue
            seen.add(role)
            signed = targets if role == "targets" else self._delegated(role, delegator)
            if path in signed.targets:
                return signed.targets[path]
            children: list[tuple[str, Root | Targets]] = []
            for name, is_last in signed.delegations.get_roles_for_target(path) if signed.delegations else ():
                children.append((name, signed))
                if is_last:
                    todo.clear()
                    break
            todo += reversed(children)
        return None

    def download(self, target: TargetFile, url: str, folder: Path) -> None:
        """Put the target's bytes into the folder, unless they lie there."""
        place = folder / quote(target.path, safe="")
        if place.exists() and _matches(target, place.read_bytes()):
            return
        parent, _, name = target.path.rpartition("/")
        if self._trusted._root.consistent_snapshot:
            name = f"{next(iter(target.hashes.values()))}.{name}"
        data = _get(f"{url.rstrip('/')}/{quote(f'{parent}/{name}' if parent else name)}", target.length)
        if data is None or not _matches(target, data):
            raise RefusedError(f"target {target.path!r} is not what is listed")
        place.write_bytes(data)

    def _delegated(self, role: str, delegator: Root | Targets) -> Targets:
        """The role's file, from the folder if it is still good, else from the repository; written when verified."""
        snapshot = self._trusted._snapshot
        assert snapshot is not None
        listed = client._listed(snapshot, role)

        def checked(data: bytes) -> Targets:
            verify.check_file(data, role, listed)
            signed = verify.signed_by(delegator, Targets, data, role)
            verify.check_version(signed, role, listed.version)
            verify.check_expiry(signed, role, self._now)
            return signed

        data = self._read(role)
        try:
            if data is not None:
                return checked(data)
        except RefusedError:
            pass
        data = self._fetch(client._request(role, listed, MAX_TARGETS_BYTES))
        if data is None:
            raise RefusedError(f"role {role!r} is missing from the repository")
        signed = checked(data)
        self._write(role, data)
        return signed

    def _fetch(self, request: Request) -> bytes | None:
        is_plain = not self._trusted._root.consistent_snapshot and request.role != "root"
        version = "" if request.version is None or is_plain else f"{request.version}."
        return _get(f"{self._url}/{version}{quote(request.role, safe='')}.json", request.max_length)

    def _read(self, role: str) -> bytes | None:
        path = self._path(role)
        return path.read_bytes() if path.exists() else None

    def _write(self, role: str, data: bytes | None) -> None:
        if data is None:
            self._path(role).unlink(missing_ok=True)
            return
        new = self._path(role).with_suffix(".new")
        new.write_bytes(data)
        new.replace(self._path(role))

    def _path(self, role: str) -> Path:
        return self._folder / f"{quote(role, safe='')}.json"


def _drive(steps: Generator[Request, bytes | None, T], fetch: Callable[[Request], bytes | None]) -> T:
    try:
        request = next(steps)
        while True:
            try:
                data = fetch(request)
            except RefusedError as error:
                request = steps.throw(error)
            else:
                request = steps.send(data)
    except StopIteration as end:
        outcome: T = end.value
        return outcome


def _get(url: str, max_length: int) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=FETCH_TIMEOUT_S) as reply:  # noqa: S310 - the suite's own server
            data: bytes = reply.read(max_length + 1)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in _NO_SUCH_FILE:
                return None
        raise Unreachable(f"{url} answers {error.code}") from error
    except OSError as error:
        raise Unreachable(f"{url} cannot be fetched: {error}") from error
    if len(data) > max_length:
        raise RefusedError(f"{url} has more than {max_length} bytes")
    return data


def _matches(target: TargetFile, data: bytes) -> bool:
    try:
        target.verify_length_and_hashes(data)
    except LengthOrHashMismatchError:
        return False
    return True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Skerry's TUF client, for the tuf-conformance suite")
    parser.add_argument("--metadata-dir", type=Path, required=True)
    for name in ("metadata-url", "target-name", "target-base-url"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--target-dir", type=Path)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("trusted_root", type=Path)
    commands.add_parser("refresh")
    commands.add_parser("download")
    return parser.parse_args()


def main() -> int:
    """Do what the suite asks; 0 when all of it succeeded."""
    arguments = _arguments()
    follow_the_specification_alone()
    try:
        if arguments.command == "init":
            (arguments.metadata_dir / "root.json").write_bytes(arguments.trusted_root.read_bytes())
            return os.EX_OK
        general = GeneralClient(arguments.metadata_dir, arguments.metadata_url)
        general.refresh()
        if arguments.command == "download":
            target = general.find(arguments.target_name)
            if target is None:
                raise RefusedError(f"target {arguments.target_name!r} is listed by no role")
            general.download(target, arguments.target_base_url, arguments.target_dir)
    except (RefusedError, Unreachable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return os.EX_OK
