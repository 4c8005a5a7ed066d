"""Whose keys a client believes, and what it checks before it gives an answer back."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime

from msgspec import UNSET

from edge.errors import Reason, RefusedError
from edge.records import AskResponse, IslandName, Provenance, SignedAnswer, SnippetDocument, TenantKeys
from edge.records.consent import PurposeList, ShownPurpose
from edge.records.trees import TreeResponse
from edge.trust import key_of_answer, verify_answer, verify_purpose

KEY_BYTES = 32

ReadKeys = Callable[[], Awaitable[tuple[TenantKeys, ...]]]
"""The keys that the PoP names."""


class Belief:
    """Verifies answers by the tenants' keys that the caller gave, or else by those that the PoP named first.

    Keys that the PoP names are pinned: those of a tenant never change while the client lives, so a PoP that is taken
    over later cannot bring its own. One that lies from the beginning is believed. Against that, give keys.
    """

    def __init__(self, keys: Mapping[str, Collection[bytes]] | None, read_keys: ReadKeys) -> None:
        self._given = keys is not None
        self._keys = {tenant: frozenset(of_tenant) for tenant, of_tenant in (keys or {}).items()}
        self._read_keys = read_keys
        self._reading = asyncio.Lock()

    async def check_response(self, response: AskResponse | TreeResponse, island: str) -> None:
        """Raise `RefusedError` if an answer in the response is not the tenant's to this island."""
        if response.island != island:
            raise _moved(f"the response is about {response.island[:128]!r}, expected {island!r}")
        if response.answer is not None:
            await self._check(response.answer, response.provenance, response.signed, island)
        for part in response.more if isinstance(response, AskResponse) else ():
            await self._check(part.answer, part.provenance, part.signed, island)

    async def open(self, signed: SignedAnswer, island: str, snippet: str) -> SnippetDocument:
        """The document, if it is the tenant's for this snippet of this island. Raises `RefusedError` otherwise."""
        keys = await self._keys_of(IslandName.parse(island).tenant)
        document = verify_answer(signed, keys=keys, now=datetime.now(UTC))
        found = f"{document.tenant}/{document.island}", document.snippet
        if found != (island, snippet):
            raise _moved(
                f"the answer is signed as {found[1][:63]!r} of {found[0][:128]!r}, expected {snippet!r} of {island!r}"
            )
        return document

    async def check_purposes(self, found: PurposeList, island: str) -> None:
        """Raise `RefusedError` if a sentence in the list is not the tenant's for this island."""
        if found.island != island:
            raise _moved(f"the purposes are of {found.island[:128]!r}, expected {island!r}")
        for one in found.purposes:
            await self._check_purpose(one, island)

    async def _check_purpose(self, shown: ShownPurpose, island: str) -> None:
        keys = await self._keys_of(IslandName.parse(island).tenant)
        signed = SignedAnswer(
            document=shown.document,
            unencoded_digest=shown.unencoded_digest,
            signature_input=shown.signature_input,
            signature=shown.signature,
        )
        document = verify_purpose(signed, keys=keys, now=datetime.now(UTC))
        said = (island, shown.purpose, shown.version, shown.allows, shown.locale, shown.text)
        if said != (
            f"{document.tenant}/{document.island}",
            document.purpose,
            document.version,
            document.allows,
            document.locale,
            document.text,
        ):
            raise _moved("the purpose is shown as something else than the document that the tenant signed")

    async def _check(
        self, answer: str, provenance: Provenance | None, signed: SignedAnswer | None, island: str
    ) -> None:
        if signed is None or provenance is None:
            raise _moved("the answer is not signed, expected a PoP's document and three headers with it")
        document = await self.open(signed, island, provenance.snippet)
        key = base64.b64encode(key_of_answer(signed)).decode()
        said = Provenance(
            island=island,
            revision=document.revision,
            snippet=document.snippet,
            approved_by=document.approved_by,
            approved_at=document.approved_at,
            key_id=key,
            # A PoP says it of an answer in another language than the island's alone.
            locale=UNSET if provenance.locale is UNSET else document.locale,
        )
        if (answer, provenance) != (document.answer, said):
            raise _moved("the response says something else than the document that the tenant signed")

    async def _keys_of(self, tenant: str) -> frozenset[bytes]:
        async with self._reading:
            if tenant not in self._keys and not self._given:
                # A tenant that has no keys yet is asked for again.
                for named in (one for one in await self._read_keys() if one.keys):
                    self._keys.setdefault(named.tenant, frozenset(read_key(key.ed25519) for key in named.keys))
        if not self._keys.get(tenant):
            raise _moved(f"no key of the tenant {tenant!r} is known, expected one in `keys` or from the PoP")
        return self._keys[tenant]


def read_key(text: str) -> bytes:
    """The 32 bytes of a public key in base64, also with `ed25519-` before it. Raises `RefusedError` for other text."""
    try:
        key = base64.b64decode(text.removeprefix("ed25519-"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise RefusedError(f"found {text[:80]!r}, expected the 32 bytes of an Ed25519 public key in base64")
    return key


def _moved(text: str) -> RefusedError:
    return RefusedError(text, reason=Reason.SIGNATURE_INVALID)
