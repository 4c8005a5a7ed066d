"""Read the webhooks of desks: verify the signature, then extract the desk event.

Desks of the kinds `http`, `webhook` and `nats` send Standard Webhooks of the types `ticket.acknowledged`,
`ticket.answered` and `ticket.resolved` with `{"data": {"ticket": …, "reply": …}}`. `data` may also say what people did
with the suggested answer: `"suggestion": "used"`, `"edited"` or `"ignored"`.

Chatwoot and Zammad send their own webhooks. Sources: developers.chatwoot.com (webhooks, "Verifying"),
admin-docs.zammad.org/en/latest/manage/webhook (headers).

Pure: bytes in, a desk event out, or `RefusedError`. Errors quote neither the body nor a secret.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from edge.errors import RefusedError
from edge.records import DECODE_ERRORS, DeskEvent, Suggestion, TicketState
from edge.wire.desks.replies import MARKDOWN, reply_text
from edge.wire.desks.standard_webhooks import check_fresh, header_bytes, read_secret, unsigned, verify, wrongly_signed

MAX_REPLY_CHARACTERS = 4_000
_REPORTED = (TicketState.ACKNOWLEDGED, TicketState.ANSWERED, TicketState.RESOLVED)
_TYPES = {f"ticket.{state}": state for state in _REPORTED}
_OUTGOING = frozenset({1, "outgoing"})
BOTS = frozenset({"agent_bot", "captain_assistant"})
"""Chatwoot's types of senders that are no people: viewers were promised a person, and nobody approved a bot's words."""

_CHATWOOT_STATES = {"resolved": TicketState.RESOLVED, "open": TicketState.ACKNOWLEDGED}
_ZAMMAD_MERGED = "merged"
_ZAMMAD_STATES = {
    "open": TicketState.ACKNOWLEDGED,
    "pending reminder": TicketState.ACKNOWLEDGED,
    "pending close": TicketState.ACKNOWLEDGED,
    "closed": TicketState.RESOLVED,
    _ZAMMAD_MERGED: TicketState.RESOLVED,
}
"""By the names that Zammad comes with: a trigger's payload does not say of which type a state is."""


def read_desk_event(
    kind: str, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float
) -> DeskEvent | None:
    """The desk event in a webhook of a desk of `kind`, signed with one of `secrets`. None: it has no ticket's state.

    `headers` must ignore case; `now` is in Unix seconds. Raises `RefusedError`: `SIGNATURE_INVALID` if the webhook is
    not signed, wrongly signed or too old, `MALFORMED` if it does not have the desk's form.
    """
    if not secrets:
        raise unsigned("a webhook_secret_files entry for this origin")
    return _READERS[kind](secrets, headers, body, now)


def _standard(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> DeskEvent | None:
    message_id = verify([read_secret(text) for text in secrets], headers, body, now=now)
    document = _decode(body)
    state = _TYPES.get(_text(document, "type"))
    if state is None:
        return None
    event = _desk_event(message_id, _text(document, "data", "ticket"), state, _text(document, "data", "reply"))
    return msgspec.structs.replace(event, suggestion=_suggestion(_text(document, "data", "suggestion")))


def _chatwoot(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> DeskEvent | None:
    """Status changes, and public messages of agents. Other events of Chatwoot are None."""
    timestamp = headers.get("X-Chatwoot-Timestamp", "")
    _check_hmac(secrets, headers.get("X-Chatwoot-Signature", ""), "sha256", header_bytes(timestamp) + b"." + body)
    check_fresh(timestamp, now)
    document = _decode(body)
    name = _text(document, "event")
    conversation = document if name == "conversation_status_changed" else _part(document, "conversation")
    ticket = _text(conversation, "custom_attributes", "skerry_ticket")
    if not ticket:
        return None
    # Not the header X-Chatwoot-Delivery: the signature does not cover it, so a replay could have another one.
    event_id = hashlib.sha256(body).hexdigest()
    if name == "conversation_status_changed":
        state = _CHATWOOT_STATES.get(_text(conversation, "status"))
        # We open the conversation ourselves. `open` means that people have it only once it is assigned.
        by_people = state is TicketState.RESOLVED or bool(_part(conversation, "meta").get("assignee"))
        return _desk_event(event_id, ticket, state, "") if state and by_people else None
    if _text(document, "sender", "type") in BOTS:
        return None
    if name == "message_created" and document.get("message_type") in _OUTGOING and document.get("private") is False:
        reply = reply_text(_text(document, "content"), MARKDOWN)
        # A picture alone is no reply that a viewer could read, but a person is at work.
        return _desk_event(event_id, ticket, TicketState.ANSWERED if reply else TicketState.ACKNOWLEDGED, reply)
    return None


def _zammad(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> DeskEvent | None:
    """The default payload of a trigger. It has no time, so a replay is recognised by the hash of its body."""
    del now
    _check_hmac(secrets, headers.get("X-Hub-Signature", ""), "sha1", body)
    document = _decode(body)
    ticket = _text(document, "ticket", "skerry_ticket")
    # Not the header X-Zammad-Delivery: the signature does not cover it, so a replay could have another one.
    event_id = hashlib.sha256(body).hexdigest()
    state = _ZAMMAD_STATES.get(_text(document, "ticket", "state"))
    article = _part(document, "article")
    # Zammad's own article in a merged ticket is public, and in the name of an agent.
    is_merged = _text(document, "ticket", "state") == _ZAMMAD_MERGED
    public = article.get("internal") is False and _text(article, "sender") == "Agent" and not is_merged
    reply = reply_text(_text(article, "body"), _text(article, "content_type")) if public else ""
    # A reply says more than `open`, but a closed ticket stays resolved.
    if reply and state is not TicketState.RESOLVED:
        state = TicketState.ANSWERED
    return _desk_event(event_id, ticket, state, reply) if ticket and state else None


_READERS: dict[str, Callable[[Sequence[str], Mapping[str, str], bytes, float], DeskEvent | None]] = {
    "http": _standard,
    "webhook": _standard,
    "nats": _standard,
    "chatwoot": _chatwoot,
    "zammad": _zammad,
}


def _check_hmac(secrets: Sequence[str], signature: str, algorithm: str, content: bytes) -> None:
    if not signature:
        raise unsigned(f"an HMAC-{algorithm.upper()} of its body")
    for secret in secrets:
        expected = f"{algorithm}={hmac.new(secret.encode(), content, algorithm).hexdigest()}"
        if hmac.compare_digest(expected.encode(), header_bytes(signature)):
            return
    raise wrongly_signed()


def _desk_event(event_id: str, ticket: str, state: TicketState, reply: str) -> DeskEvent:
    return DeskEvent(id=event_id, ticket=ticket, state=state, reply=reply[:MAX_REPLY_CHARACTERS])


def _suggestion(text: str) -> Suggestion | None:
    try:
        return Suggestion(text) if text else None
    except ValueError:
        raise RefusedError(f"the webhook's suggestion is unknown, expected one of {', '.join(Suggestion)}") from None


def _decode(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except DECODE_ERRORS as error:
        raise RefusedError("the webhook is not a JSON object, expected what the desk documents") from error


def _part(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _text(document: Mapping[str, Any], *path: str) -> str:
    """The text at `path`, or an empty one. A `{"name": …}` there gives the name: Zammad writes states in that form."""
    for name in path[:-1]:
        document = _part(document, name)
    value = document.get(path[-1])
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""
