"""Signing by several people on different machines, by means of files without secrets.

    publisher      skerry keys ceremony prepare ... --out drafts/   drafts/2.root.json, drafts/2.targets.json
    each holder    skerry keys ceremony sign drafts/2.root.json --key ada.json    drafts/2.root.ada-1f3c9a27.sig
    publisher      skerry keys ceremony assemble drafts/                          in force

A draft is TUF metadata without a signature. A signature file has the hash of the signed bytes, so that a signature for
an earlier draft is refused and not counted.
"""

import hashlib
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from securesystemslib.signer import Signature
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.host import make_folder, replace_file, sync_folder
from edge.publish.keys import PrivateKey
from edge.publish.repository import State, Transaction
from edge.publish.signing.delegations import key_with_holder
from edge.records import DECODE_ERRORS
from edge.stored_words import HOME_FIELDS
from edge.trust import Ed25519Key

_DRAFT = re.compile(r"([1-9][0-9]*)\.([a-z0-9-]+)\.json")
_HOLDER = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")
_HANDOVER = b"skerry public key of "


class HolderKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A holder's public key, as a file. `proof` is the key's signature over holder and key."""

    holder: str
    public: str
    proof: str


class SignatureFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=HOME_FIELDS):
    """A holder's signature for a draft, as a file. `sha256` is the hash of the signed bytes."""

    role: str
    version: int
    sha256: str
    key_id: str
    signature: str


class RoleDraft:
    """A role's next version, without signatures. `sha256` is the hash of the bytes to sign."""

    def __init__(self, role: str, metadata: Metadata[Any]) -> None:
        self.role = role
        self.metadata = metadata
        self.signed: Root | Targets = metadata.signed
        self.sha256 = hashlib.sha256(metadata.signed_bytes).hexdigest()

    @property
    def name(self) -> str:
        """The draft's file name, without `.json`."""
        return f"{self.signed.version}.{self.role}"


def hand_over(key: PrivateKey, holder: str) -> bytes:
    """Content of a file with the public half of `key`, for the publisher. Raises as `check_holder`."""
    check_holder(holder)
    proof = key.sign(_HANDOVER + holder.encode() + key.public)
    record = HolderKey(holder=holder, public=key.public.hex(), proof=proof.hex())
    return msgspec.json.format(msgspec.json.encode(record)) + b"\n"


def check_holder(holder: str) -> None:
    """Raises `RefusedError` if `holder` cannot be a holder's name. The name becomes part of file names."""
    if _HOLDER.fullmatch(holder) is None:
        raise RefusedError(f"{holder[:64]!r} cannot be a holder, expected 1 to 63 lower-case letters, digits, '-', '.'")


def read_public(path: Path) -> Ed25519Key:
    """The key in a file that `hand_over` made.

    Raises `StorageError` when the file cannot be read, `RefusedError` when it is another file, or when its proof is not
    by the key: the holder then makes the file again with `skerry keys holder`.
    """
    try:
        record = msgspec.json.decode(_read(path), type=HolderKey)
        public, proof = bytes.fromhex(record.public), bytes.fromhex(record.proof)
        check_holder(record.holder)
        VerifyKey(public).verify(_HANDOVER + record.holder.encode() + public, proof)
    except (ValueError, *DECODE_ERRORS) as error:
        raise RefusedError(f"{path} is not a public key, expected a file of: skerry keys holder NAME") from error
    except BadSignatureError as error:
        text = f"{path} does not prove that {record.holder!r} has the key, expected a file of: skerry keys holder NAME"
        raise RefusedError(text, reason=Reason.SIGNATURE_INVALID) from error
    return key_with_holder(public, record.holder)


def write_drafts(change: Transaction, folder: Path) -> tuple[Path, ...]:
    """Write the drafts of `change` into `folder`, for people to sign; returns their paths. Nothing is in force yet.

    Raises `ConfigError` if the folder cannot be made or holds drafts already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make {folder}: {error.strerror}, choose another with: --out DIR") from error
    if any(_DRAFT.fullmatch(path.name) for path in folder.iterdir()):
        raise ConfigError(f"{folder} holds drafts already, assemble or delete them, or choose another with: --out DIR")
    drafts = change.drafts()
    for name, content in drafts.items():
        replace_file(folder / name, content)
    sync_folder(folder)
    return tuple(folder / name for name in drafts)


def read_draft(path: Path) -> RoleDraft:
    """The draft in a file. Raises `RefusedError` if the file is not a draft, `StorageError` if it cannot be read."""
    match = _DRAFT.fullmatch(path.name)
    try:
        metadata: Metadata[Any] = Metadata.from_bytes(_read(path))
        draft = RoleDraft(match[2] if match else "", metadata)
    except RepositoryError as error:
        raise RefusedError(f"{path} is not TUF metadata", reason=Reason.METADATA_INVALID) from error
    if match is None or not isinstance(metadata.signed, Root | Targets) or metadata.signed.version != int(match[1]):
        raise RefusedError(f"{path} is not a draft, expected VERSION.ROLE.json with that version of root or targets")
    if (match[2] == "root") != isinstance(metadata.signed, Root):
        raise RefusedError(f"{path} is of type {metadata.signed.type!r}, expected the type of role {match[2]!r}")
    return draft


def sign_draft(draft: RoleDraft, key: PrivateKey) -> tuple[str, bytes]:
    """Name and content of the signature file of `key` for the draft."""
    key_id = Ed25519Key.from_raw(key.public).keyid
    record = SignatureFile(
        role=draft.role,
        version=draft.signed.version,
        sha256=draft.sha256,
        key_id=key_id,
        signature=key.sign(draft.metadata.signed_bytes).hex(),
    )
    return f"{draft.name}.{key.role}-{key_id[:8]}.sig", msgspec.json.format(msgspec.json.encode(record)) + b"\n"


def write_signature(folder: Path, name: str, content: bytes) -> Path:
    """Write a signature file into `folder`, which is made if missing; returns its path. Durable on return."""
    make_folder(folder)
    replace_file(folder / name, content)
    sync_folder(folder)
    return folder / name


def assemble(change: Transaction, folder: Path) -> tuple[RoleDraft, ...]:
    """Collect every draft in `folder` into `change`, with its signatures; returns the drafts.

    The publisher's own keys sign when the change is written. Raises `ConfigError` if there is no draft, `RefusedError`
    for a draft that does not follow the metadata in force, or a signature for other bytes.
    """
    return _assemble(change, folder, operator.eq)


def assemble_restored(change: Transaction, folder: Path) -> tuple[RoleDraft, ...]:
    """The same for drafts of `skerry recover restored`, whose versions are above the next ones."""
    return _assemble(change, folder, operator.ge)


def _assemble(change: Transaction, folder: Path, follows: Callable[[int, int], bool]) -> tuple[RoleDraft, ...]:
    command = f"skerry keys ceremony prepare --home {change.home} --root FILE --out {folder}"
    drafts, signatures = read_drafts(folder, command=command)
    for draft in drafts:
        _place_in_state(change, draft, follows)
        change.collect(draft.role, signatures_for(draft, signatures))
    return drafts


def read_drafts(folder: Path, *, command: str) -> tuple[tuple[RoleDraft, ...], tuple[SignatureFile, ...]]:
    """The drafts in `folder` and their signatures. The root comes first, then `targets`: they name the tenants' keys.

    Raises `ConfigError` without a draft, with the `command` that writes some, and `RefusedError` for a broken file.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder, prepare one with: {command}")
    drafts = [read_draft(path) for path in sorted(folder.iterdir()) if _DRAFT.fullmatch(path.name)]
    if not drafts:
        raise ConfigError(f"{folder} holds no draft, prepare one with: {command}")
    drafts.sort(key=lambda draft: (draft.role != "root", draft.role != "targets", draft.role))
    return tuple(drafts), tuple(_read_signature(path) for path in sorted(folder.glob("*.sig")))


def _place_in_state(change: Transaction, draft: RoleDraft, follows: Callable[[int, int], bool]) -> None:
    state, expected = change.state, _expected_version(change.state, draft.role)
    if draft.role == "root" and change.reissues_root:
        expected = change.reissued_version
    if not follows(draft.signed.version, expected):
        text = f"draft of role {draft.role!r} is version {draft.signed.version}, expected {expected}"
        raise RefusedError(f"{text}: prepare it again", reason=Reason.ROLLBACK)
    if isinstance(draft.signed, Root):
        state.root = draft.signed
    elif draft.role == "targets":
        state.targets = draft.signed
        state.tenants = {tenant: state.tenants.get(tenant) or _empty(state, tenant) for tenant in state.delegations}
    elif draft.role in state.tenants:
        state.tenants[draft.role] = draft.signed
    else:
        raise RefusedError(f"draft of role {draft.role!r} is for a tenant to which 'targets' does not delegate")


def _empty(state: State, tenant: str) -> Targets:
    """An empty role for a new tenant, until the tenant's own draft replaces it."""
    return Targets(version=_expected_version(state, tenant))


def _expected_version(state: State, role: str) -> int:
    """The version after the one in force. A tenant's is read from the snapshot, which also lists removed tenants."""
    if role in state.root.roles:
        return state.signed(role).version + 1
    listed = state.snapshot.meta.get(f"{role}.json")
    return listed.version + 1 if listed else 1


def signatures_for(draft: RoleDraft, files: Sequence[SignatureFile]) -> Mapping[str, Signature]:
    """The draft's signatures by key_id. Raises `RefusedError` for one of other bytes; its holder signs again."""
    own = [file for file in files if (file.role, file.version) == (draft.role, draft.signed.version)]
    for file in own:
        if file.sha256 != draft.sha256:
            text = f"signature by {file.key_id[:8]} is for another draft of role {draft.role!r}"
            raise RefusedError(f"{text}, expected sha256 {draft.sha256}: sign it again", reason=Reason.HASH_MISMATCH)
    return {file.key_id: Signature(file.key_id, file.signature) for file in own}


def _read_signature(path: Path) -> SignatureFile:
    try:
        return msgspec.json.decode(_read(path), type=SignatureFile)
    except DECODE_ERRORS as error:
        text = f"{path} is not a signature, expected a file of: skerry keys ceremony sign DRAFT --key KEY.json"
        raise RefusedError(text) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
