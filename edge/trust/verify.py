"""The rules of the TUF client workflow (specification 1.0, section 5), one in each function.

Every function returns, or raises `RefusedError` with the rule that was broken. The exceptions of python-tuf end here.
`edge.trust.client` decides which rules apply in which order, and what a refusal stops.
"""

from datetime import datetime
from typing import TypeVar

import msgspec
from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import MetaFile, Root, Snapshot, Targets, Timestamp

from edge.errors import Reason, RefusedError
from edge.trust.canonical import SignedFile

SignedT = TypeVar("SignedT", Root, Timestamp, Snapshot, Targets)


def first_root(data: bytes) -> Root:
    """The root in `data`, which an operator has put on this machine. It must be signed by its own keys.

    Raises `RefusedError` for any other file.
    """
    file, root = _read(Root, data, Root.type)
    _check_signatures(file, Root.type, root)
    _check_consistent(root)
    return root


def next_root(data: bytes, current: Root) -> Root:
    """The successor of `current`: signed by the old keys and by its own, and one version higher (5.3.4, 5.3.5).

    Raises `RefusedError` for any other file.
    """
    file, root = _read(Root, data, Root.type)
    _check_signatures(file, Root.type, current)
    _check_signatures(file, Root.type, root)
    check_version(root, Root.type, current.version + 1)
    _check_consistent(root)
    return root


def signed_by(delegator: Root | Targets, kind: type[SignedT], data: bytes, role: str) -> SignedT:
    """The signed part of `data`, signed by as many of `role`'s keys as `delegator` asks for.

    Raises `RefusedError` if it is not, or if it is no metadata of `kind`.
    """
    file, signed = _read(kind, data, role)
    _check_signatures(file, role, delegator)
    return signed


def check_length(data: bytes, role: str, max_length: int) -> None:
    """Refuse more bytes than were asked for."""
    if len(data) > max_length:
        raise RefusedError(
            f"role {role!r} is {len(data)} bytes, expected at most {max_length}", reason=Reason.LENGTH_MISMATCH
        )


def check_file(data: bytes, role: str, listed: MetaFile) -> None:
    """Refuse bytes that do not have the length and the hashes in `listed`. Both are optional in TUF."""
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
    """Refuse any version but `expected`. A lower one is a rollback."""
    if signed.version != expected:
        raise RefusedError(
            f"role {role!r} is version {signed.version}, expected {expected}",
            reason=Reason.ROLLBACK if signed.version < expected else Reason.METADATA_INVALID,
        )


def check_not_older(version: int, role: str, trusted_version: int) -> None:
    """Refuse a version below the one that is already trusted."""
    if version < trusted_version:
        raise RefusedError(
            f"role {role!r} is version {version}, expected {trusted_version} or above", reason=Reason.ROLLBACK
        )


def check_snapshot_keeps(new: Snapshot, trusted: Snapshot) -> None:
    """Refuse a snapshot in which a role is missing or has a lower version than before (5.5.5)."""
    for name, listed in trusted.meta.items():
        role = name.removesuffix(".json")
        newly_listed = new.meta.get(name)
        if newly_listed is None:
            raise RefusedError(
                f"snapshot version {new.version} does not list role {role!r}, expected version"
                f" {listed.version} or above",
                reason=Reason.ROLLBACK,
            )
        check_not_older(newly_listed.version, role, listed.version)


def check_expiry(signed: SignedT, role: str, now: datetime) -> None:
    """Refuse expired metadata (freeze attacks: 5.3.10, 5.4.4, 5.5.6, 5.6.5)."""
    if signed.is_expired(now):
        raise RefusedError(
            f"role {role!r} version {signed.version} expired at {signed.expires.isoformat()}, and it is now"
            f" {now.isoformat(timespec='seconds')}",
            reason=Reason.METADATA_EXPIRED,
        )


def same_keys(old: Root, new: Root, role: str) -> bool:
    """True if both roots have the same keys and threshold for `role`, so that both accept the same files."""
    before, after = old.roles[role], new.roles[role]
    return before.threshold == after.threshold and (
        {key_id: old.keys.get(key_id) for key_id in before.keyids}
        == {key_id: new.keys.get(key_id) for key_id in after.keyids}
    )


def _read(kind: type[SignedT], data: bytes, role: str) -> tuple[SignedFile, SignedT]:
    try:
        file = SignedFile(data)
    except RepositoryError as error:
        not_json = isinstance(error.__cause__, msgspec.DecodeError | UnicodeDecodeError)
        raise RefusedError(
            f"role {role!r} {'is not JSON' if not_json else 'has the wrong shape'}, expected TUF metadata",
            reason=Reason.METADATA_INVALID,
        ) from error
    signed = file.metadata.signed
    if type(signed.version) is not int:
        raise RefusedError(f"role {role!r} has a version that is not an integer", reason=Reason.METADATA_INVALID)
    if not isinstance(signed, kind):
        raise RefusedError(
            f"role {role!r} is of type {signed.type!r}, expected {kind.type!r}", reason=Reason.METADATA_INVALID
        )
    return file, signed


def _check_signatures(file: SignedFile, role: str, delegator: Root | Targets) -> None:
    try:
        result = delegator.get_verification_result(role, file.payload, file.metadata.signatures)
    except (RepositoryError, ValueError) as error:
        # The file has no canonical form (it holds a fraction, say), or this delegator does not name the role.
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
            f"root version {root.version} does not have consistent_snapshot true, as every root must",
            reason=Reason.METADATA_INVALID,
        )
