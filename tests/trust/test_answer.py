"""One answer without its island: believed if a known key signed it and it has not expired."""

from datetime import timedelta

import msgspec
import pytest

from edge.errors import Reason, RefusedError
from edge.host import utc_now
from edge.records import SignedAnswer
from edge.records.consent import PurposeDocument
from edge.trust import key_of_answer, verify_answer, verify_purpose
from tests.client.answers import OTHER_KEY, document_of, raw, sign

DOCUMENT = document_of()
SIGNED = sign(DOCUMENT)


def test_true_answer() -> None:
    """By either of two keys, as while one replaces the other."""
    assert DOCUMENT == verify_answer(SIGNED, keys=[raw(OTHER_KEY), raw()], now=utc_now())
    assert raw() == key_of_answer(SIGNED)


def change(**fields: str) -> SignedAnswer:
    """The same with other contents."""
    return msgspec.structs.replace(SIGNED, **fields)


FALSE: dict[str, tuple[SignedAnswer, Reason]] = {
    "another document": (change(document=SIGNED.document + " "), Reason.HASH_MISMATCH),
    "half a character": (change(document="\ud800"), Reason.HASH_MISMATCH),
    "signed by somebody": (sign(DOCUMENT, key=OTHER_KEY), Reason.SIGNATURE_INVALID),
    "another signature": (
        change(signature=sign(DOCUMENT, ends_in=timedelta(hours=1)).signature),
        Reason.SIGNATURE_INVALID,
    ),
    "no signature": (change(signature=""), Reason.SIGNATURE_INVALID),
    "a signature that ended": (sign(DOCUMENT, ends_in=timedelta(seconds=-5)), Reason.METADATA_EXPIRED),
    "a document that ended": (
        sign(msgspec.structs.replace(DOCUMENT, expires=utc_now() - timedelta(seconds=5))),
        Reason.METADATA_EXPIRED,
    ),
    "another document that was signed": (sign(b'{"tenant":"northwind"}'), Reason.METADATA_INVALID),
    "nested too deep": (sign(b"[" * 100_000), Reason.METADATA_INVALID),
}


@pytest.mark.parametrize(("signed", "reason"), FALSE.values(), ids=FALSE.keys())
def test_false_answer(signed: SignedAnswer, reason: Reason) -> None:
    """Each is refused for its own reason."""
    with pytest.raises(RefusedError) as caught:
        verify_answer(signed, keys=[raw()], now=utc_now())

    assert reason == caught.value.reason


def test_text_of_an_expired_answer() -> None:
    """It says since when."""
    with pytest.raises(RefusedError) as caught:
        verify_answer(sign(DOCUMENT), keys=[raw()], now=utc_now() + timedelta(days=2))

    assert caught.value.text.startswith("the answer is good no more: its signature expired 86")
    assert caught.value.text.endswith(" s ago, expected a time to come")


PURPOSE = PurposeDocument(
    tenant="northwind", island="drop", revision=3, purpose="help", version=1, allows=(), valid_s=60, locale="en",
    text="May we?", approved_by="Dana Ortiz", approved_at=DOCUMENT.approved_at, expires=DOCUMENT.expires,
)  # fmt: skip


def test_sentence_of_a_purpose() -> None:
    """Believed as an answer is; an answer that is truly signed is no sentence, and a sentence no answer."""
    signed = sign(msgspec.json.encode(PURPOSE))
    faults = []
    for read, one, now in (
        (verify_purpose, SIGNED, utc_now()),
        (verify_answer, signed, utc_now()),
        (verify_purpose, signed, utc_now() + timedelta(days=2)),
        (verify_purpose, sign(msgspec.json.encode(PURPOSE), key=OTHER_KEY), utc_now()),
    ):
        with pytest.raises(RefusedError) as caught:
            read(one, keys=[raw()], now=now)
        faults.append(caught.value.reason)

    assert PURPOSE == verify_purpose(signed, keys=[raw()], now=utc_now())
    expected = [Reason.METADATA_INVALID, Reason.METADATA_INVALID, Reason.METADATA_EXPIRED, Reason.SIGNATURE_INVALID]
    assert expected == faults
