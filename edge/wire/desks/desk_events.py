"""What desks report back, each in its own way: whether it is genuine, which ticket it means, how far that has come.

`http`, `webhook` and `nats` desks send Standard Webhooks of the types `ticket.acknowledged`, `ticket.answered` and
`ticket.resolved` with `{"data": {"ticket": …, "reply": …}}`. Chatwoot's and Zammad's own webhooks are understood:
developers.chatwoot.com (webhooks, "Verifying"), admin-docs.zammad.org/en/latest/manage/webhook (headers).
Pure: bytes in, a report out, or `RefusedError`. Nobody's words are quoted.

A Standard Webhook's `data` may also state what became of the suggested answer: `"suggestion": "used"`, `"edited"` or
`"ignored"`.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from edge.errors import RefusedError
from edge.records import DeskEvent, Suggestion, TicketState
from edge.wire.desks.standard_webhooks import check_fresh, header_bytes, read_secret, unsigned, verify, wrongly_signed

MAX_REPLY_CHARACTERS = 4_000
_REPORTED = (TicketState.ACKNOWLEDGED, TicketState.ANSWERED, TicketState.RESOLVED)
_TYPES = {f"ticket.{state}": state for state in _REPORTED}
_OUTGOING = frozenset({1, "outgoing"})
_CHATWOOT_STATES = {"resolved": TicketState.RESOLVED, "open": TicketState.ACKNOWLEDGED}
_ZAMMAD_STATES = {"closed": TicketState.RESOLVED, "open": TicketState.ACKNOWLEDGED}


def read_desk_event(
    kind: str, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float
) -> DeskEvent | None:
    """The report that a desk of `kind` signed with one of `secrets`; None when it says nothing about a ticket's state.

    `headers` are looked up without regard to case; `now` is in Unix seconds. Raises `RefusedError`: unsigned, signed by
    another, too old (`SIGNATURE_INVALID`), or not of the desk's form (`MALFORMED`).
    """
    if not secrets:
        raise unsigned("a webhook_secret_files entry for this origin")
    return _READERS[kind](secrets, headers, body, now)


def _standard(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> DeskEvent | None:
    message_id = verify([read_secret(text) for text in secrets], headers, body, now=now)
    event = _decode(body)
    state = _TYPES.get(_text(event, "type"))
    if state is None:
        return None
    report = _report(message_id, _text(event, "data", "ticket"), state, _text(event, "data", "reply"))
    return msgspec.structs.replace(report, suggestion=_suggestion(_text(event, "data", "suggestion")))


def _chatwoot(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> DeskEvent | None:
    """Status changes, and public messages that an agent wrote."""
    timestamp = headers.get("X-Chatwoot-Timestamp", "")
    _check_hmac(secrets, headers.get("X-Chatwoot-Signature", ""), "sha256", header_bytes(timestamp) + b"." + body)
    check_fresh(timestamp, now)
    event = _decode(body)
    name = _text(event, "event")
    conversation = event if name == "conversation_status_changed" else _part(event, "conversation")
    ticket = _text(conversation, "custom_attributes", "skerry_ticket")
    if not ticket:
        return None
    # Not the header X-Chatwoot-Delivery: the signature does not cover it.
    report_id = hashlib.sha256(body).hexdigest()
    if name == "conversation_status_changed":
        state = _CHATWOOT_STATES.get(_text(conversation, "status"))
        by_people = state is TicketState.RESOLVED or bool(_part(conversation, "meta").get("assignee"))
        return _report(report_id, ticket, state, "") if state and by_people else None
    if name == "message_created" and event.get("message_type") in _OUTGOING and event.get("private") is False:
        return _report(report_id, ticket, TicketState.ANSWERED, _text(event, "content"))
    return None


def _zammad(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> DeskEvent | None:
    """A trigger's default payload. It carries no time of its own: a replay is recognised by its body's hash."""
    del now
    _check_hmac(secrets, headers.get("X-Hub-Signature", ""), "sha1", body)
    event = _decode(body)
    ticket = _text(event, "ticket", "skerry_ticket")
    # Not the header X-Zammad-Delivery: the signature does not cover it.
    report_id = hashlib.sha256(body).hexdigest()
    state = _ZAMMAD_STATES.get(_text(event, "ticket", "state"))
    article = _part(event, "article")
    public = article.get("internal") is False and _text(article, "sender") == "Agent"
    reply = _text(article, "body") if public else ""
    if reply and state is not TicketState.RESOLVED:
        state = TicketState.ANSWERED
    return _report(report_id, ticket, state, reply) if ticket and state else None


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


def _report(report_id: str, ticket: str, state: TicketState, reply: str) -> DeskEvent:
    return DeskEvent(id=report_id, ticket=ticket, state=state, reply=reply[:MAX_REPLY_CHARACTERS])


def _suggestion(said: str) -> Suggestion | None:
    try:
        return Suggestion(said) if said else None
    except ValueError:
        raise RefusedError(f"the callback's suggestion is none, expected one of {', '.join(Suggestion)}") from None


def _decode(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError("the callback is not a JSON object, expected what the desk documents") from error


def _part(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _text(document: Mapping[str, Any], *path: str) -> str:
    """The text at `path`, empty when there is none; `{"name": …}`, as Zammad writes what a table holds, likewise."""
    for name in path[:-1]:
        document = _part(document, name)
    found = document.get(path[-1])
    if isinstance(found, dict):
        found = found.get("name")
    return found if isinstance(found, str) else ""
