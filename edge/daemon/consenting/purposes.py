"""What an island asks consent for, as a page shows it: the signed sentence, with its signature."""

from collections.abc import Sequence

import msgspec

from edge.consent import text_in
from edge.daemon.sync import PopEntry
from edge.decide import best_locale
from edge.records.consent import PurposeDocument, PurposeList, ShownPurpose, SignedPurpose


def list_purposes(entry: PopEntry, wanted: Sequence[str]) -> PurposeList:
    """The island's purposes, each in the first of the `wanted` languages that it has, else in the island's own."""
    island = entry.island
    return PurposeList(
        island=str(island.name),
        revision=island.revision,
        purposes=tuple(_shown(purpose, wanted) for purpose in island.purposes or ()),
    )


def _shown(purpose: SignedPurpose, wanted: Sequence[str]) -> ShownPurpose:
    own, *further = (text.locale for text in purpose.texts)
    text = text_in(purpose, best_locale(wanted, own, tuple(further)))
    document = msgspec.json.decode(text.document, type=PurposeDocument)
    return ShownPurpose(
        purpose=purpose.id,
        version=purpose.version,
        allows=purpose.allows,
        locale=document.locale,
        text=document.text,
        document=text.document.decode(),
        unencoded_digest=text.digest,
        signature_input=text.signature_input,
        signature=text.signature,
    )
