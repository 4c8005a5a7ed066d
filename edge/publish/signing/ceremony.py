"""Signing by people on different machines: drafts, signatures, and putting the two together. Files only, no secrets.

    publisher  skerry keys ceremony prepare ... --out rite/   rite/2.root.json, rite/2.targets.json: drafts
    each holder    keys ceremony sign rite/2.root.json --key ada.json   rite/2.root.ada-1f3c9a27.sig
    publisher      keys ceremony assemble rite/                         in force

A draft is TUF metadata without a signature. A signature file repeats which bytes it is for, so that one for an earlier
draft is noticed rather than counted.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
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
from edge.publish.signing.delegations import held_key
from edge.records import HOME_FIELDS
from edge.trust import Ed25519Key

_DRAFT = re.compile(r"([1-9][0-9]*)\.([a-z0-9-]+)\.json")
_HOLDER = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")
_HANDOVER = b"skerry public key of "


class HolderKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a holder hands over. `proof` is the key's signature over holder and key: it exists, and is theirs."""

    holder: str
    public: str
    proof: str


class SignatureFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=HOME_FIELDS):
    """What a holder sends back. `sha256` is of the bytes that were signed."""

    role: str
    version: int
    sha256: str
    key_id: str
    signature: str


class RoleDraft:
    """A role's next version, without signatures. `sha256` is of the bytes that are signed."""

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
    """The public half of `key` as a file, to be given to the publisher."""
    check_holder(holder)
    proof = key.sign(_HANDOVER + holder.encode() + key.public)
    record = HolderKey(holder=holder, public=key.public.hex(), proof=proof.hex())
    return msgspec.json.format(msgspec.json.encode(record)) + b"\n"


def check_holder(holder: str) -> None:
    """Raises `RefusedError` for what cannot be a holder's name; it becomes part of file names."""
    if _HOLDER.fullmatch(holder) is None:
        raise RefusedError(f"{holder[:64]!r} cannot be a holder, expected 1 to 63 lower-case letters, digits, '-', '.'")


def read_public(path: Path) -> Ed25519Key:
    """The key in a file that `hand_over` made; raises `RefusedError` unless its holder has shown to have it."""
    try:
        record = msgspec.json.decode(_read(path), type=HolderKey)
        public, proof = bytes.fromhex(record.public), bytes.fromhex(record.proof)
        check_holder(record.holder)
        VerifyKey(public).verify(_HANDOVER + record.holder.encode() + public, proof)
    except (msgspec.DecodeError, ValueError) as error:
        raise RefusedError(f"{path} is not a public key as 'skerry keys holder' writes it") from error
    except BadSignatureError as error:
        text = f"{path} does not prove that {record.holder!r} has the key"
        raise RefusedError(text, reason=Reason.SIGNATURE_INVALID) from error
    return held_key(public, record.holder)


def write_drafts(change: Transaction, folder: Path) -> tuple[Path, ...]:
    """What people have to sign for `change`, in a folder that holds no other drafts; nothing is in force yet."""
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
    """The draft in a file; raises `RefusedError` when it is none."""
    match = _DRAFT.fullmatch(path.name)
    try:
        metadata: Metadata[Any] = Metadata.from_bytes(_read(path))
        draft = RoleDraft(match[2] if match else "", metadata)
    except RepositoryError as error:
        raise RefusedError(f"{path} is not TUF metadata", reason=Reason.METADATA_INVALID) from error
    if match is None or not isinstance(metadata.signed, Root | Targets) or metadata.signed.version != int(match[1]):
        raise RefusedError(f"{path} is not a draft, expected VERSION.ROLE.json with that version of root or targets")
    if (match[2] == "root") != isinstance(metadata.signed, Root):
        raise RefusedError(f"{path} is of type {metadata.signed.type!r}, expected what its name says")
    return draft


def sign_draft(draft: RoleDraft, key: PrivateKey) -> tuple[str, bytes]:
    """The signature file for the draft by `key`: its name and its content."""
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
    """Put a signature file into a folder, made when there is none."""
    make_folder(folder)
    replace_file(folder / name, content)
    sync_folder(folder)
    return folder / name


def assemble(change: Transaction, folder: Path) -> tuple[RoleDraft, ...]:
    """Take every draft of the folder with its signatures; keys of the publisher's own sign as it is written.

    Raises `RefusedError` for a draft that does not follow what is in force, or a signature for other bytes.
    """
    drafts, signatures = read_rite(folder)
    for draft in drafts:
        _put(change, draft)
        change.collect(draft.role, collected(draft, signatures))
    return drafts


def read_rite(folder: Path) -> tuple[tuple[RoleDraft, ...], tuple[SignatureFile, ...]]:
    """The drafts in a folder, root first, and their signatures. Raises `ConfigError` or `RefusedError`."""
    if not folder.is_dir():
        raise ConfigError(f"{folder} is no folder, prepare one with: skerry keys ceremony prepare --out {folder}")
    drafts = [read_draft(path) for path in sorted(folder.iterdir()) if _DRAFT.fullmatch(path.name)]
    if not drafts:
        raise ConfigError(f"{folder} holds no draft, prepare one with: skerry keys ceremony prepare --out {folder}")
    drafts.sort(key=lambda draft: (draft.role != "root", draft.role != "targets", draft.role))
    return tuple(drafts), tuple(_read_signature(path) for path in sorted(folder.glob("*.sig")))


def _put(change: Transaction, draft: RoleDraft) -> None:
    state, expected = change.state, _expected_version(change.state, draft.role)
    if draft.role == "root" and change.reissues_root:
        expected = change.reissued_version
    if draft.signed.version != expected:
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
        raise RefusedError(f"draft of role {draft.role!r} is for a tenant that 'targets' does not name")


def _empty(state: State, tenant: str) -> Targets:
    """A new tenant's role, until its own draft takes its place."""
    return Targets(version=_expected_version(state, tenant))


def _expected_version(state: State, role: str) -> int:
    if role in state.root.roles:
        return state.signed(role).version + 1
    listed = state.snapshot.meta.get(f"{role}.json")
    return listed.version + 1 if listed else 1


def collected(draft: RoleDraft, signatures: Sequence[SignatureFile]) -> Mapping[str, Signature]:
    """The draft's signatures by key id; raises `RefusedError` for one that is for other bytes."""
    mine = [one for one in signatures if (one.role, one.version) == (draft.role, draft.signed.version)]
    for one in mine:
        if one.sha256 != draft.sha256:
            text = f"signature by {one.key_id[:8]} is for another draft of role {draft.role!r}"
            raise RefusedError(f"{text}, expected sha256 {draft.sha256}: sign it again", reason=Reason.HASH_MISMATCH)
    return {one.key_id: Signature(one.key_id, one.signature) for one in mine}


def _read_signature(path: Path) -> SignatureFile:
    try:
        return msgspec.json.decode(_read(path), type=SignatureFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"{path} is not a signature as 'skerry keys ceremony sign' writes it") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
