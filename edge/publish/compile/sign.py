"""The last step before a repository: snippets signed one by one, the whole island opened as a PoP would open it."""

import math
from datetime import datetime

import msgspec

from edge.errors import Reason, RefusedError
from edge.publish.keys import PrivateKey
from edge.publish.repository import SignedIsland
from edge.records import Island, SignedSnippet, SnippetDocument, TargetCustom
from edge.trust import digest_header, open_stored_island, signature_base, signature_header, signature_input

ISLAND_MAX_BYTES = 4_194_304
"""What a PoP takes unless it is told otherwise (`publisher.island_max_bytes`)."""


def sign_snippet(
    snippet: SignedSnippet, document: SnippetDocument, *, signer: PrivateKey, now: datetime
) -> SignedSnippet:
    """The snippet with this document, signed by `signer` from `now` until the document's own end."""
    content = msgspec.json.encode(document)
    digest = digest_header(content)
    terms = signature_input(
        public_key=signer.public, created=int(now.timestamp()), expires=math.ceil(document.expires.timestamp())
    )
    signature = signature_header(signer.sign(signature_base(digest, terms)))
    return msgspec.structs.replace(snippet, document=content, digest=digest, signature_input=terms, signature=signature)


def seal(island: Island, *, signer: PrivateKey) -> SignedIsland:
    """The signed island's bytes, opened once as a PoP would open them; raises `RefusedError` when it could not."""
    data = msgspec.msgpack.encode(island)
    if len(data) > ISLAND_MAX_BYTES:
        text = f"island '{island.name}' is {len(data):,} bytes, expected at most {ISLAND_MAX_BYTES:,}: split it in two"
        raise RefusedError(text, reason=Reason.TOO_LARGE)
    open_stored_island(data, name=island.name, keys={signer.role: signer.public})
    custom = TargetCustom(
        revision=island.revision, opens=island.opens, expires=island.expires, max_stale_s=island.max_stale_s
    )
    return SignedIsland(data=data, custom=custom)
