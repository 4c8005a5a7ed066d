"""Sessions over a real socket: who may speak for one, what a stranger cannot do to it, and what a ticket says of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.tokens import SessionIssuer, SessionKeys, SignedSession, make_session
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

SECRET, DESK, INGEST = "s" * 44, "d" * 24, "i" * 24
PEOPLE = "do gulls dream of pelargonium"
FAR = 4_000_000_000


class Door:
    """A PoP that trusts no address, as it is asked by viewers, an ingest and a desk."""

    def __init__(self, pop: RunningPop) -> None:
        self.pop = pop

    async def send(self, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """Status and document of a POST."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        async with self.pop.http.post(self.pop.url + path, data=data, headers=named) as reply:
            content = await reply.read()
            return reply.status, msgspec.json.decode(content) if content else {}

    async def new_session(self) -> str:
        """A session of the PoP's own, as a header shows it."""
        return f"Bearer {(await self.send('/v1/sessions', {'island': str(DROP)}))[1]['session']}"

    async def ask(self, text: str, *, authorization: str = "", **fields: str) -> dict[str, Any]:
        """The response to a question."""
        headers = {"Authorization": authorization} if authorization else {}
        return (await self.send("/v1/ask", {"island": str(DROP), "text": text, **fields}, **headers))[1]

    async def from_ingest(self, text: str, **fields: str) -> dict[str, Any]:
        """The response to a question that a trusted ingest passes on."""
        body = {"island": str(DROP), "text": text, **fields}
        return (await self.send("/v1/ask", body, Skerry_Ingest_Token=INGEST))[1]


def by_ingest(pseudonym: str = "v-81", **claims: str) -> str:
    """A session that an ingest signed with the fleet's secret."""
    session = SignedSession(SessionIssuer.INGEST, pseudonym, str(DROP), expires=FAR, claims=claims)
    return f"Bearer {make_session(session, keys=SessionKeys((SECRET.encode(),)))}"


@asynccontextmanager
async def opened(pen: Pen, folder: Path, origin: DemoOrigin, **http: Any) -> AsyncIterator[Door]:
    """A PoP with a fleet's secret, a desk's and an ingest's token, and these settings of `[http]`."""
    home = await asyncio.to_thread(pen.copy_home, folder / "home")
    for name, content in (("secret", SECRET), ("desk.tokens", f"* {DESK}"), ("ingest.tokens", INGEST)):
        (folder / name).write_text(content + "\n")
        (folder / name).chmod(0o600)
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            folder,
            publisher_url=publisher_url,
            origin_url=origin.url,
            http={"port": 0, "trusted_ingests": {"tokens_file": "ingest.tokens"}, **http},
            sessions={"key_file": "secret"},
            people={"desk_tokens_file": "desk.tokens"},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield Door(pop)


@pytest.fixture
async def door(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Door]:
    """A PoP that trusts no address."""
    async with opened(pen, tmp_path, origin) as door:
        yield door


async def test_session_for_anybody(door: Door) -> None:
    """It is made for one island, connects questions, and ends; no cache may keep it."""
    status, made = await door.send("/v1/sessions", {"island": str(DROP)})
    mine = f"Bearer {made['session']}"
    first, second = await door.ask(PEOPLE, authorization=mine), await door.ask(PEOPLE, authorization=mine)
    await door.pop.until_at_origin({first["ticket"]})

    assert (200, {"session", "expires", "event"}, str(DROP)) == (status, set(made), made["event"])
    assert ("out_of_scope", "human_active") == (first["reason"], second["reason"])
    assert door.pop.origin.tickets[first["ticket"]]["session"].startswith("signed:pop:")


NO_SESSION = {
    "no body": (b"", 400, "malformed"),
    "no JSON": (b"\xff\x00", 400, "malformed"),
    "a list": (b"[]", 400, "malformed"),
    "no island": (b"{}", 400, "malformed"),
    "an island that is a number": (b'{"island": 7}', 400, "malformed"),
    "an island without a tenant": (b'{"island": "drop"}', 400, "malformed"),
    "a field that is not known": (b'{"island": "northwind/hoodie-drop", "claims": {}}', 400, "malformed"),
    "an island that is not here": (b'{"island": "northwind/nothing"}', 404, "island_unknown"),
    "an island in odd characters": ('{"island": "northwind/\u202e"}'.encode(), 400, "malformed"),
    "too much": (b'{"island": "' + b"x" * 20_000 + b'"}', 413, "too_large"),
}


async def test_request_for_a_session_that_is_refused(door: Door) -> None:
    """With the problem that a question with the same fault gets."""
    for situation, (body, status, reason) in NO_SESSION.items():
        found, document = await door.send("/v1/sessions", body)
        assert (status, reason) == (found, document["reason"]), situation


async def test_stranger_cannot_take_a_session_over(door: Door, pen: Pen) -> None:
    """A session in the body of a stranger is refused, and says how it is done; the victim's stays as it was."""
    assert "answer" == (await door.from_ingest(pen.example, session="victim"))["outcome"]
    for name in ("victim", "signed:ingest:v-81"):
        status, document = await door.send("/v1/ask", {"island": str(DROP), "text": PEOPLE, "session": name})
        assert (403, "session_untrusted") == (status, document["reason"])
        assert "POST /v1/sessions" in document["detail"]
        assert "http.trusted_ingests" in document["detail"]
    tree = await door.send(f"/v1/trees/{DROP}/my-order", {"session": "victim"})

    assert (403, "session_untrusted") == (tree[0], tree[1]["reason"])
    assert "answer" == (await door.from_ingest(pen.example, session="victim"))["outcome"]


async def test_unsigned_session_cannot_touch_a_signed_one(door: Door, pen: Pen) -> None:
    """Not even that of a trusted ingest: the name of a signed session is refused in a body."""
    mine = by_ingest()
    assert "answer" == (await door.ask(pen.example, authorization=mine))["outcome"]
    refused = await door.from_ingest(PEOPLE, session="signed:ingest:v-81")
    # The same pseudonym without a signature is another session.
    assert "escalate" == (await door.from_ingest(PEOPLE, session="v-81"))["outcome"]

    assert "malformed" == refused["reason"]
    assert "answer" == (await door.ask(pen.example, authorization=mine))["outcome"]


WRONG = {
    "a word": "Bearer viewer",
    "a changed token": by_ingest()[:-8] + "AAAAAAAA",
    "bytes": "Bearer t\u00f6.t\u00f6.t\u00f6",
    "dots": "Bearer a.b.c",
    "long": "Bearer " + "a" * 3_000,
    "another island's": "Bearer "
    + make_session(
        SignedSession(SessionIssuer.POP, "p", "northwind/tour", expires=FAR), keys=SessionKeys((SECRET.encode(),))
    ),
    "an old one": "Bearer "
    + make_session(SignedSession(SessionIssuer.POP, "p", str(DROP), expires=1), keys=SessionKeys((SECRET.encode(),))),
}


async def test_wrong_session_is_never_ignored(door: Door) -> None:
    """401 for a question and for a tree, also where the question would be answered without a session."""
    for situation, authorization in WRONG.items():
        for path, body in (
            ("/v1/ask", {"island": str(DROP), "text": PEOPLE}),
            (f"/v1/trees/{DROP}/my-order", {}),
        ):
            status, document = await door.send(path, body, Authorization=authorization)
            assert (401, "session_invalid") == (status, document["reason"]), situation
            assert authorization[7:] not in str(document)


async def test_anonymous_question_is_not_remembered(door: Door) -> None:
    """It is allowed, and the next one does not know of it; its ticket has neither session nor transcript."""
    first, second = await door.ask(PEOPLE), await door.ask(PEOPLE)
    await door.pop.until_at_origin({first["ticket"], second["ticket"]})
    ticket = door.pop.origin.tickets[second["ticket"]]

    assert ["out_of_scope"] * 2 == [first["reason"], second["reason"]]
    assert ("", []) == (ticket["session"], ticket["transcript"])


async def test_stranger_cannot_mute_a_stream(door: Door, pen: Pen) -> None:
    """Only who knows what a chat shows starts its cool-down: an ingest, or a viewer whose session an ingest signed."""
    strangers = (await door.new_session(), "", await door.new_session())
    reasons = [(await door.ask(pen.example, authorization=one, channel="stream"))["reason"] for one in strangers]
    shown = (await door.from_ingest(pen.example, channel="stream"))["reason"]
    again = (await door.from_ingest(pen.example, channel="stream"))["reason"]
    elsewhere = [
        (await door.ask(pen.example, authorization=by_ingest(), channel="stream:b"))["reason"] for _ in range(2)
    ]

    assert ["exact"] * 3 == reasons
    assert ("exact", "cooling_down") == (shown, again)
    assert ["exact", "cooling_down"] == elsewhere


async def test_claims_are_in_the_ticket_and_in_no_log(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    """In its context, by name. A session without claims leaves the context as it was."""
    told = await door.ask(PEOPLE, authorization=by_ingest(order_state="paid-canary", seat="canary-12"))
    plain = await door.ask(PEOPLE, authorization=by_ingest("v-82"))
    await door.pop.until_at_origin({told["ticket"], plain["ticket"]})
    tickets, logged = door.pop.origin.tickets, capfd.readouterr()

    assert {"order_state": "paid-canary", "seat": "canary-12"} == tickets[told["ticket"]]["context"]["claims"]
    assert "claims" not in tickets[plain["ticket"]]["context"]
    assert "canary" not in logged.out + logged.err


async def test_release_takes_the_name_in_the_ticket(door: Door, pen: Pen) -> None:
    """The desk gives a signed session back by the name that its ticket has."""
    mine = by_ingest()
    ticket = (await door.ask(PEOPLE, authorization=mine))["ticket"]
    assert "human_active" == (await door.ask(pen.example, authorization=mine))["reason"]
    await door.pop.until_at_origin({ticket})
    release = {"island": str(DROP), "session": door.pop.origin.tickets[ticket]["session"]}
    status, _ = await door.send("/v1/release", release, Authorization=f"Bearer {DESK}")

    assert 204 == status
    assert "exact" == (await door.ask(pen.example, authorization=mine))["reason"]


async def test_figures_want_a_token(door: Door) -> None:
    """With desk tokens, this machine alone opens neither metrics nor stats; a token of one tenant opens no metrics."""
    found = {
        path: [(await door.pop.get(path, **headers))[0] for headers in ({}, {"Authorization": f"Bearer {DESK}"})]
        for path in ("/metrics", "/v1/stats")
    }

    assert {"/metrics": [401, 200], "/v1/stats": [401, 200]} == found


async def test_status_says_how_far_sessions_reach(door: Door) -> None:
    """On every PoP of a fleet with its secret. Nothing here is trusted for its address, so there is no notice."""
    status = msgspec.json.decode((await door.pop.get("/statusz"))[1])

    assert ("good on every PoP with the secret of `sessions.key_file`", []) == (status["sessions"], status["notices"])


async def test_pop_without_a_secret(pop: RunningPop, pen: Pen) -> None:
    """It makes its own: its sessions are good here, and the status says so, and that this machine is trusted."""
    door, status = Door(pop), msgspec.json.decode((await pop.get("/statusz"))[1])
    mine = await door.new_session()
    first = await door.ask(PEOPLE, authorization=mine)

    assert "good on this PoP alone" == status["sessions"]
    assert ["everything on this machine is trusted as an ingest; behind a proxy use `trusted_proxies`"] == (
        status["notices"]
    )
    assert ("escalate", "human_active") == (
        first["outcome"], (await door.ask(pen.example, authorization=mine))["reason"],
    )  # fmt: skip


CLOSED_TO_THIS_MACHINE: dict[str, dict[str, dict[str, Any]]] = {
    "behind a proxy a connection from here may be anybody's": {"http": {"port": 0, "trusted_proxies": ["127.0.0.1"]}},
    "a file of desk tokens that has none yet": {"people": {"desk_tokens_file": "desk.tokens"}},
}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("sentence", CLOSED_TO_THIS_MACHINE)
async def test_figures_that_this_machine_alone_does_not_open(sentence: str, tmp_path: Path, origin: DemoOrigin) -> None:
    """Without a desk token nobody gets them."""
    sections = CLOSED_TO_THIS_MACHINE[sentence]
    tokens = tmp_path / "desk.tokens"
    tokens.write_text("# to be made\n")
    tokens.chmod(0o600)
    config = pop_config(tmp_path, publisher_url="http://127.0.0.1:1", origin_url=origin.url, **sections)
    async with running_pop(config, origin) as pop:
        found = [(await pop.get(path))[0] for path in ("/metrics", "/v1/stats", "/statusz")]

    assert [401, 401, 200] == found


async def test_figures_on_this_machine_alone(pop: RunningPop) -> None:
    """Without tokens and proxies they are for this machine, by its own name, and not passed on."""
    told = [{}, {"Host": "localhost:8080"}, {"Host": "rebound.example"}, {"X-Real-IP": "9.9.9.9"}, {"Via": "1.1 x"}]

    assert [200, 200, 401, 401, 401] == [(await pop.get("/metrics", **headers))[0] for headers in told]
    assert [200, 200, 401, 401, 401] == [(await pop.get("/v1/stats", **headers))[0] for headers in told]
