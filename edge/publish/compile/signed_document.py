"""A document of the tenant as its signature covers it: a snippet in one language, or a purpose of consent."""

import math
from datetime import datetime
from typing import Any

import msgspec

from edge.publish.keys import PrivateKey
from edge.records import SnippetDocument
from edge.records.consent import PurposeDocument
from edge.trust import digest_header, signature_base, signature_header, signature_input


def signed(document: SnippetDocument | PurposeDocument, signer: PrivateKey, now: datetime) -> dict[str, Any]:
    """The document's bytes and its signature, as the fields of `SignedSnippet`, `SignedLocale` and `PurposeText`.

    The signature is good from `now` until the document expires.
    """
    content = msgspec.json.encode(document)
    digest = digest_header(content)
    # Signatures have whole seconds. Rounded up, this one lasts as long as the document.
    expires_s = math.ceil(document.expires.timestamp())
    terms = signature_input(public_key=signer.public, created=int(now.timestamp()), expires=expires_s)
    signature = signature_header(signer.sign(signature_base(digest, terms)))
    return {"document": content, "digest": digest, "signature_input": terms, "signature": signature}
