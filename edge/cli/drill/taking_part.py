"""Viewers take part: they ask, agree, tap and get tickets over HTTP, as pages and a chat's ingest do it for them.

Some come a second time within an event, with a session of their own. Their tenant's system merges the two, and takes
some of these merges back.
"""

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from edge.cli.drill.fleet import Fleet
from edge.cli.drill.visits import ComesAgain, Entrance, Viewer, Visit
from edge.errors import UnreachableError
from edge.tokens import (
    SessionIssuer,
    SessionKeys,
    SignedSession,
    make_session,
    pseudonym_of,
    tenant_pseudonym_key,
)

AT_ONCE = 12
REPLIES = 20
"""Tickets that a person of the tenant replies to after each of its events."""

LIFE_S = 86_400.0
RECEIPT_MAC_BYTES, MIN_ID_BYTES = 16, 8

_PURPOSE = {"purpose": "help", "version": 1}
_BUSY, _TRIES, _PAUSE_S = {429, 503}, 50, 0.2
_IDS = ("ticket", "receipt", "leaf", "record", "merge")


class ToldVisit(NamedTuple):
    """What the responses to one visit told: ids by which its traces are known."""

    visit: Visit
    ids: frozenset[str]


class Crowd:
    """The viewers of a drill."""

    def __init__(self, fleet: Fleet, viewers: Sequence[Viewer], *, keeps_pseudonyms: bool = False) -> None:
        self._fleet, self._viewers, self._keeps = fleet, viewers, keeps_pseudonyms

    async def attend(self, visits: Sequence[Visit]) -> list[ToldVisit]:
        """All visits to one event, a few at once, in their order. Raises `UnreachableError` if a PoP refuses one."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(visit: Visit) -> ToldVisit:
            async with gate:
                return await self._visit(visit)

        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(one(visit)) for visit in visits]
        return [task.result() for task in running]

    async def _visit(self, visit: Visit) -> ToldVisit:
        ids: set[str] = set()
        headers = {"X-Forwarded-For": self._viewers[visit.viewer].address}
        named: dict[str, str] = {}
        own = ""
        if visit.entrance is Entrance.CHAT:
            headers["Skerry-Ingest-Token"] = self._fleet.ingest_token
            named["session"] = self._viewers[visit.viewer].name
            own = self._pseudonym(visit)
        elif visit.entrance is Entrance.PAGE:
            session = await self._session(visit, headers)
            headers["Authorization"] = f"Bearer {session}"
            ids.add(_claims(session)["sub"])
            own = _signed_name(session)
        # A consent is somebody's: it needs a session.
        consents = visit.consents and visit.entrance is not Entrance.NAMELESS
        for text in visit.texts:
            body: dict[str, Any] = {**named, "island": visit.event, "text": text, "channel": "chat"}
            if visit.wants_person:
                body["want"] = "person"
            if consents:
                body["gives"] = [_PURPOSE]
            path, consents = ("/v1/fastpath" if consents else "/v1/ask"), False
            response = await self._post(visit, path, body, headers)
            _collect(response, ids)
            if visit.taps:
                await self._tap(visit, response, {**named, "text": text, "channel": "chat"}, headers, ids)
        if visit.again is not None:
            await self._come_again(visit._replace(pop=visit.again.pop), visit.again, own, ids)
        return ToldVisit(visit, frozenset(ids))

    async def _come_again(self, visit: Visit, again: ComesAgain, own: str, ids: set[str]) -> None:
        """She asks people once more from a page, and the tenant's system merges that session with `own`."""
        headers = {"X-Forwarded-For": self._viewers[visit.viewer].address}
        session = await self._session(visit, headers)
        other = _signed_name(session)
        if other == own:
            # The planted fault: there is one session for all.
            return
        ids.add(_claims(session)["sub"])
        asked = {"island": visit.event, "text": again.text, "channel": "chat", "want": "person"}
        _collect(await self._post(visit, "/v1/ask", asked, {**headers, "Authorization": f"Bearer {session}"}), ids)
        token = {"Authorization": f"Bearer {self._fleet.desk_token}"}
        both = [{"island": visit.event, "session": name} for name in (own, other)]
        merged = await self._post(visit, "/v1/sessions/merge", {"sessions": both, "why": again.why}, token)
        _collect(merged, ids)
        if again.is_undone:
            undo = {"tenant": visit.event.partition("/")[0], "merge": merged["merge"], "why": f"not {again.why}"}
            _collect(await self._post(visit, "/v1/sessions/merge/undo", undo, token), ids)

    def _pseudonym(self, visit: Visit) -> str:
        """What a chat's viewer is called in her tickets: her tenant makes it with its key."""
        tenant, _, event = visit.event.partition("/")
        key = tenant_pseudonym_key(self._fleet.session_secret.encode(), tenant)
        return pseudonym_of(self._viewers[visit.viewer].name, event=event, key=key)

    async def _session(self, visit: Visit, headers: dict[str, str]) -> str:
        if self._keeps:
            return _same_session(self._viewers[visit.viewer], visit.event, self._fleet.session_secret)
        response = await self._post(visit, "/v1/sessions", {"island": visit.event}, headers)
        return str(response["session"])

    async def _tap(
        self, visit: Visit, response: dict[str, Any], body: dict[str, str], headers: dict[str, str], ids: set[str]
    ) -> None:
        receipt, options = response.get("receipt"), response.get("options")
        if receipt and options and response.get("none_of_these"):
            chosen = {**body, "receipt": receipt, "snippet": options[0]["snippet"]}
            _collect(await self._post(visit, "/v1/choice", chosen, headers), ids)
        elif receipt and response["outcome"] == "answer":
            await self._post(visit, "/v1/feedback", {"receipt": receipt, "helpful": True}, headers)

    async def _post(self, visit: Visit, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        """The response. While the machine has too much else to do, it is asked again."""
        for _ in range(_TRIES):
            url = self._fleet.pop_url(visit.pop) + path
            async with self._fleet.http.post(url, json=body, headers=headers) as response:
                found: dict[str, Any] = await response.json(content_type=None) if response.status != 204 else {}  # noqa: PLR2004
            if response.ok:
                return found
            if response.status not in _BUSY:
                break
            await asyncio.sleep(_PAUSE_S)
        raise UnreachableError(
            f"the PoP {visit.pop} answered {path} with status {response.status} ({found.get('reason')}), expected 2xx"
        )

    async def reply(self, token: str) -> None:
        """The person with this token replies to some tickets at the desk."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self._fleet.http.get(f"{self._fleet.desk_url}/v1/queue", headers=headers) as response:
            rows = (await response.json(content_type=None)).get("rows", [])
        tickets = [row["tickets"][0] for row in rows if row["tickets"]][:REPLIES]
        for ticket in tickets:
            url = f"{self._fleet.desk_url}/v1/tickets/{ticket}/reply"
            async with self._fleet.http.post(url, json={"text": "We look into it."}, headers=headers) as response:
                await response.read()


def _same_session(viewer: Viewer, event: str, secret: str) -> str:
    """A session as the fleet signs it, with a pseudonym that the viewer has at every event: the planted fault."""
    pseudonym = hashlib.sha256(viewer.name.encode()).hexdigest()[:20]
    now = time.time()
    session = SignedSession(SessionIssuer.POP, pseudonym, event, expires=now + LIFE_S, issued=now)
    return make_session(session, keys=SessionKeys((secret.encode(),)))


def _collect(response: dict[str, Any], ids: set[str]) -> None:
    """Every id that the response tells the viewer."""
    for part in (response, response.get("consent") or {}):
        ids.update(str(part[name]) for name in _IDS if part.get(name))
    if response.get("receipt"):
        ids.update(_inside(response["receipt"]))


def _inside(receipt: str) -> Iterator[str]:
    """The ids in a receipt, which anybody can read: its content stands behind a MAC (`edge.tokens`)."""
    content = msgspec.msgpack.decode(_base64(receipt)[RECEIPT_MAC_BYTES:])
    yield from (value.hex() for value in content if isinstance(value, bytes) and len(value) >= MIN_ID_BYTES)


def _signed_name(session: str) -> str:
    """What a session that a PoP signed is called in tickets."""
    return f"signed:pop:{_claims(session)['sub']}"


def _claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_base64(token.split(".")[1]))
    return found


def _base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
