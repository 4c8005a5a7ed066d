"""`skerry verify --widget`: is this the loader that a publisher signed?"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from edge.cli.terminal import echo
from edge.errors import Reason, RefusedError
from edge.records import SignedAnswer
from edge.trust import SignedLoader, check_loader, key_of_answer


def echo_widget(signed: SignedAnswer, *, keys: Sequence[bytes], now: datetime) -> bool:
    """Print who signed the file, and until when; True if that is one of `keys` (32 raw bytes each).

    Raises `RefusedError` if nobody did, another key did, or the signature has expired.
    """
    content = signed.document.encode(errors="surrogatepass")
    loader = SignedLoader(signed.unencoded_digest, signed.signature_input, signed.signature)
    terms = check_loader(content, loader, keys=keys or [key_of_answer(signed)])
    if now.timestamp() >= terms.expires:
        text = f"the widget's signature expired {int(now.timestamp()) - terms.expires} s ago, expected a time to come"
        raise RefusedError(text, reason=Reason.METADATA_EXPIRED)
    rows = (
        ("verdict", _GOOD if keys else _UNKNOWN),
        ("key", base64.b64encode(terms.public_key).decode()),
        ("expires", f"{datetime.fromtimestamp(terms.expires, UTC):%Y-%m-%d %H:%M UTC}"),
        ("hash", f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"),
    )
    for label, value in rows:
        echo(f"{label:<9} {value}")
    return bool(keys)


_GOOD = "good: signed by the key that you gave, and not expired"
_UNKNOWN = "signed, and nobody said by whom: compare the key with the publisher's own, and give it as --key"
