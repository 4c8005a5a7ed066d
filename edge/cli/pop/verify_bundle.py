"""`skerry verify --bundle`: what an evidence bundle proves, judged at the time of what happened, without a network."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from edge.cli.terminal import echo
from edge.cli.zipped import unzipped
from edge.client import read_saved
from edge.errors import Reason, RefusedError
from edge.foreign_words import one_line
from edge.ledger import EvidenceBundle, EvidenceLeaf, NoteKey, OpenedCheckpoint, read_evidence, read_key
from edge.records import DECODE_ERRORS, SignedAnswer, SnippetDocument, TenantKeys
from edge.records.ledger import LeafKind, LeafPayload
from edge.trust import key_of_answer, read_signature_input, verify_answer

_CLOCKS_APART = timedelta(minutes=5)
"""A PoP's clock may be behind the publisher's when an answer is new."""


class ProvenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that was shown, as its tenant signed it."""

    key: str
    """The tenant's public key in Base64."""
    document: SnippetDocument


class ProvenLeaf(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act that is in the log."""

    leaf: str
    """Its hash."""
    kind: LeafKind
    at: datetime
    payload: LeafPayload | None = None
    """What was said and decided; None if the bundle does not have it."""


class ProvenBundle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a bundle proves."""

    log: str
    """Verifier key of the log that has the first leaf."""
    also: tuple[str, ...] = ()
    """Those of further logs that have leaves of the bundle."""
    cosigned: tuple[str, ...] = ()
    """Verifier keys of the witnesses, and when each cosigned."""
    leaves: tuple[ProvenLeaf, ...]
    answers: tuple[ProvenAnswer, ...] = ()
    missing: tuple[str, ...] = ()
    """Snippets that were shown and are not in the bundle."""
    keys_known: bool
    """True if the reader named the keys of the log or of a witness, and of the tenant if there are answers."""


def prove_bundle(
    content: bytes, *, tenant_keys: Sequence[bytes], log_keys: Sequence[str], witnesses: Sequence[str]
) -> ProvenBundle:
    """What the bundle in these bytes proves. The keys are those that the reader has from elsewhere.

    Raises `RefusedError` if a byte was changed, if anything does not verify, or if a key is another one.
    """
    evidence = read_evidence(unzipped(content))
    for log in evidence.logs:
        _check_known(log, [read_key(text) for text in log_keys], "the log's key")
    cosigners = [read_key(text) for text in witnesses]
    for one in cosigners:
        if one not in evidence.witnesses:
            raise RefusedError(f"{one.name} did not cosign the bundle", reason=Reason.SIGNATURE_INVALID)
    answers, missing = _answers(evidence, tenant_keys)
    states = [evidence.opened(leaf)[1] for leaf in evidence.leaves]
    return ProvenBundle(
        log=evidence.log.text,
        also=tuple(key.text for key in evidence.also),
        cosigned=tuple(dict.fromkeys(line for opened in states for line in _cosigned(opened))),
        leaves=tuple(map(_proven, evidence.leaves)),
        answers=answers,
        missing=missing,
        keys_known=bool(log_keys or cosigners) and bool(tenant_keys or not answers),
    )


def echo_bundle(proven: ProvenBundle) -> None:
    """Print what is proven, for people."""
    rows = [("verdict", _GOOD if proven.keys_known else _UNKNOWN), ("log", proven.log)]
    rows += [("log", one) for one in proven.also]
    rows += [("cosigned", one) for one in proven.cosigned]
    for leaf in proven.leaves:
        rows.append((leaf.kind, f"{leaf.at:%Y-%m-%d %H:%M:%S %Z}, leaf {leaf.leaf}"))
        rows += _words(leaf.payload) if leaf.payload is not None else []
    for one in proven.answers:
        document = one.document
        rows.append(("answer", document.answer))
        rows.append(("approved", f"by {document.approved_by}, {document.approved_at:%Y-%m-%d %H:%M %Z}"))
        rows.append(("key", one.key))
    rows += [("missing", f"answer {one}: it was shown, and is not in the bundle") for one in proven.missing]
    for label, value in rows:
        echo(f"{label:<9} {one_line(value)}")


_GOOD = "good: everything verifies, with the keys that you gave"
_UNKNOWN = "everything verifies, with keys that nobody vouched for: give --log-key or --witness, and --key"


def _words(payload: LeafPayload) -> list[tuple[str, str]]:
    rows = [("island", f"{payload.island} revision {payload.revision}")]
    for label, value in (
        ("question", payload.question),
        ("outcome", f"{payload.outcome} ({payload.reason})" if payload.outcome else ""),
        ("ticket", payload.ticket),
        ("reply", payload.reply),
        ("purposes", ", ".join(payload.purposes)),
    ):
        rows += [(label, value)] if value else []
    return rows


def _proven(one: EvidenceLeaf) -> ProvenLeaf:
    leaf = one.leaf
    return ProvenLeaf(leaf=one.digest.hex(), kind=leaf.kind, at=_moment(leaf.at_ms), payload=one.payload)


def _cosigned(opened: OpenedCheckpoint) -> list[str]:
    return [
        f"{one.key.text} at {_moment(one.at_s * 1000):%Y-%m-%d %H:%M:%S %Z}"
        for one in opened.signatures
        if one.at_s is not None
    ]


def _moment(milliseconds: int) -> datetime:
    """Raises `RefusedError` for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise RefusedError(f"{milliseconds} ms is no time, expected Unix milliseconds") from None


def _answers(
    evidence: EvidenceBundle, tenant_keys: Sequence[bytes]
) -> tuple[tuple[ProvenAnswer, ...], tuple[str, ...]]:
    """The answers that are proven, and the snippets of those that are missing."""
    named = _named_keys(evidence.tenant)
    shown = {
        one.digest: (payload, leaf, one.snippet)
        for leaf in evidence.leaves
        if (payload := leaf.payload) is not None
        for one in payload.answers
    }
    proven = []
    for content in evidence.answers:
        signed = read_saved(content)
        if signed.unencoded_digest not in shown:
            raise RefusedError("the bundle has an answer that no leaf names", reason=Reason.CONTRADICTORY)
        payload, leaf, snippet = shown.pop(signed.unencoded_digest)
        document = _verified(signed, _moment(leaf.leaf.at_ms), tenant_keys or named)
        if (f"{document.tenant}/{document.island}", document.snippet) != (payload.island, snippet):
            raise RefusedError("an answer is signed for another snippet than was shown", reason=Reason.CONTRADICTORY)
        proven.append(ProvenAnswer(key=base64.b64encode(key_of_answer(signed)).decode(), document=document))
    return tuple(proven), tuple(snippet for _, _, snippet in shown.values())


def _verified(signed: SignedAnswer, at: datetime, keys: Sequence[bytes]) -> SnippetDocument:
    """The document, if it was good then. That it has expired since says nothing about then."""
    document = verify_answer(signed, keys=keys or [key_of_answer(signed)], now=at)
    created = read_signature_input(signed.signature_input).created
    if created > (at + _CLOCKS_APART).timestamp():
        raise RefusedError("an answer was signed after it was shown", reason=Reason.CONTRADICTORY)
    return document


def _named_keys(tenant: bytes | None) -> list[bytes]:
    if tenant is None:
        return []
    try:
        return [base64.b64decode(one.ed25519) for one in msgspec.json.decode(tenant, type=TenantKeys).keys]
    except (ValueError, *DECODE_ERRORS):
        raise RefusedError("tenant.json of the bundle has no keys of a tenant") from None


def _check_known(found: NoteKey, expected: Sequence[NoteKey], what: str) -> None:
    if expected and found not in expected:
        raise RefusedError(f"{what} is {found.text}, expected the one that you gave", reason=Reason.SIGNATURE_INVALID)
