"""Fake desks with the documented forms and errors of the real APIs, and a list of what their people see.

Forms as in developers.chatwoot.com/api-reference (application API v1, Chatwoot 4) and docs.zammad.org/en/latest/api
(REST API v1, Zammad 6 and 7). What the documents leave out is as in the two projects' own tests and sources: the order
of Chatwoot's conversations (`sort_by`), Zammad's search by `condition`, its links, and articles that a merge moves.
"""

import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError


class FakeDesk:
    """The common part of all desks: an application, what their people see, and faults that a test can set.

    The next call gets the status `fail_with`. Call number `break_at` takes effect, and then its connection breaks.
    `fault` gives the response to a call in place of the desk's, or None; it may wait.
    """

    def __init__(self) -> None:
        self.fail_with: int | None = None
        self.break_at = 0
        self.calls = 0
        self.fault: Callable[[web.Request], Awaitable[web.StreamResponse | None]] | None = None
        self.app = web.Application(middlewares=[self._faulty])

    def seen(self) -> list[tuple[str, str]]:
        """For each ticket that people see: its id and its question."""
        raise NotImplementedError

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls += 1
        if self.fail_with is not None:
            status, self.fail_with = self.fail_with, None
            return web.json_response({"error": "made by the test"}, status=status)
        if self.fault is not None and (instead := await self.fault(request)) is not None:
            return instead
        response: web.StreamResponse = await handler(request)
        if self.calls == self.break_at and request.transport is not None:
            request.transport.abort()
        return response


class WebhookDesk(FakeDesk):
    """Verifies with the reference library, and accepts each `webhook-id` once."""

    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    def __init__(self) -> None:
        super().__init__()
        self.accepted: dict[str, dict[str, Any]] = {}
        self.headers: list[dict[str, str]] = []
        self.app.router.add_post("/hook", self._accept)

    def seen(self) -> list[tuple[str, str]]:
        """Every accepted ticket."""
        return [(name, event["data"]["text"]) for name, event in self.accepted.items()]

    async def _accept(self, request: web.Request) -> web.Response:
        headers = {key.lower(): value for key, value in request.headers.items()}
        self.headers.append(headers)
        try:
            event = Webhook(self.secret).verify(await request.read(), headers)
        except WebhookVerificationError as error:
            return web.json_response({"error": str(error)}, status=401)
        self.accepted.setdefault(headers["webhook-id"], event)
        return web.json_response({"ok": True})


class ChatwootDesk(FakeDesk):
    """Application API of one account, one inbox of type API."""

    token, account, inbox = "bot-token", 3, 7
    messages_a_page = 20
    messages_after = 100

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[int, dict[str, Any]] = {}
        self.conversations: dict[int, dict[str, Any]] = {}
        self.agents = ["online", "busy", "offline"]
        self._last = 0
        root = f"/api/v1/accounts/{self.account}"
        conversation = root + r"/conversations/{id:\d+}"
        self.app.add_routes(
            [
                web.post(root + "/contacts/filter", self._filter),
                web.post(root + "/contacts", self._contact),
                web.get(root + r"/contacts/{id:\d+}/conversations", self._of_contact),
                web.post(root + "/conversations", self._converse),
                web.get(root + "/conversations", self._list),
                web.get(root + "/agents", self._list_agents),
                web.get(conversation, self._details),
                web.get(conversation + "/messages", self._messages),
                web.post(conversation + "/messages", self._message),
                web.post(conversation + "/labels", self._labels),
                web.post(conversation + "/toggle_status", self._toggle),
            ]
        )

    def seen(self) -> list[tuple[str, str]]:
        """Open conversations, which agents see."""
        visible = [chat for chat in self.conversations.values() if chat["status"] == "open"]
        return [(chat["custom_attributes"]["skerry_ticket"], chat["messages"][0]["content"]) for chat in visible]

    def _check(self, request: web.Request) -> None:
        if request.headers.get("api_access_token") != self.token:
            text = json.dumps({"errors": ["You need to sign in or sign up before continuing."]})
            raise web.HTTPUnauthorized(text=text, content_type="application/json")

    async def _filter(self, request: web.Request) -> web.Response:
        """Filter contacts by one attribute. Case is ignored."""
        self._check(request)
        (wanted,) = (await request.json())["payload"]
        assert "equal_to" == wanted["filter_operator"]
        values = [value.lower() for value in wanted["values"]]
        contacts = [contact for contact in self.contacts.values() if contact[wanted["attribute_key"]].lower() in values]
        return web.json_response({"meta": {"count": len(contacts), "current_page": "1"}, "payload": contacts})

    async def _contact(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        if any(contact["identifier"] == body["identifier"] for contact in self.contacts.values()):
            return web.json_response({"message": "Identifier has already been taken"}, status=422)
        number = len(self.contacts) + 1
        entry = {"source_id": f"source-{number}", "inbox": {"id": body["inbox_id"], "name": "Viewers"}}
        self.contacts[number] = {
            "id": number,
            "name": body["name"],
            "identifier": body["identifier"],
            "contact_inboxes": [entry],
        }
        return web.json_response({"payload": {"contact": self.contacts[number], "contact_inbox": entry}})

    async def _of_contact(self, request: web.Request) -> web.Response:
        self._check(request)
        number = int(request.match_info["id"])
        theirs = [chat for chat in self.conversations.values() if chat["contact_id"] == number]
        return web.json_response({"payload": [self._shown(chat) for chat in theirs]})

    async def _list(self, request: web.Request) -> web.Response:
        """A page of two conversations, the newest message first; an empty page after the last."""
        self._check(request)
        assert "all" == request.query["status"]
        first = 2 * (int(request.query["page"]) - 1)
        newest_first = sorted(self.conversations.values(), key=_last_activity, reverse=True)
        page = [
            {name: value for name, value in chat.items() if name != "messages"}
            | {"last_activity_at": 1_788_264_000 + 100 * _last_activity(chat)}
            for chat in newest_first[first : first + 2]
        ]
        return web.json_response({"data": {"meta": {"all_count": len(self.conversations)}, "payload": page}})

    async def _list_agents(self, request: web.Request) -> web.Response:
        self._check(request)
        people = [{"id": number, "availability_status": one} for number, one in enumerate(self.agents)]
        return web.json_response(people)

    async def _converse(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        if body["source_id"] not in {f"source-{number}" for number in self.contacts}:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        # The number of one that was deleted is not given again.
        number = self._last = max(self._last, *self.conversations, 0) + 1
        self.conversations[number] = {**body, "id": number, "messages": [], "labels": []}
        return web.json_response({"id": number, "account_id": self.account, "inbox_id": body["inbox_id"]})

    async def _details(self, request: web.Request) -> web.Response:
        """A conversation with its newest message."""
        self._check(request)
        return web.json_response(self._shown(self._requested(request)))

    def _shown(self, chat: dict[str, Any]) -> dict[str, Any]:
        """There is no assignee until somebody is."""
        shown = {name: value for name, value in chat.items() if name not in {"messages", "assignee", "assignee_type"}}
        meta = {"sender": {"id": chat["contact_id"]}, "channel": "Channel::Api", "hmac_verified": False}
        meta |= {name: chat[name] for name in ("assignee", "assignee_type") if name in chat}
        return {**shown, "meta": meta, "messages": chat["messages"][-1:], "can_reply": True}

    async def _messages(self, request: web.Request) -> web.Response:
        """The newest page; with `before`, the newest older ones; with `after`, at most a hundred newer ones."""
        self._check(request)
        if "after" in request.query:
            newer = [one for one in self._requested(request)["messages"] if one["id"] > int(request.query["after"])]
            return web.json_response({"meta": {}, "payload": newer[: self.messages_after]})
        before = int(request.query.get("before", 1_000_000))
        older = [message for message in self._requested(request)["messages"] if message["id"] < before]
        return web.json_response({"meta": {}, "payload": older[-self.messages_a_page :]})

    async def _message(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        kind = {"incoming": 0, "outgoing": 1}[body["message_type"]]
        messages = self._requested(request)["messages"]
        messages.append(
            {"id": self._next_message(), "private": False, "created_at": 1_788_264_000, **body, "message_type": kind}
        )
        return web.json_response(messages[-1])

    async def _labels(self, request: web.Request) -> web.Response:
        self._check(request)
        self._requested(request)["labels"] = (await request.json())["labels"]
        return web.json_response({"payload": self._requested(request)["labels"]})

    async def _toggle(self, request: web.Request) -> web.Response:
        self._check(request)
        self._requested(request)["status"] = (await request.json())["status"]
        payload = {"success": True, "current_status": self._requested(request)["status"]}
        return web.json_response({"meta": {}, "payload": payload})

    def _requested(self, request: web.Request) -> dict[str, Any]:
        chat = self.conversations.get(int(request.match_info["id"]))
        if chat is None:
            text = json.dumps({"error": "Resource could not be found"})
            raise web.HTTPNotFound(text=text, content_type="application/json")
        return chat

    def say(self, conversation: int, content: str | None, **fields: Any) -> dict[str, Any]:
        """An agent writes to the viewer."""
        messages = self.conversations[conversation]["messages"]
        message = {
            "id": self._next_message(),
            "content": content,
            "content_type": "text",
            "content_attributes": {},
            "message_type": 1,
            "private": False,
            "created_at": 1_788_264_000,
            **fields,
        }
        messages.append(message)
        return message

    def _next_message(self) -> int:
        """Ids are those of the whole installation."""
        return 1 + max((one["id"] for chat in self.conversations.values() for one in chat["messages"]), default=0)

    def webhook_of(self, conversation: int, message: dict[str, Any], secret: str, at: float) -> tuple[Any, bytes]:
        """Headers and body of the webhook about a message."""
        chat = self.conversations[conversation]
        said = {**message, "message_type": "outgoing", "event": "message_created", "account": {"id": self.account}}
        told = {"id": conversation, "custom_attributes": chat["custom_attributes"], "status": chat["status"]}
        body = json.dumps(said | {"conversation": told}).encode()
        digest = hmac.new(secret.encode(), f"{at:.0f}.".encode() + body, "sha256").hexdigest()
        return {"X-Chatwoot-Timestamp": f"{at:.0f}", "X-Chatwoot-Signature": f"sha256={digest}"}, body


def _last_activity(chat: dict[str, Any]) -> int:
    """The number of its newest message, which stands for a time."""
    return max((one["id"] for one in chat["messages"]), default=0)


_START = "2026-09-01T12:00:00.000Z"


class ZammadDesk(FakeDesk):
    """Tickets with the attribute `skerry_ticket`. Its `query` finds nothing, as an index that lags behind."""

    token = "agent-token"
    states = (
        (1, "new", 1), (2, "open", 2), (3, "pending reminder", 3), (4, "closed", 5), (5, "merged", 6),
        (6, "pending close", 4), (7, "wartet auf Ware", 3),
    )  # fmt: skip
    """Id, name and `state_type_id` of each state. The last is an administrator's own."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[int, dict[str, Any]] = {}
        self.articles: list[dict[str, Any]] = []
        self.links: list[tuple[int, int]] = []
        """Each merged ticket, and the one that has its articles."""
        self.hidden: set[int] = set()
        """Tickets of a group that the token has no right to."""
        self._changes = 0
        self.app.add_routes(
            [
                web.post("/api/v1/tickets/search", self._search),
                web.post("/api/v1/tickets", self._create),
                web.get("/api/v1/tickets", self._list),
                web.get(r"/api/v1/tickets/{id:\d+}", self._show),
                web.put(r"/api/v1/tickets/{id:\d+}", self._update),
                web.get("/api/v1/ticket_states", self._states),
                web.get(r"/api/v1/ticket_articles/by_ticket/{id:\d+}", self._by_ticket),
                web.post("/api/v1/ticket_articles", self._article),
                web.get("/api/v1/links", self._links),
            ]
        )

    def seen(self) -> list[tuple[str, str]]:
        """Every ticket, with its first article."""
        firsts = [next(a for a in self.articles if a["ticket_id"] == number) for number in self.tickets]
        return [
            (ticket["skerry_ticket"], first["body"])
            for ticket, first in zip(self.tickets.values(), firsts, strict=True)
        ]

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Token token={self.token}":
            text = json.dumps({"error": "Invalid token!", "error_human": "Invalid token!"})
            raise web.HTTPUnauthorized(text=text, content_type="application/json")

    async def _search(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        if "ticket.updated_at" in body.get("condition", {}):
            return self._changed(body)
        wanted = body.get("condition", {}).get("ticket.skerry_ticket", {}).get("value")
        numbers = [number for number, ticket in self.tickets.items() if ticket["skerry_ticket"] == wanted]
        return self._found(body, [{"id": number, "updated_at": _START, **self.tickets[number]} for number in numbers])

    def _found(self, body: dict[str, Any], tickets: list[dict[str, Any]]) -> web.Response:
        """A search's answer: with `expand` a list in every version, else an object up to Zammad 6.4."""
        if body.get("expand") is True:
            return web.json_response(tickets)
        numbers = [ticket["id"] for ticket in tickets]
        assets = {"Ticket": {str(ticket["id"]): ticket for ticket in tickets}}
        return web.json_response({"tickets": numbers, "tickets_count": len(numbers), "assets": assets})

    def _changed(self, body: dict[str, Any]) -> web.Response:
        """A page of tickets, ordered by when they were changed."""
        condition = body["condition"]["ticket.updated_at"]
        is_after = {"after (absolute)": True, "before (absolute)": False}[condition["operator"]]
        wanted = datetime.fromisoformat(condition["value"])
        at = {number: datetime.fromisoformat(one.get("updated_at", _START)) for number, one in self.tickets.items()}
        numbers = sorted((one for one in at if (at[one] > wanted) is is_after), key=lambda one: at[one])
        assert "updated_at" == body["sort_by"]
        numbers = numbers if body["order_by"] == "asc" else numbers[::-1]
        first = body["limit"] * (body["page"] - 1)
        page = numbers[first : first + body["limit"]]
        return self._found(body, [{"id": one, "updated_at": at[one].isoformat()} for one in page])

    async def _links(self, request: web.Request) -> web.Response:
        self._check(request)
        assert "Ticket" == request.query["link_object"]
        number = int(request.query["link_object_value"])
        found = [("child", merged) for merged, into in self.links if into == number]
        found += [("parent", into) for merged, into in self.links if merged == number]
        links = [{"link_type": kind, "link_object": "Ticket", "link_object_value": one} for kind, one in found]
        return web.json_response({"links": links, "assets": {}})

    async def _list(self, request: web.Request) -> web.Response:
        """A page of at most two tickets, the oldest first; an empty page after the last."""
        self._check(request)
        size = min(2, int(request.query["per_page"]))
        first = size * (int(request.query["page"]) - 1)
        return web.json_response(list(self.tickets.values())[first : first + size])

    async def _create(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        if body["group"] != "Viewers":
            error = "No lookup value found for 'group': " + json.dumps(body["group"])
            return web.json_response({"error": error, "error_human": error}, status=422)
        number = len(self.tickets) + 1
        self.tickets[number] = {**body, "id": number, "number": f"2200{number}"}
        self._add({**body["article"], "ticket_id": number})
        return web.json_response({"id": number, "title": body["title"], "article_count": None}, status=201)

    async def _show(self, request: web.Request) -> web.Response:
        """A ticket, with the id of its state and not the name."""
        self._check(request)
        ticket = self.tickets.get(int(request.match_info["id"]))
        if ticket is None:
            error = "Couldn't find Ticket with 'id'=" + request.match_info["id"]
            return web.json_response({"error": error, "error_human": "Not found"}, status=404)
        if ticket["id"] in self.hidden:
            return web.json_response({"error": "Not authorized", "error_human": "Not authorized"}, status=403)
        names = {name: number for number, name, _ in self.states}
        shown = {name: value for name, value in ticket.items() if name not in {"article", "state"}}
        return web.json_response({**shown, "state_id": names[ticket.get("state", "new")]})

    async def _states(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response(
            [
                {"id": number, "state_type_id": kind, "name": name, "next_state_id": None, "active": True}
                for number, name, kind in self.states
            ]
        )

    async def _update(self, request: web.Request) -> web.Response:
        """Change fields of a ticket. A state that there is not is refused, by name as by id."""
        self._check(request)
        ticket = self.tickets[int(request.match_info["id"])]
        fields = await request.json()
        names = {number: name for number, name, _ in self.states}
        wanted = names.get(fields.pop("state_id", None), fields.get("state"))
        if wanted is not None and wanted not in names.values():
            return web.json_response({"error": "No lookup value found for 'state'"}, status=422)
        ticket |= fields | ({"state": wanted} if wanted is not None else {})
        self._touch(ticket["id"])
        return web.json_response(ticket)

    async def _by_ticket(self, request: web.Request) -> web.Response:
        self._check(request)
        number = int(request.match_info["id"])
        return web.json_response([article for article in self.articles if article["ticket_id"] == number])

    async def _article(self, request: web.Request) -> web.Response:
        self._check(request)
        self._add(await request.json())
        return web.json_response(self.articles[-1], status=201)

    def say(self, ticket: int, body: str, **fields: Any) -> None:
        """An agent writes to the viewer, in Zammad's editor."""
        self._add({"ticket_id": ticket, "body": body, "content_type": "text/html", "internal": False, **fields})

    def merge(self, ticket: int, into: int) -> None:
        """An agent merges a ticket: Zammad moves its articles, and adds one of its own that is public."""
        for article in self.articles:
            if article["ticket_id"] == ticket:
                article["ticket_id"] = into
        self._add({"ticket_id": ticket, "body": "merged", "content_type": "text/plain", "internal": False})
        self.tickets[ticket]["state"] = "merged"
        self.links.append((ticket, into))
        self._touch(into)

    def _add(self, article: dict[str, Any]) -> None:
        # Articles of an API client are an agent's unless it says otherwise.
        number = len(self.articles) + 1
        self.articles.append({"sender": "Agent", "created_at": _START, **article, "id": number})
        self._touch(article["ticket_id"])

    def _touch(self, ticket: int) -> None:
        """It changes, a hundred seconds after the change before."""
        self._changes += 1
        at = datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(seconds=100 * self._changes)
        self.tickets[ticket]["updated_at"] = at.isoformat()
