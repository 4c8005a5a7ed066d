"""The headers that prove who released the loader, for browsers that can verify them.

A browser refuses a signature that has expired even where the page asks for none. So one that has expired is left out,
and the `ETag` changes with it: a copy in a cache would keep it.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from edge.errors import RefusedError
from edge.trust import TrustedMetadata

STATE_HEADER = "Skerry-Widget"
"""`signed`, or `unsigned` if the publisher signed other bytes, or none, or too long ago."""


class LoaderProof:
    """The signature of one loader in the metadata that is trusted now. Belongs to the event loop."""

    def __init__(self, content: bytes, *, trust: Callable[[], TrustedMetadata], now: Callable[[], datetime]) -> None:
        self._content, self._trust, self._now = content, trust, now
        self._checked_s, self._found = -1, dict[str, str]()

    def added_to(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The loader's headers with those of the signature, as it was in this second."""
        now_s = int(self._now().timestamp())
        if now_s != self._checked_s:
            self._checked_s, self._found = now_s, self._headers(now_s)
        return {**headers, **self._found}

    def _headers(self, now_s: int) -> dict[str, str]:
        try:
            signed, terms = self._trust().signed_loader(self._content)
        except RefusedError:
            return {STATE_HEADER: "unsigned"}
        if now_s >= terms.expires:
            return {STATE_HEADER: "unsigned"}
        # It covers the content, too.
        tag = hashlib.sha256(signed.signature.encode()).hexdigest()[:32]
        return {
            STATE_HEADER: "signed",
            "ETag": f'"{tag}"',
            "Unencoded-Digest": signed.digest,
            "Signature-Input": signed.signature_input,
            "Signature": signed.signature,
        }
