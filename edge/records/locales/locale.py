"""An answer in a further language, and a note where the language that a viewer wants is not there."""

from typing import TypeVar

import msgspec

from edge.records.types import Utc

SnippetT = TypeVar("SnippetT", bound=msgspec.Struct)


class SignedLocale(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet's answer in a further language: approved for itself, and signed like the answer in the island's own."""

    locale: str
    """The language, as a BCP 47 tag. The document names the same."""
    title: str
    """What the snippet is about, in this language: what a viewer is offered."""
    document: bytes
    """The `SnippetDocument` in this language as JSON, byte by byte as it was signed."""
    digest: str
    """Header `Content-Digest` of `document` (RFC 9530)."""
    signature_input: str
    """Header `Signature-Input` (RFC 9421)."""
    signature: str
    """Header `Signature` (RFC 9421), by the tenant's key."""

    def instead_in(self, snippet: SnippetT) -> SnippetT:
        """The snippet with this document and its signature in place of those in the island's language."""
        return msgspec.structs.replace(
            snippet,
            document=self.document,
            digest=self.digest,
            signature_input=self.signature_input,
            signature=self.signature,
            locales=msgspec.UNSET,
        )


class LanguageNote(msgspec.Struct, frozen=True, kw_only=True):
    """The viewer wants another language than the one that is given."""

    locale: str
    """The language that is given, as a BCP 47 tag."""
    wanted: str
    """The language that the viewer wants, as a BCP 47 tag."""


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """An approved answer in the viewer's language, for the person who replies."""

    locale: str
    """The language, as a BCP 47 tag."""
    answer: str
    """The approved answer, as Markdown."""
    approved_by: str
    """The person who approved the answer in this language, as the author wrote the name."""
    approved_at: Utc
    """When it was approved, as the author wrote it."""
