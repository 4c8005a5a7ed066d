"""Webhooks of every kind of desk: genuine ones are read, all others are refused."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from multidict import CIMultiDict
from nacl.signing import SigningKey
from standardwebhooks import Webhook

from edge.errors import Reason, RefusedError
from edge.records import DeskEvent, TicketState
from edge.wire.desks import read_desk_event, read_secret
from edge.wire.desks.standard_webhooks import sign, verify

NOW = 1_788_000_000.0
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Signed = tuple[dict[str, str], bytes]


def standard(event: dict[str, Any], *, at: float = NOW, secret: str = SECRET, name: str = "m1") -> Signed:
    """A webhook signed by the reference library."""
    body = msgspec.json.encode(event)
    when = datetime.fromtimestamp(at, UTC)
    signature = Webhook(secret).sign(name, when, body.decode())
    return {"Webhook-Id": name, "Webhook-Timestamp": str(int(at)), "Webhook-Signature": signature}, body


def chatwoot(event: dict[str, Any], *, at: float = NOW, secret: str = "chat") -> Signed:
    """A webhook signed as Chatwoot does."""
    body = msgspec.json.encode(event)
    digest = hmac.new(secret.encode(), f"{int(at)}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Chatwoot-Timestamp": str(int(at)), "X-Chatwoot-Signature": f"sha256={digest}"}
    return {**headers, "X-Chatwoot-Delivery": "m1"}, body


def zammad(event: dict[str, Any], *, secret: str = "zam") -> Signed:
    """A webhook signed as Zammad does."""
    body = msgspec.json.encode(event)
    return {"X-Hub-Signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}, body


SECRETS = {"webhook": SECRET, "http": SECRET, "chatwoot": "chat", "zammad": "zam"}


def read(kind: str, signed: Signed, now: float = NOW) -> DeskEvent | None:
    """Read with two secrets: one that was rotated out, and the right one."""
    old = {"chatwoot": "old", "zammad": "old"}.get(kind, "whsec_" + base64.b64encode(bytes(24)).decode())
    return read_desk_event(kind, [old, SECRETS[kind]], CIMultiDict(signed[0]), signed[1], now=now)


def conversation(**fields: Any) -> dict[str, Any]:
    """A conversation of Chatwoot about ticket t1."""
    return {"id": 5, "custom_attributes": {"skerry_ticket": "t1"}, **fields}


def zammad_ticket(state: str, **article: Any) -> dict[str, Any]:
    """Zammad's default payload about ticket t1."""
    return {"ticket": {"id": 3, "skerry_ticket": "t1", "state": {"name": state}}, "article": article}


UNDERSTOOD: dict[str, tuple[str, Signed, TicketState, str]] = {
    "webhook acknowledged": (
        "webhook",
        standard({"type": "ticket.acknowledged", "data": {"ticket": "t1"}}),
        TicketState.ACKNOWLEDGED,
        "",
    ),
    "webhook answered": (
        "http",
        standard({"type": "ticket.answered", "data": {"ticket": "t1", "reply": "soon"}}),
        TicketState.ANSWERED,
        "soon",
    ),
    "chatwoot resolved": (
        "chatwoot",
        chatwoot({"event": "conversation_status_changed", **conversation(status="resolved")}),
        TicketState.RESOLVED,
        "",
    ),
    "chatwoot assigned": (
        "chatwoot",
        chatwoot({"event": "conversation_status_changed", **conversation(status="open", meta={"assignee": {"id": 1}})}),
        TicketState.ACKNOWLEDGED,
        "",
    ),
    "chatwoot replied": (
        "chatwoot",
        chatwoot(
            {
                "event": "message_created",
                "message_type": "outgoing",
                "private": False,
                "content": "on its way",
                "conversation": conversation(),
            }
        ),
        TicketState.ANSWERED,
        "on its way",
    ),
    "zammad opened": ("zammad", zammad(zammad_ticket("open")), TicketState.ACKNOWLEDGED, ""),
    "zammad replied": (
        "zammad",
        zammad(zammad_ticket("open", internal=False, sender="Agent", body="look here")),
        TicketState.ANSWERED,
        "look here",
    ),
    "zammad replied in its editor": (
        "zammad",
        zammad(
            zammad_ticket(
                "open",
                internal=False,
                sender="Agent",
                content_type="text/html",
                body="<div>look <b>here</b></div><div data-signature>Ana</div>",
            )
        ),
        TicketState.ANSWERED,
        "look here",
    ),
    "chatwoot replied with a picture": (
        "chatwoot",
        chatwoot(
            {
                "event": "message_created",
                "message_type": "outgoing",
                "private": False,
                "content": None,
                "conversation": conversation(),
            }
        ),
        TicketState.ACKNOWLEDGED,
        "",
    ),
    "zammad merged, with its own article": (
        "zammad",
        zammad(zammad_ticket("merged", internal=False, sender="Agent", body="merged")),
        TicketState.RESOLVED,
        "",
    ),
    "zammad merged": ("zammad", zammad(zammad_ticket("merged")), TicketState.RESOLVED, ""),
    "zammad closed": ("zammad", zammad(zammad_ticket("closed")), TicketState.RESOLVED, ""),
}


@pytest.mark.parametrize(("kind", "signed", "state", "reply"), UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
def test_desk_event_is_read(kind: str, signed: Signed, state: TicketState, reply: str) -> None:
    """It has the ticket, its state and the reply."""
    event = read(kind, signed)

    assert event is not None
    assert (event.ticket, event.state, event.reply) == ("t1", state, reply)
    assert event.id == ("m1" if kind in {"webhook", "http"} else hashlib.sha256(signed[1]).hexdigest())


@pytest.mark.parametrize(("kind", "header"), [("chatwoot", "X-Chatwoot-Delivery"), ("zammad", "X-Zammad-Delivery")])
def test_replay_with_another_delivery_id_is_the_same_event(kind: str, header: str) -> None:
    """A header that the signature does not cover has no effect."""
    signed = chatwoot(CHAT) if kind == "chatwoot" else zammad(zammad_ticket("closed"))
    first, again = read(kind, signed), read(kind, ({**signed[0], header: "m2"}, signed[1]))

    assert first == again


NOTHING = {
    "webhook of another type": ("webhook", standard({"type": "user.created", "data": {}})),
    "chatwoot's private note": (
        "chatwoot",
        chatwoot(
            {"event": "message_created", "message_type": "outgoing", "private": True, "conversation": conversation()}
        ),
    ),
    "chatwoot opened by us": (
        "chatwoot",
        chatwoot({"event": "conversation_status_changed", **conversation(status="open")}),
    ),
    "chatwoot without a ticket": ("chatwoot", chatwoot({"event": "message_created"})),
    "chatwoot bot": (
        "chatwoot",
        chatwoot(
            {
                "event": "message_created",
                "message_type": "outgoing",
                "private": False,
                "content": "it ships never",
                "sender": {"id": 1, "name": "Bot", "type": "agent_bot"},
                "conversation": conversation(),
            }
        ),
    ),
    "zammad without a ticket": ("zammad", zammad({"ticket": {"state": "closed"}})),
    "zammad new": ("zammad", zammad(zammad_ticket("new", internal=True, sender="Agent", body="note"))),
}


@pytest.mark.parametrize(("kind", "signed"), NOTHING.values(), ids=NOTHING.keys())
def test_webhook_about_no_ticket(kind: str, signed: Signed) -> None:
    """Desks also send webhooks that are not about a ticket's state."""
    assert read(kind, signed) is None


def flipped(signed: Signed) -> Signed:
    """The same signature with another body."""
    return signed[0], signed[1].replace(b"t1", b"t2")


EVENT = {"type": "ticket.resolved", "data": {"ticket": "t1"}}
CHAT = {"event": "conversation_status_changed", **conversation(status="resolved")}
REFUSED: dict[str, tuple[str, Signed, str]] = {
    "webhook unsigned": (
        "webhook",
        ({}, b"{}"),
        "the webhook is not signed, expected webhook-id, webhook-timestamp and webhook-signature",
    ),
    "webhook changed": ("webhook", flipped(standard(EVENT)), "the webhook's signature does not match its body"),
    "webhook by a stranger": (
        "webhook",
        standard(EVENT, secret="whsec_" + base64.b64encode(b"s" * 24).decode()),
        "the webhook's signature does not match its body",
    ),
    "webhook replayed later": (
        "webhook",
        standard(EVENT, at=NOW - 301),
        "the webhook's time is not within 300 s of now",
    ),
    "webhook from the future": (
        "webhook",
        standard(EVENT, at=NOW + 301),
        "the webhook's time is not within 300 s of now",
    ),
    "chatwoot unsigned": ("chatwoot", ({}, b"{}"), "the webhook is not signed, expected an HMAC-SHA256 of its body"),
    "chatwoot changed": ("chatwoot", flipped(chatwoot(CHAT)), "the webhook's signature does not match its body"),
    "chatwoot replayed later": (
        "chatwoot",
        chatwoot(CHAT, at=NOW - 301),
        "the webhook's time is not within 300 s of now",
    ),
    "zammad unsigned": ("zammad", ({}, b"{}"), "the webhook is not signed, expected an HMAC-SHA1 of its body"),
    "zammad changed": (
        "zammad",
        flipped(zammad(zammad_ticket("closed"))),
        "the webhook's signature does not match its body",
    ),
}


JUNK = "\udcff"
"""A byte that is not UTF-8, as aiohttp passes it on."""

REFUSED_JUNK: dict[str, tuple[str, Signed]] = {
    "webhook's signature": ("webhook", ({**standard(EVENT)[0], "Webhook-Signature": f"v1,{JUNK}"}, b"{}")),
    "webhook's id": ("webhook", ({**standard(EVENT)[0], "Webhook-Id": JUNK}, b"{}")),
    "webhook's time": ("webhook", ({**standard(EVENT)[0], "Webhook-Timestamp": JUNK}, b"{}")),
    "chatwoot's signature": ("chatwoot", ({**chatwoot(CHAT)[0], "X-Chatwoot-Signature": JUNK}, b"{}")),
    "chatwoot's time": ("chatwoot", ({**chatwoot(CHAT)[0], "X-Chatwoot-Timestamp": JUNK}, b"{}")),
    "zammad's signature": ("zammad", ({"X-Hub-Signature": JUNK}, b"{}")),
}


@pytest.mark.parametrize(("kind", "signed"), REFUSED_JUNK.values(), ids=REFUSED_JUNK.keys())
def test_headers_that_are_not_text_are_refused(kind: str, signed: Signed) -> None:
    """They are refused like a wrong signature."""
    with pytest.raises(RefusedError) as caught:
        read(kind, signed)
    assert caught.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize(("kind", "signed", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_forged_webhook_is_refused(kind: str, signed: Signed, text: str) -> None:
    """It is refused before its body is decoded."""
    with pytest.raises(RefusedError) as caught:
        read(kind, signed)
    assert (caught.value.reason, caught.value.text) == (Reason.SIGNATURE_INVALID, text)


def test_webhook_without_a_secret_is_refused() -> None:
    """Without a secret no webhook of this origin is genuine."""
    with pytest.raises(RefusedError, match="expected a webhook_secret_files entry for this origin"):
        read_desk_event("webhook", [], CIMultiDict(), b"{}", now=NOW)


@pytest.mark.parametrize("sign_body", [standard, chatwoot, zammad])
def test_signed_webhook_that_is_not_an_object(sign_body: Callable[..., Signed]) -> None:
    """A body of another form is refused as malformed."""
    kind = {"standard": "webhook"}.get(sign_body.__name__, sign_body.__name__)

    with pytest.raises(RefusedError, match=r"^the webhook is not a JSON object, expected what the desk documents$"):
        read(kind, sign_body([1]))


def test_webhook_signed_with_an_ed25519_key() -> None:
    """The PoP knows only the public key."""
    key = SigningKey(bytes(range(32)))
    private = read_secret("whsk_" + base64.b64encode(bytes(key)).decode())
    public = "whpk_" + base64.b64encode(bytes(key.verify_key)).decode()
    body = msgspec.json.encode(EVENT)
    headers = sign([private], "m9", int(NOW), body)

    event = read_desk_event("webhook", [public], CIMultiDict(headers), body, now=NOW)
    assert event == DeskEvent(id="m9", ticket="t1", state=TicketState.RESOLVED)
    with pytest.raises(RefusedError, match="does not match"):
        read_desk_event("webhook", [public], CIMultiDict(headers), body + b" ", now=NOW)


def test_long_reply_is_cut() -> None:
    """It is cut at 4,000 characters."""
    document = {"type": "ticket.answered", "data": {"ticket": "t1", "reply": "x" * 5_000}}
    event = read("webhook", standard(document))

    assert event is not None
    assert len(event.reply) == 4_000


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_c2hvcnQ=", "whpk_AAAA", "whsk_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_*"]
)
def test_text_that_is_not_a_secret(text: str) -> None:
    """The error does not quote it."""
    with pytest.raises(RefusedError) as caught:
        read_secret(text)
    assert caught.value.text == "not a webhook secret, expected whsec_, whsk_ or whpk_ and 24 to 64 bytes in Base64"


def test_both_kinds_of_signature() -> None:
    """While secrets are rotated, each receiver finds a signature that it can verify."""
    keys = [read_secret(SECRET), read_secret("whsk_" + base64.b64encode(bytes(32)).decode())]

    entries = sign(keys, "m", 1, b"{}")["webhook-signature"].split()
    assert [entry.partition(",")[0] for entry in entries] == ["v1", "v1a"]


@pytest.mark.parametrize("name", ["\udcff\udcfe", "a\x01", "a\u202eb", "a\nb", "x" * 257])
def test_webhook_id_that_is_no_text(name: str) -> None:
    """It is refused although the signature holds: the id is stored, and shown to operators."""
    body, secret = b"{}", read_secret("whsec_" + "c2tlcnJ5" * 4)
    headers = sign([secret], name, 1_700_000_000, body)

    with pytest.raises(RefusedError, match=r"^webhook-id is no id, expected at most 256 printable characters$"):
        verify([secret], headers, body, now=1_700_000_000.0)


def test_webhook_that_is_nested_too_deep() -> None:
    """A signed body that no decoder can follow is refused like any other that is no JSON object."""
    body, secret = b'{"data":' * 5_000, "whsec_" + "c2tlcnJ5" * 4
    headers = sign([read_secret(secret)], "id-1", 1_700_000_000, body)

    with pytest.raises(RefusedError, match=r"^the webhook is not a JSON object, expected what the desk documents$"):
        read_desk_event("webhook", [secret], headers, body, now=1_700_000_000.0)
