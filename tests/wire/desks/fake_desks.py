"""Fake desks with the documented forms and errors of the real APIs, and a list of what their people see."""

import json
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError


class FakeDesk:
    """The common part of all desks: an application, what their people see, and faults that a test can set.

    The next call gets the status `fail_with`. Call number `break_at` takes effect, and then its connection breaks.
    """

    def __init__(self) -> None:
        self.fail_with: int | None = None
        self.break_at = 0
        self.calls = 0
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

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[int, dict[str, Any]] = {}
        self.conversations: dict[int, dict[str, Any]] = {}
        root = f"/api/v1/accounts/{self.account}"
        conversation = root + r"/conversations/{id:\d+}"
        self.app.add_routes(
            [
                web.post(root + "/contacts/filter", self._filter),
                web.post(root + "/contacts", self._contact),
                web.get(root + r"/contacts/{id:\d+}/conversations", self._of_contact),
                web.post(root + "/conversations", self._converse),
                web.get(root + "/conversations", self._list),
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
        return web.json_response({"payload": [c for c in self.conversations.values() if c["contact_id"] == number]})

    async def _list(self, request: web.Request) -> web.Response:
        """A page of two conversations, the newest first; an empty page after the last."""
        self._check(request)
        assert "all" == request.query["status"]
        first = 2 * (int(request.query["page"]) - 1)
        page = [
            {name: value for name, value in chat.items() if name != "messages"}
            for chat in list(self.conversations.values())[::-1][first : first + 2]
        ]
        return web.json_response({"data": {"meta": {"all_count": len(self.conversations)}, "payload": page}})

    async def _converse(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        if body["source_id"] not in {f"source-{number}" for number in self.contacts}:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        number = len(self.conversations) + 1
        self.conversations[number] = {**body, "id": number, "messages": [], "labels": []}
        return web.json_response({"id": number, "account_id": self.account, "inbox_id": body["inbox_id"]})

    async def _messages(self, request: web.Request) -> web.Response:
        self._check(request)
        before = int(request.query.get("before", 1_000_000))
        older = [message for message in self._requested(request)["messages"] if message["id"] < before]
        return web.json_response({"meta": {}, "payload": older[-self.messages_a_page :]})

    async def _message(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        kind = {"incoming": 0, "outgoing": 1}[body["message_type"]]
        messages = self._requested(request)["messages"]
        messages.append(
            {"id": len(messages) + 1, "private": False, "created_at": 1_788_264_000, **body, "message_type": kind}
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
        return self.conversations[int(request.match_info["id"])]


class ZammadDesk(FakeDesk):
    """Tickets with the attribute `skerry_ticket`. Its `query` finds nothing, as an index that lags behind."""

    token = "agent-token"

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[int, dict[str, Any]] = {}
        self.articles: list[dict[str, Any]] = []
        self.app.add_routes(
            [
                web.post("/api/v1/tickets/search", self._search),
                web.post("/api/v1/tickets", self._create),
                web.get("/api/v1/tickets", self._list),
                web.put(r"/api/v1/tickets/{id:\d+}", self._update),
                web.get(r"/api/v1/ticket_articles/by_ticket/{id:\d+}", self._by_ticket),
                web.post("/api/v1/ticket_articles", self._article),
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
        wanted = body.get("condition", {}).get("ticket.skerry_ticket", {}).get("value")
        numbers = [number for number, ticket in self.tickets.items() if ticket["skerry_ticket"] == wanted]
        assets = {"Ticket": {str(number): self.tickets[number] for number in numbers}}
        return web.json_response({"tickets": numbers, "tickets_count": len(numbers), "assets": assets})

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

    async def _update(self, request: web.Request) -> web.Response:
        """Change fields of a ticket."""
        self._check(request)
        ticket = self.tickets[int(request.match_info["id"])]
        ticket |= await request.json()
        return web.json_response(ticket)

    async def _by_ticket(self, request: web.Request) -> web.Response:
        self._check(request)
        number = int(request.match_info["id"])
        return web.json_response([article for article in self.articles if article["ticket_id"] == number])

    async def _article(self, request: web.Request) -> web.Response:
        self._check(request)
        self._add(await request.json())
        return web.json_response(self.articles[-1], status=201)

    def _add(self, article: dict[str, Any]) -> None:
        # Articles of an API client are an agent's unless it says otherwise.
        number = len(self.articles) + 1
        self.articles.append({"sender": "Agent", "created_at": "2026-09-01T12:00:00.000Z", **article, "id": number})
