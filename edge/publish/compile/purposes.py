"""Purposes of consent, signed: each sentence in each language, so that a viewer's own browser can verify it."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from edge.publish.compile.signed_document import signed
from edge.publish.keys import PrivateKey
from edge.publish.source import IslandSource, PurposeSource, duration_s
from edge.records import Island
from edge.records.consent import PurposeDocument, PurposeText, SignedPurpose


def sign_purposes(
    source: IslandSource, revision: int, signer: PrivateKey, now: datetime
) -> tuple[SignedPurpose, ...] | UnsetType:
    """The purposes of `[consent]`; unset without it, so that an island is written as by releases that knew none."""
    if source.consent is None:
        return UNSET
    return tuple(
        SignedPurpose(
            id=name,
            version=purpose.version,
            allows=purpose.allows,
            valid_s=duration_s(purpose.valid),
            texts=tuple(
                PurposeText(locale=document.locale, **signed(document, signer, now))
                for document in _documents(source, name, purpose, revision, now)
            ),
        )
        for name, purpose in source.consent.purposes.items()
    )


def sign_purposes_again(
    island: Island, revision: int, *, signer: PrivateKey, now: datetime
) -> tuple[SignedPurpose, ...] | UnsetType:
    """The purposes of `island` for another revision. Each sentence keeps its approver and the time of its approval."""
    if island.purposes is UNSET:
        return UNSET
    return tuple(
        replace(purpose, texts=tuple(_again(text, revision, signer, now) for text in purpose.texts))
        for purpose in island.purposes
    )


def _again(text: PurposeText, revision: int, signer: PrivateKey, now: datetime) -> PurposeText:
    document = replace(msgspec.json.decode(text.document, type=PurposeDocument), revision=revision)
    return PurposeText(locale=text.locale, **signed(document, signer, now))


def _documents(
    source: IslandSource, name: str, purpose: PurposeSource, revision: int, now: datetime
) -> Iterator[PurposeDocument]:
    """The document in the island's own language, and then in each further one, with its own approval."""
    own = (source.locale, purpose.text, purpose.approved_by or source.approved_by, now)
    further = ((tag, one.text, one.approved_by, one.approved_at) for tag, one in purpose.locales.items())
    for locale, text, approved_by, approved_at in (own, *further):
        yield PurposeDocument(
            tenant=source.tenant,
            island=source.island,
            revision=revision,
            purpose=name,
            version=purpose.version,
            allows=purpose.allows,
            valid_s=duration_s(purpose.valid),
            locale=locale,
            text=text.strip(),
            approved_by=approved_by,
            approved_at=approved_at.replace(microsecond=0),
            expires=source.expires,
        )
