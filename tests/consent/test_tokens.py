"""Consent tokens: who may believe them, and every way in which one is not good."""

import base64
import uuid

import msgspec
import pytest

from edge.consent import (
    MAX_SKEW_S,
    TOKEN_PREFIX,
    Known,
    looks_like_token,
    make_consent_token,
    read_consent_token,
    subject_of,
)
from edge.errors import Reason, RefusedError
from edge.records import AskRequest, IslandName
from edge.records.consent import ConsentRequest
from edge.trust import PopSigner

NAME, OTHER = IslandName("acme", "drop"), IslandName("globex", "drop")
SIGNER, STRANGER = PopSigner(bytes(range(32))), PopSigner(bytes(32))
FLEET, NEW_SECRET = b"f" * 32, b"n" * 32
SUBJECT = subject_of(NAME, "signed:pop:p-81", secret=FLEET)
HELP = Known("help", 1, "r-1", at=100.0, expires=900.0)


def token(name: IslandName = NAME, *, secret: bytes = FLEET, subject: str = SUBJECT, signer: PopSigner = SIGNER) -> str:
    """The token of one consent."""
    return make_consent_token(name, subject, [HELP], sign=signer.sign_as, public=signer.public, secret=secret)


def read(text: str, *, now: float = 200.0, secrets: tuple[bytes, ...] = (FLEET,)) -> tuple[Known, ...]:
    """What a PoP of the fleet reads in a token."""
    return read_consent_token(text, name=NAME, subjects=[SUBJECT], secrets=secrets, now=now)


def test_pop_of_the_fleet_believes_a_pop_that_it_does_not_know() -> None:
    """The secret of the fleet vouches for the key; an older secret does as long as it is listed."""
    assert (HELP,) == read(token())
    assert (HELP,) == read(token(), secrets=(NEW_SECRET, FLEET))


def test_longest_token_may_be_sent() -> None:
    """Eight purposes with the longest names, of the longest island: with a question, and with a request about it."""
    name = IslandName("t" * 63, "i" * 63)
    known = [Known(f"{number:063}", 1_000_000, str(uuid.UUID(int=number)), at=1.5, expires=2.5) for number in range(8)]
    made = make_consent_token(name, SUBJECT, known, sign=SIGNER.sign_as, public=SIGNER.public, secret=FLEET)
    asked = {"island": str(name), "text": "?", "consent": made}

    assert made == msgspec.convert({"island": str(name), "token": made}, ConsentRequest).token
    assert made == msgspec.convert(asked, AskRequest).consent


BAD = {
    "of another fleet": (token(secret=NEW_SECRET), 200.0, "is of a PoP of another fleet"),
    "of another tenant's island": (token(OTHER), 200.0, "is for another island"),
    "of another session": (token(subject="cd" * 16), 200.0, "is of another session"),
    "of nobody": (token(subject=""), 200.0, "is of another session"),
    "expired": (token(), 900.0, "has expired"),
    "from the future": (token(), 99.0 - MAX_SKEW_S, "is from the future"),
    "no token": (TOKEN_PREFIX + "????", 200.0, "is not signed by the key that it names"),
    "too short": (TOKEN_PREFIX, 200.0, "is not signed by the key that it names"),
    "not a number of characters of base64": (TOKEN_PREFIX + "A", 200.0, "is not signed by the key that it names"),
}


@pytest.mark.parametrize("case", BAD)
def test_token_that_is_not_good(case: str) -> None:
    """The text says why, and quotes nothing."""
    text, now, expected = BAD[case]

    with pytest.raises(RefusedError, match=expected) as caught:
        read(text, now=now)

    assert Reason.TOKEN_INVALID is caught.value.reason
    assert text[5:] not in caught.value.text or len(text) < 10


def test_token_has_no_personal_data() -> None:
    """Island, pseudonym, what is in force and until when, key, voucher; nothing of the session, and nothing else."""
    data = base64.urlsafe_b64decode(token()[5:] + "==")
    island, subject, consents, public, voucher = msgspec.msgpack.decode(data[64:])

    assert (str(NAME), SUBJECT, [["help", 1, "r-1", 100.0, 900.0]], SIGNER.public) == (
        island,
        subject,
        consents,
        public,
    )
    assert 16 == len(voucher)
    assert b"p-81" not in data


def test_any_changed_byte_is_found() -> None:
    """In the signature, in the voucher, in what was agreed."""
    data = bytearray(base64.urlsafe_b64decode(token()[5:] + "=="))

    for place in range(len(data)):
        changed = bytes((*data[:place], data[place] ^ 1, *data[place + 1 :]))
        with pytest.raises(RefusedError):
            read(TOKEN_PREFIX + base64.urlsafe_b64encode(changed).decode().rstrip("="))


def test_pseudonyms_of_two_islands_and_two_fleets_are_unequal() -> None:
    """Nobody can join them by equality; and there is none without a session."""
    session = "signed:pop:p-81"

    found = {subject_of(name, session, secret=secret) for name in (NAME, OTHER) for secret in (FLEET, NEW_SECRET)}
    assert (4, "") == (len(found), subject_of(NAME, "", secret=FLEET))


def test_name_of_a_consent_is_no_token() -> None:
    """Pages name consents of their own in the same field."""
    assert (True, False) == (looks_like_token(token()), looks_like_token("tok123"))
