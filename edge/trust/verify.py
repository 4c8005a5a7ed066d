"""Is this metadata file what its delegator signed? One rule of the TUF client workflow per function.

TUF specification 1.0, section 5. Every function returns or raises `RefusedError`; the exceptions of python-tuf end
here. Which rules apply in which order is `edge.trust.client`'s business.
"""

import json
from datetime import datetime
from typing import TypeVar

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import MetaFile, Root, Snapshot, Targets, Timestamp

from edge.errors import Reason, RefusedError
from edge.trust.canonical import SignedFile

SignedT = TypeVar("SignedT", Root, Timestamp, Snapshot, Targets)


def first_root(data: bytes) -> Root:
    """The root that an operator handed over: believed as it is, if only it is signed by its own keys."""
    file, root = _read(Root, data, Root.type)
    _check_signatures(file, Root.type, root)
    _check_consistent(root)
    return root


def next_root(data: bytes, current: Root) -> Root:
    """The successor of `current`: signed by the old keys and by its own, and exactly one version on (5.3.4, 5.3.5)."""
    file, root = _read(Root, data, Root.type)
    _check_signatures(file, Root.type, current)
    _check_signatures(file, Root.type, root)
    check_version(root, Root.type, current.version + 1)
    _check_consistent(root)
    return root


def signed_by(delegator: Root | Targets, kind: type[SignedT], data: bytes, role: str) -> SignedT:
    """The signed part of `data`, when enough of the keys that `delegator` names for `role` signed it."""
    file, signed = _read(kind, data, role)
    _check_signatures(file, role, delegator)
    return signed


def check_length(data: bytes, role: str, at_most: int) -> None:
    """Refuses more bytes than were asked for."""
    if len(data) > at_most:
        raise RefusedError(
            f"role {role!r} is {len(data)} bytes, expected at most {at_most}", reason=Reason.LENGTH_MISMATCH
        )


def check_file(data: bytes, role: str, listed: MetaFile) -> None:
    """Refuses bytes whose length or hashes differ from what timestamp or snapshot list, where they list any."""
    if listed.length is not None and len(data) != listed.length:
        raise RefusedError(
            f"role {role!r} is {len(data)} bytes, expected {listed.length}", reason=Reason.LENGTH_MISMATCH
        )
    try:
        listed.verify_length_and_hashes(data)
    except LengthOrHashMismatchError as error:
        raise RefusedError(
            f"role {role!r} does not have the hash listed for version {listed.version}", reason=Reason.HASH_MISMATCH
        ) from error


def check_version(signed: SignedT, role: str, expected: int) -> None:
    """Refuses any version but `expected`; a lower one is a rollback."""
    if signed.version != expected:
        raise RefusedError(
            f"role {role!r} is version {signed.version}, expected {expected}",
            reason=Reason.ROLLBACK if signed.version < expected else Reason.METADATA_INVALID,
        )


def check_not_older(found: int, role: str, held: int) -> None:
    """Refuses a version below the one that is already trusted."""
    if found < held:
        raise RefusedError(f"role {role!r} is version {found}, expected {held} or above", reason=Reason.ROLLBACK)


def check_snapshot_keeps(new: Snapshot, held: Snapshot) -> None:
    """Refuses a snapshot in which a role is gone or has gone back (5.5.5)."""
    for name, listed in held.meta.items():
        role = name.removesuffix(".json")
        found = new.meta.get(name)
        if found is None:
            raise RefusedError(
                f"snapshot version {new.version} does not list role {role!r}, expected version"
                f" {listed.version} or above",
                reason=Reason.ROLLBACK,
            )
        check_not_older(found.version, role, listed.version)


def check_expiry(signed: SignedT, role: str, now: datetime) -> None:
    """Refuses metadata whose time is over (freeze attacks: 5.3.10, 5.4.4, 5.5.6, 5.6.5)."""
    if signed.is_expired(now):
        raise RefusedError(
            f"role {role!r} version {signed.version} expired at {signed.expires.isoformat()}, it is"
            f" {now.isoformat(timespec='seconds')}",
            reason=Reason.METADATA_EXPIRED,
        )


def same_keys(old: Root, new: Root, role: str) -> bool:
    """Whether both roots ask for the same signatures by the same keys, so that what one accepted the other accepts."""
    before, after = old.roles[role], new.roles[role]
    return before.threshold == after.threshold and (
        {key_id: old.keys.get(key_id) for key_id in before.keyids}
        == {key_id: new.keys.get(key_id) for key_id in after.keyids}
    )


def _read(kind: type[SignedT], data: bytes, role: str) -> tuple[SignedFile, SignedT]:
    try:
        file = SignedFile(data)
    except RepositoryError as error:
        not_json = isinstance(error.__cause__, json.JSONDecodeError | UnicodeDecodeError)
        raise RefusedError(
            f"role {role!r} {'is not JSON' if not_json else 'has the wrong shape'}, expected TUF metadata",
            reason=Reason.METADATA_INVALID,
        ) from error
    signed = file.metadata.signed
    if type(signed.version) is not int:
        raise RefusedError(f"role {role!r} has a version that is no integer", reason=Reason.METADATA_INVALID)
    if not isinstance(signed, kind):
        raise RefusedError(
            f"role {role!r} is of type {signed.type!r}, expected {kind.type!r}", reason=Reason.METADATA_INVALID
        )
    return file, signed


def _check_signatures(file: SignedFile, role: str, delegator: Root | Targets) -> None:
    try:
        result = delegator.get_verification_result(role, file.payload, file.metadata.signatures)
    except (RepositoryError, ValueError) as error:
        # No canonical form (a float, say), or a role that this delegator does not name.
        raise RefusedError(
            f"role {role!r} cannot be verified by {delegator.type} version {delegator.version}",
            reason=Reason.METADATA_INVALID,
        ) from error
    if not result.verified:
        raise RefusedError(
            f"role {role!r} version {file.metadata.signed.version} carries {len(result.signed)} valid signatures,"
            f" expected {result.threshold} by the keys in {delegator.type} version {delegator.version}",
            reason=Reason.SIGNATURE_INVALID,
        )


def _check_consistent(root: Root) -> None:
    if root.consistent_snapshot is not True:
        raise RefusedError(
            f"root version {root.version} does not promise consistent snapshots, expected consistent_snapshot true",
            reason=Reason.METADATA_INVALID,
        )
