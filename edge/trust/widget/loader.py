"""The widget's loader as a target of the role `targets`: `widget/skerry-HASH.js`.

The target says that the publisher released these bytes. Its field `custom` has their signature in the form of a snippet
(`edge.trust.snippet`), by a key of the role. With it a browser can verify the loader itself, if a page pins it by that
key (`integrity="ed25519-…"`). The loader has the hashes of all other files of the widget.

    path = loader_path(hashlib.sha256(content).hexdigest())
"""

import hashlib
from collections.abc import Collection
from typing import NamedTuple

import msgspec
from tuf.api.metadata import Targets

from edge.errors import Reason, RefusedError
from edge.trust.snippet import SignedBytes, check_signed, digest_header

LOADERS = "widget/"
"""The folder of these targets."""

_NAMED_DIGITS = 16


class LoaderSignature(msgspec.Struct, frozen=True, kw_only=True):
    """The field `custom` of a loader's target: two headers, as of a snippet."""

    signature_input: str
    signature: str


class SignedLoader(NamedTuple):
    """The values of the three headers that a loader is served with."""

    digest: str
    signature_input: str
    signature: str


class LoaderTerms(NamedTuple):
    """Who signed a loader (32 raw bytes), and until when: seconds since 1970."""

    public_key: bytes
    expires: int


def loader_path(sha256: str) -> str:
    """The path of the target for the loader with this hash, 64 hexadecimal digits."""
    return f"{LOADERS}skerry-{sha256[:_NAMED_DIGITS]}.js"


def signed_loader(targets: Targets, content: bytes, *, keys: Collection[bytes]) -> tuple[SignedLoader, LoaderTerms]:
    """The signature of `content` in the verified role `targets`. `keys`: those of the role, 32 raw bytes each.

    Its expiry is not checked. Raises `RefusedError`: NOT_FOUND if the role lists no such loader, HASH_MISMATCH if it
    lists another, METADATA_INVALID or SIGNATURE_INVALID if what it says of it is wrong.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = loader_path(sha256)
    target = targets.targets.get(path)
    if target is None:
        text = f"role 'targets' version {targets.version} does not list {path}, expected the widget's loader"
        raise RefusedError(text, reason=Reason.NOT_FOUND)
    if target.length != len(content) or target.hashes.get("sha256") != sha256:
        text = f"role 'targets' lists {path} with another length or hash, expected {len(content)} bytes and {sha256}"
        raise RefusedError(text, reason=Reason.HASH_MISMATCH)
    try:
        found = msgspec.convert(target.custom, LoaderSignature)
    except msgspec.ValidationError as error:
        text = f"role 'targets' lists {path} without a signature, expected signature_input and signature"
        raise RefusedError(text, reason=Reason.METADATA_INVALID) from error
    loader = SignedLoader(digest_header(content), found.signature_input, found.signature)
    return loader, check_loader(content, loader, keys=keys)


def check_loader(content: bytes, loader: SignedLoader, *, keys: Collection[bytes]) -> LoaderTerms:
    """On which terms one of `keys` signed `content`. Its expiry is not checked.

    Raises `RefusedError`: HASH_MISMATCH for other bytes than were signed, SIGNATURE_INVALID for every other fault.
    """
    signed = SignedBytes(content, *loader)
    terms = check_signed(signed, keys=keys, what="the widget's loader", owner="the publisher")
    return LoaderTerms(terms.public_key, terms.expires)
