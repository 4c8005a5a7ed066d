"""Signed notes: a text, and signatures under it by name (https://c2sp.org/signed-note).

A key is written as `NAME+ID+KEY`, its *verifier key*. A signature line names its key by name and id, so a reader
passes over signatures of others. A witness's cosignature (https://c2sp.org/tlog-cosignature) also says when it was
made. Texts are UTF-8 without control characters, and end with a newline.
"""

import base64
import binascii
import unicodedata
from collections.abc import Callable, Iterable
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from edge.errors import Reason, RefusedError

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
"""The limits of Go's `sumdb/note`, so that it reads what we write."""

_DASH = "\N{EM DASH} "
_ID_BYTES, _KEY_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 4, 32, 8, 64


class SignatureType(IntEnum):
    """What a key signs."""

    ED25519 = 1
    """The note's text."""
    COSIGNATURE = 4
    """The note's text and a time: a witness says that it saw the log in this state, and no other history."""


_TYPES = frozenset(int(one) for one in SignatureType)


class NoteKey(NamedTuple):
    """Who may sign a note."""

    name: str
    public: bytes
    """Ed25519, 32 bytes."""
    type: SignatureType = SignatureType.ED25519

    @property
    def id(self) -> bytes:
        """Four bytes by which signatures name it."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The verifier key, as people pass it on."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.type]) + self.public)}"


class NoteSignature(NamedTuple):
    """A signature that is good."""

    key: NoteKey
    at_s: int | None
    """Unix seconds of a cosignature; None for one that has no time."""


def read_key(text: str) -> NoteKey:
    """The key in `NAME+ID+KEY`. Raises `RefusedError` if the text is not one, or its id is another key's."""
    name, _, rest = text.strip().partition("+")
    stated, _, encoded = rest.partition("+")
    decoded = _decoded(encoded)
    if _is_name(name) and decoded is not None and len(decoded) == 1 + _KEY_BYTES and decoded[0] in _TYPES:
        key = NoteKey(name, decoded[1:], SignatureType(decoded[0]))
        if key.id.hex() == stated:
            return key
    raise RefusedError(f"verifier key {text[:120]!r}, expected NAME+ID+KEY of an Ed25519 key", reason=Reason.MALFORMED)


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """The note with one signature. Raises `ValueError` for a text or a name that no note has."""
    _check_text(text)
    _check_name(name)
    by = NoteKey(name, bytes(key.verify_key))
    return f"{text}\n{_line(by, key.sign(text.encode()).signature)}"


def cosignature(text: str, name: str, key: SigningKey, *, at_s: int) -> str:
    """The line by which a witness signs a note's text at `at_s`, Unix seconds. It is added below the others."""
    by = NoteKey(name, bytes(key.verify_key), SignatureType.COSIGNATURE)
    return cosign(text, by, lambda message: key.sign(message).signature, at_s=at_s)


def cosign(text: str, by: NoteKey, sign: Callable[[bytes], bytes], *, at_s: int) -> str:
    """As `cosignature`, for a key that only its store can sign with."""
    _check_text(text)
    _check_name(by.name)
    return _line(by, at_s.to_bytes(_TIME_BYTES, "big") + sign(_cosigned(text, at_s)))


def countersign(text: str, by: NoteKey, sign: Callable[[bytes], bytes]) -> str:
    """The line by which a second key signs a note's text. It is added below the others."""
    _check_text(text)
    _check_name(by.name)
    return _line(by, sign(text.encode()))


def open_note(note: str, keys: Iterable[NoteKey]) -> tuple[str, tuple[NoteSignature, ...]]:
    """The text of a note, and the signatures of `keys` under it. Signatures of other keys are passed over.

    Raises `RefusedError` if the note has another form, if a signature of one of the keys is wrong, or if none signed.
    """
    text, lines = _parts(note)
    by_line = {(key.name, key.id): key for key in keys}
    found = dict[tuple[str, bytes], NoteSignature]()
    for line in lines:
        name, signed = _signature_in(line)
        key = by_line.get((name, signed[:_ID_BYTES]))
        if key is not None and (name, key.id) not in found:
            found[(name, key.id)] = _verified(text, key, signed[_ID_BYTES:])
    if not found:
        expected = ", ".join(sorted({key.name for key in by_line.values()})) or "any key"
        raise RefusedError(f"note is not signed by {expected}", reason=Reason.SIGNATURE_INVALID)
    return text, tuple(found.values())


def _verified(text: str, key: NoteKey, signed: bytes) -> NoteSignature:
    message, at_s = text.encode(), None
    if key.type is SignatureType.COSIGNATURE:
        at_s = int.from_bytes(signed[:_TIME_BYTES], "big")
        message, signed = _cosigned(text, at_s), signed[_TIME_BYTES:]
    try:
        if len(signed) != _SIGNATURE_BYTES:
            raise BadSignatureError
        VerifyKey(key.public).verify(message, signed)
    except BadSignatureError as error:
        raise RefusedError(f"signature of {key.name} is not good", reason=Reason.SIGNATURE_INVALID) from error
    return NoteSignature(key, at_s)


def _parts(note: str) -> tuple[str, list[str]]:
    """Text and signature lines of a note."""
    # The last blank line: a text may have some of its own.
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures.removesuffix("\n").split("\n")
    if not blank or not signatures.endswith("\n") or len(lines) > MAX_SIGNATURES or not _is_text(note):
        raise RefusedError(
            f"note of {len(note)} characters, expected a text, an empty line, and up to {MAX_SIGNATURES} signatures",
            reason=Reason.MALFORMED,
        )
    return f"{text}\n", lines


def _signature_in(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    signed = _decoded(encoded)
    if not line.startswith(_DASH) or not _is_name(name) or signed is None or len(signed) <= _ID_BYTES:
        raise RefusedError(f"signature line {line[:80]!r}, expected '{_DASH}NAME BASE64'", reason=Reason.MALFORMED)
    return name, signed


def _line(key: NoteKey, signature: bytes) -> str:
    return f"{_DASH}{key.name} {_base64(key.id + signature)}\n"


def _cosigned(text: str, at_s: int) -> bytes:
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _check_text(text: str) -> None:
    if not text.endswith("\n") or not _is_text(text):
        raise ValueError("text of a note ends with a newline, and has no other control characters")


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise ValueError(f"name {name!r} of a key, expected one without spaces and '+'")


def _is_text(text: str) -> bool:
    """True if a note may hold it: short enough, without control characters except newlines, and sound as UTF-8."""
    if any(character < " " and character != "\n" for character in text):
        return False
    try:
        return len(text.encode()) <= MAX_NOTE_BYTES
    except UnicodeEncodeError:
        return False


def _is_name(name: str) -> bool:
    spaces = any(character.isspace() or unicodedata.category(character) == "Cc" for character in name)
    return bool(name) and "+" not in name and not spaces


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decoded(text: str) -> bytes | None:
    """The bytes of a Base64 text; None for another text, or another spelling of the same bytes."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if _base64(content) == text else None
