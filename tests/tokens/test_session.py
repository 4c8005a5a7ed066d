"""`edge.tokens.session`: who may sign a session, what may stand in it, and that nothing else is one."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from typing import Any

import pytest
from nacl.signing import SigningKey

from edge.errors import Reason, RefusedError
from edge.tokens import MAX_SESSION_CHARACTERS, SessionIssuer, SessionKeys, SignedSession, make_session, open_session
from edge.tokens.session import _jws

SECRET, OLD_SECRET, ALIEN_SECRET = b"s" * 32, b"o" * 32, b"a" * 32
INGEST, ALIEN_INGEST = SigningKey(b"i" * 32), SigningKey(b"x" * 32)
PUBLIC = bytes(INGEST.verify_key)
KEYS = SessionKeys((SECRET, OLD_SECRET), {"acme": (PUBLIC,)})
EVENT, NOW = "acme/drop", 1_800_000_000.0
PAYLOAD: dict[str, Any] = {
    "iss": "ingest", "sub": "viewer-81", "event": EVENT, "exp": 1_800_000_060, "iat": 1_799_999_000,
    "claims": {"order_state": "paid", "seat": "A 12", "language": "de"},
}  # fmt: skip


def part(content: bytes) -> str:
    """One part of a compact JWT."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def signed(payload: Any, *, secret: bytes | None = SECRET, ingest: SigningKey | None = None, header: Any = None) -> str:
    """A token made without PyJWT: signed with `ingest`, or else with `secret`."""
    header = header or {"typ": "JWT", "alg": "EdDSA" if ingest else "HS256"}
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signing_input = f"{part(json.dumps(header).encode())}.{part(content)}"
    if ingest is not None:
        signature = ingest.sign(signing_input.encode()).signature
    else:
        signature = hmac.new(secret or b"", signing_input.encode(), hashlib.sha256).digest() if secret else b""
    return f"{signing_input}.{part(signature)}"


def read(token: str, *, event: str = EVENT, now: float = NOW) -> SignedSession:
    """Open a token with the keys that are known here."""
    return open_session(token, keys=KEYS, event=event, now=now)


def test_session_is_read_as_it_was_made() -> None:
    """With its claims; the name begins so that no unsigned id can be it, and another issuer's is another name."""
    made = SignedSession(SessionIssuer.POP, "p-1", EVENT, expires=NOW + 1, issued=NOW, claims={"seat": "A 12"})
    found = read(make_session(made, keys=KEYS))

    assert (made, "signed:pop:p-1") == (found, found.name)
    assert "signed:ingest:viewer-81" == read(signed(PAYLOAD)).name


ACCEPTED = {
    "an ingest that has the fleet's secret": signed(PAYLOAD),
    "a PoP of the fleet": signed(PAYLOAD | {"iss": "pop"}),
    "the secret that is being replaced": signed(PAYLOAD, secret=OLD_SECRET),
    "an ingest's own key": signed(PAYLOAD, ingest=INGEST),
    "no claims, and no time of issue": signed({n: v for n, v in PAYLOAD.items() if n not in {"claims", "iat"}}),
    "a time with a fraction": signed(PAYLOAD | {"exp": NOW + 0.5}),
    "ten claims": signed(PAYLOAD | {"claims": {f"c_{number}": "x" * 64 for number in range(10)}}),
}


@pytest.mark.parametrize("token", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_session_that_is_valid(token: str) -> None:
    """It names the viewer and the event."""
    assert ("viewer-81", EVENT) == read(token)[1:3]


OTHER_FORM = "session is not a compact JWT of at most 2048 characters"
DEEP = b'{"alg":"HS256","more":' + b"[" * 1_300
UNKNOWN_KEY = "session was signed by no key that is known here for this event"
BAD_CONTENT = "session has other fields than iss, sub, event, exp, iat and claims"
REFUSED = {
    "nothing": ("", OTHER_FORM),
    "no JWT": ("viewer-81", OTHER_FORM),
    "two parts": (signed(PAYLOAD).rpartition(".")[0], OTHER_FORM),
    "bytes that are no text": ("\udcff." + signed(PAYLOAD), OTHER_FORM),
    "padding": (signed(PAYLOAD) + "=", OTHER_FORM),
    "too long": (signed(PAYLOAD | {"sub": "x" * MAX_SESSION_CHARACTERS}), OTHER_FORM),
    "a stranger's secret": (signed(PAYLOAD, secret=ALIEN_SECRET), UNKNOWN_KEY),
    "a stranger's key": (signed(PAYLOAD, ingest=ALIEN_INGEST), UNKNOWN_KEY),
    "no signature": (signed(PAYLOAD, secret=None, header={"alg": "none"}) + "AA", UNKNOWN_KEY),
    "no algorithm, rightly signed": (signed(PAYLOAD, header={"alg": "none"}), UNKNOWN_KEY),
    "another algorithm": (signed(PAYLOAD, header={"alg": "HS512"}), UNKNOWN_KEY),
    "an algorithm that is no text": (signed(PAYLOAD, header={"alg": ["HS256"]}), UNKNOWN_KEY),
    "an ingest's public key used as a secret": (signed(PAYLOAD, secret=PUBLIC), UNKNOWN_KEY),
    "the ingest's key, said to be a secret": (signed(PAYLOAD, ingest=INGEST, header={"alg": "HS256"}), UNKNOWN_KEY),
    "a header that is no object": (signed(PAYLOAD, header=[1]), UNKNOWN_KEY),
    "a header that is nested too deep": (f"{part(DEEP)}.{part(b'{}')}.AAAA", UNKNOWN_KEY),
    "a header that is critical": (signed(PAYLOAD, header={"alg": "HS256", "crit": ["exp"]}), UNKNOWN_KEY),
    "a payload apart": (signed(PAYLOAD, header={"alg": "HS256", "b64": False, "crit": ["b64"]}), UNKNOWN_KEY),
    "a payload that is changed": (signed(PAYLOAD)[:60] + "A" + signed(PAYLOAD)[61:], UNKNOWN_KEY),
    "a payload that is no JSON": (signed(b"viewer"), BAD_CONTENT),
    "a payload that is no UTF-8": (signed(b'{"iss": "\xff"}'), BAD_CONTENT),
    "a payload that is no object": (signed([]), BAD_CONTENT),
    "a field that is not known": (signed(PAYLOAD | {"nbf": 1}), BAD_CONTENT),
    "an issuer that is not known": (signed(PAYLOAD | {"iss": "desk"}), BAD_CONTENT),
    "an ingest that says it is a PoP": (
        signed(PAYLOAD | {"iss": "pop"}, ingest=INGEST), "session is signed by an ingest and says that a PoP issued it",
    ),
    "a pseudonym with spaces": (signed(PAYLOAD | {"sub": "Mia Doe"}), BAD_CONTENT),
    "a pseudonym with a line": (signed(PAYLOAD | {"sub": "mia\n"}), BAD_CONTENT),
    "an empty pseudonym": (signed(PAYLOAD | {"sub": ""}), BAD_CONTENT),
    "eleven claims": (signed(PAYLOAD | {"claims": {f"c_{number}": "" for number in range(11)}}), BAD_CONTENT),
    "a claim's name in capitals": (signed(PAYLOAD | {"claims": {"Seat": "A"}}), BAD_CONTENT),
    "a claim's name that is long": (signed(PAYLOAD | {"claims": {"s" * 33: "A"}}), BAD_CONTENT),
    "a claim that is long": (signed(PAYLOAD | {"claims": {"seat": "A" * 65}}), BAD_CONTENT),
    "a claim with a line": (signed(PAYLOAD | {"claims": {"seat": "A\n12"}}), BAD_CONTENT),
    "a claim with a control character": (signed(PAYLOAD | {"claims": {"seat": "A\x9b2J"}}), BAD_CONTENT),
    "a claim that is a number": (signed(PAYLOAD | {"claims": {"seat": 12}}), BAD_CONTENT),
    "an end that is no number": (signed(PAYLOAD | {"exp": "never"}), BAD_CONTENT),
    "an end that is none": (signed(b'{"iss":"pop","sub":"a","event":"acme/drop","exp":NaN}'), BAD_CONTENT),
    "no end": (signed({name: value for name, value in PAYLOAD.items() if name != "exp"}), BAD_CONTENT),
    "an end that is now": (signed(PAYLOAD | {"exp": NOW}), "session has ended"),
    "an end long ago": (signed(PAYLOAD | {"exp": 0}), "session has ended"),
    "another event": (
        signed(PAYLOAD | {"event": "acme/tour"}), "session is for another event than the island that was asked",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("token", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_session_that_is_not_valid(token: str, text: str) -> None:
    """The text says what is wrong, and never quotes the token or what stands in it."""
    with pytest.raises(RefusedError) as refused:
        read(token)

    assert f"{text}, expected one from POST /v1/sessions or from a listed ingest" == refused.value.text
    assert Reason.SESSION_INVALID is refused.value.reason
    assert refused.value.__cause__ is None


def test_ingest_speaks_for_its_tenant() -> None:
    """Its key is good for the islands of the tenant that it is listed for, or for all if it is listed so."""
    elsewhere = signed(PAYLOAD | {"event": "globex/fair"}, ingest=INGEST)
    with pytest.raises(RefusedError, match=UNKNOWN_KEY):
        read(elsewhere, event="globex/fair")
    of_all = SessionKeys((SECRET,), {"*": (PUBLIC,)})

    assert "globex/fair" == open_session(elsewhere, keys=of_all, event="globex/fair", now=NOW).event


def test_time_is_the_one_that_is_given() -> None:
    """Not the machine's clock: the same token is good before its end and not after."""
    token = signed(PAYLOAD)
    assert "viewer-81" == read(token, now=1_800_000_059.9).pseudonym

    with pytest.raises(RefusedError, match="session has ended"):
        read(token, now=1_800_000_060.0)


WITHOUT = """
import sys
sys.modules["cryptography"] = None
from tests.tokens.test_session import INGEST, PAYLOAD, read, signed
print(read(signed(PAYLOAD)).pseudonym, read(signed(PAYLOAD, ingest=INGEST)).pseudonym)
"""


def test_library_cryptography_is_not_needed() -> None:
    """A PoP does not have it; both kinds of signature are verified without."""
    found = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)

    assert "viewer-81 viewer-81\n" == found.stdout


def test_key_of_an_ingest_signs_nothing_here() -> None:
    """A PoP has its public half alone, and PyJWT is told so."""
    with pytest.raises(TypeError, match=r"^an ingest's Ed25519 key verifies here, expected a secret to sign with$"):
        _jws().encode(b"{}", b"k" * 32, algorithm="EdDSA")
