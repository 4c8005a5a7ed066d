"""The calls of the table of cases, by the Python client. `calls.mjs` has the same by the TypeScript one."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from edge.client import PopClient
from edge.errors import LimitedError, RefusedError, SkerryError, UnreachableError
from edge.records import AskRequest, FeedbackRequest
from edge.records.consent import GivenPurpose
from edge.records.trees import TreeRequest

Case = dict[str, Any]
"""One row of the table."""

FAMILIES = ((LimitedError, "limited"), (RefusedError, "refused"), (UnreachableError, "unreachable"))


async def outcome_of(pop: PopClient, case: Case) -> dict[str, Any]:
    """What the call gave back, or the family and reason of its error."""
    try:
        question = AskRequest(island=case["island"], text=case.get("text", "do gulls dream of pelargonium"))
        found = await CALLS[case["call"]](pop, question, case)
    except SkerryError as error:
        family = next((name for kind, name in FAMILIES if isinstance(error, kind)), type(error).__name__)
        return {"family": family, "reason": error.reason.value}
    return built(found)


async def _asked(pop: PopClient, question: AskRequest, _case: Case) -> msgspec.Struct:
    return await pop.ask(question)


async def _chosen(pop: PopClient, question: AskRequest, case: Case) -> msgspec.Struct:
    offer = await pop.ask(question)
    return await pop.choose(question, offer, offer.options[case["pick"] - 1].snippet if case["pick"] else None)


async def _asked_in_session(pop: PopClient, question: AskRequest, _case: Case) -> dict[str, Any]:
    session = await pop.session(question.island)
    return built(await pop.ask(question, bearer=session.session)) | {"event": session.event}


async def _snippet(pop: PopClient, question: AskRequest, case: Case) -> msgspec.Struct:
    return await pop.snippet(question.island, case["snippet"])


async def _islands(pop: PopClient, _question: AskRequest, _case: Case) -> dict[str, Any]:
    return {"islands": [one.island for one in await pop.islands()]}


async def _trees(pop: PopClient, question: AskRequest, _case: Case) -> dict[str, Any]:
    return {"trees": [one.tree for one in (await pop.trees(question.island)).trees]}


async def _tree(pop: PopClient, question: AskRequest, case: Case) -> msgspec.Struct:
    response = await pop.tree(question.island, "my-order")
    for choice in case["presses"]:
        response = await pop.tree(question.island, "my-order", TreeRequest(token=response.token, choice=choice))
    return response


async def _feedback(pop: PopClient, question: AskRequest, case: Case) -> msgspec.Struct:
    receipt = case.get("receipt") or (await pop.ask(question)).receipt or ""
    return await pop.feedback(FeedbackRequest(receipt=receipt, helpful=True))


async def _agreed(pop: PopClient, question: AskRequest, case: Case) -> dict[str, Any]:
    """Each call about consent, as a page makes them: the sentence, one tap, taken back, given, what is in force."""
    island, bearer = question.island, (await pop.session(question.island)).session
    (shown, *_) = (await pop.purposes(island, locale=case.get("locale", ""))).purposes
    gives = [GivenPurpose(purpose=shown.purpose, version=shown.version, locale=shown.locale)]
    tapped = await pop.fastpath(question, gives, bearer=bearer)
    ended = await pop.take_back(island, [shown.purpose], bearer=bearer, token=tapped.consent.token or "")
    given = await pop.give_consent(island, gives, bearer=bearer)
    now = await pop.consents(island, bearer=bearer, token=given.token or "")
    return {
        "purpose": shown.purpose, "answer": tapped.answer, "tapped": [one.purpose for one in tapped.consent.in_force],
        "ended": [one.purpose for one in ended.in_force], "given": given.record is not None,
        "now": [one.purpose for one in now.in_force],
    }  # fmt: skip


async def _followed(pop: PopClient, question: AskRequest, case: Case) -> dict[str, Any]:
    asked = await pop.ask(question)
    kinds: list[str] = []
    reply = ""
    events = pop.follow(asked.ticket or "", case.get("token") or asked.ticket_token or "")
    async with contextlib.aclosing(events):
        async for event in events:
            kinds.append(event.kind)
            reply = event.status.reply if event.status else reply
    return {"kinds": kinds, "last": kinds[-1], "reply": reply}


def built(document: object) -> dict[str, Any]:
    """The record as JSON has it."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return found


CALLS: dict[str, Callable[[PopClient, AskRequest, Case], Awaitable[object]]] = {
    "ask": _asked,
    "choose": _chosen,
    "session": _asked_in_session,
    "snippet": _snippet,
    "islands": _islands,
    "trees": _trees,
    "tree": _tree,
    "feedback": _feedback,
    "agree": _agreed,
    "follow": _followed,
}
