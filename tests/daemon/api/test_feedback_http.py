"""Feedback, desk events and stats over real sockets, and after a restart."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from standardwebhooks import Webhook

from edge.cli.demo.origin import DemoOrigin
from edge.host import utc_now
from edge.records import Automation, PopTally
from edge.tally import Share, StatsFigures, figures_of
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOKEN = "t" * 24
WORDS = "do gulls dream of pelargonium"
WINDOW_S = 60.0


class Wall:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """The time now, plus `ahead`."""
        return utc_now() + self.ahead


class Desk:
    """A PoP that can be restarted, and the desk behind it."""

    def __init__(self, folder: Path, publisher_url: str, origin: DemoOrigin, **sections: Any) -> None:
        section = {"url": origin.url, "retry_base_s": 0.01, "webhook_secret_files": ["webhook.secret"]}
        tally = {"contact_window_s": WINDOW_S, "prices": {"currency": "EUR", "answer": 0.5, "ticket": 4.0}}
        defaults: dict[str, Any] = {"origin": section, "stats": tally}
        self.config = pop_config(folder, publisher_url=publisher_url, origin_url=origin.url, **(defaults | sections))
        self.origin, self.wall = origin, Wall()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RunningPop]:
        """The PoP, running during the block."""
        async with running_pop(self.config, self.origin, now=self.wall) as pop:
            await pop.until_served()
            yield pop


@pytest.fixture
async def desk(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Desk]:
    """A desk that signs its webhooks; the PoP has prices configured."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    (tmp_path / "webhook.secret").write_text(SECRET + "\n")
    async with running_publisher(home) as publisher_url:
        yield Desk(tmp_path, publisher_url, origin)


async def ask(pop: RunningPop, text: str, **fields: Any) -> dict[str, Any]:
    """The response to one question."""
    return (await pop.post({"island": str(DROP), "text": text, **fields}))[1]


async def give_feedback(pop: RunningPop, document: Any) -> tuple[int, dict[str, Any]]:
    """Status and document of `POST /v1/feedback`."""
    data = document if isinstance(document, bytes) else msgspec.json.encode(document)
    async with pop.http.post(pop.url + "/v1/feedback", data=data) as reply:
        return reply.status, await reply.json(content_type=None)


async def tally(pop: RunningPop, query: str = "") -> PopTally:
    """`GET /v1/stats`."""
    return msgspec.json.decode((await pop.get(f"/v1/stats{query}"))[1], type=PopTally)


async def figures(pop: RunningPop) -> StatsFigures:
    """The figures of all hours, in case an hour ends during the test."""
    sums: Counter[str] = Counter()
    for hour in (await tally(pop)).hours:
        sums.update(hour.counts)
    return figures_of(sums)


async def post_desk_event(pop: RunningPop, name: str, state: str, **data: str) -> int:
    """Post a desk event by a signed webhook; gives the status."""
    body, now = msgspec.json.encode({"type": f"ticket.{state}", "data": data}), int(time.time())
    signature = Webhook(SECRET).sign(name, datetime.fromtimestamp(now, UTC), body.decode())
    headers = {"webhook-id": name, "webhook-timestamp": str(now), "webhook-signature": signature}
    async with pop.http.post(f"{pop.url}/v1/webhooks/default", data=body, headers=headers) as reply:
        return reply.status


async def test_feedback_counts_once(desk: Desk) -> None:
    """Repeated, contradicted, or sent again after a restart: the first feedback on each topic counts."""
    async with desk.running() as pop:
        answer = await ask(pop, "when does it ship?", session="s")
        receipt = {"receipt": answer["receipt"]}
        first = await give_feedback(pop, receipt | {"helpful": True, "converted": True, "contacted_again": False})
        second = await give_feedback(pop, receipt | {"helpful": False, "resolved": True})
        both = await asyncio.gather(*(give_feedback(pop, receipt | {"contacted_again": True}) for _ in range(5)))
    async with desk.running() as pop:
        after = await give_feedback(pop, receipt | {"helpful": True})
        found = await figures(pop)

    snippet = answer["provenance"]["snippet"]
    about = {"island": str(DROP), "snippet": snippet}
    assert (200, about | {"counted": ["helpful", "converted"], "repeated": []}) == first
    assert (200, about | {"counted": ["resolved"], "repeated": ["helpful"]}) == second
    assert 1 == sum(len(document["counted"]) for _, document in both)
    assert (200, about | {"counted": [], "repeated": ["helpful"]}) == after
    assert (Share(1, 1, 1.0), Share(1, 1, 1.0)) == (found.helpful, found.contacted_again)


BAD_FEEDBACK = {
    "forged": ({"receipt": "x", "helpful": True}, 403, "token is not valid, expected one that this PoP made"),
    "none": ({"helpful": True}, 400, "the body is not feedback: object missing required field `receipt`"),
    "with an unknown field": (
        {"receipt": "x", "stars": 5}, 400, "the body is not feedback: object contains unknown field",
    ),
    "a word for yes": (
        {"receipt": "x", "helpful": "yes"}, 400,
        "the body is not feedback: expected `bool | null`, got `str` - at `$.helpful`",
    ),
    "too long": (
        {"receipt": "x" * 1_025}, 400, "the body is not feedback: expected `str` of length <= 1024 - at `$.receipt`",
    ),
    "not JSON": (b"\xff", 400, "the body is not feedback: JSON is malformed: invalid character (byte 0)"),
    "very long": (b"x" * 20_000, 413, "the body is too large, expected at most 16384 bytes"),
}  # fmt: skip


async def test_feedback_that_is_refused(desk: Desk) -> None:
    """Each gets a problem document, and nothing is counted."""
    async with desk.running() as pop:
        answer = await ask(pop, "when does it ship?")
        for situation, (document, status, detail) in BAD_FEEDBACK.items():
            refused, problem = await give_feedback(pop, document)
            assert (status, detail) == (refused, problem["detail"]), situation
        without_topic = await give_feedback(pop, {"receipt": answer["receipt"], "contacted_again": False})
        desk.wall.ahead = timedelta(days=8)
        late = await give_feedback(pop, {"receipt": answer["receipt"], "helpful": True})
        desk.wall.ahead = timedelta()
        found = await figures(pop)

    expected = "feedback has no topic, expected at least one of helpful, resolved, contacted_again, converted"
    assert expected == without_topic[1]["detail"]
    assert (403, "receipt is 8.0 days old, expected at most 7") == (late[0], late[1]["detail"])
    assert (1, Share(0, 0, None)) == (found.questions, found.helpful)


async def test_message_of_a_bot_has_no_receipt(desk: Desk, pen: Pen) -> None:
    """It is not a question, so there is no outcome for feedback."""
    async with desk.running() as pop:
        found = await ask(pop, pen.example, author="bot")

    assert found["receipt"] is None


async def test_tree_counts_where_it_ends(desk: Desk) -> None:
    """A step before the end is not a question and has no receipt."""
    token, receipts = "", []
    async with desk.running() as pop:
        for choice in (0, 1, 0):
            pressed = {"session": "v-81", **({"token": token, "choice": choice} if token else {})}
            async with pop.http.post(f"{pop.url}/v1/trees/{DROP}/my-order", json=pressed) as reply:
                document = await reply.json()
            token = document["token"]
            receipts.append(document["receipt"])
        feedback = await give_feedback(pop, {"receipt": receipts[-1], "converted": True})
        found = await figures(pop)

    assert [None, None] == receipts[:-1]
    assert (200, document["provenance"]["snippet"]) == (feedback[0], feedback[1]["snippet"])
    assert (Share(1, 1, 1.0), Share(1, 1, 1.0)) == (found.automation, found.converted)


async def test_first_contact_resolution(desk: Desk, pen: Pen) -> None:
    """A contact is resolved if no question and no bad feedback follows within the window; it needs a session."""
    async with desk.running() as pop:
        for session in ("content", "asks-again", "complains", "went-elsewhere", ""):
            first = await ask(pop, pen.example, session=session)
            if session == "asks-again":
                await ask(pop, WORDS, session=session)
            if session == "complains":
                await give_feedback(pop, {"receipt": first["receipt"], "resolved": False})
            if session == "went-elsewhere":
                await give_feedback(pop, {"receipt": first["receipt"], "contacted_again": True})
        during = await figures(pop)
    desk.wall.ahead = timedelta(seconds=WINDOW_S + 1)
    async with desk.running() as pop:
        await ask(pop, pen.example, session="content")
        after = await figures(pop)

    assert (Share(0, 0, None), Share(1, 6, 1 / 6)) == (during.first_contact_resolution, during.without_session)
    assert Share(1, 4, 0.25) == after.first_contact_resolution
    assert 7 == after.questions


async def test_tickets_and_suggestions(desk: Desk, pen: Pen, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The first reply is compared with the suggestion unless the desk states the result; no reply is stored."""
    reviewed = next(s for s in pen.prepared.source.snippets if s.automation is Automation.REVIEW)
    replies = {
        "a": {"reply": reviewed.answer},
        "b": {"reply": f"Dear viewer, {reviewed.answer} Yours, Tom"},
        "c": {"reply": "zanzibar"},
        "d": {"reply": "zanzibar", "suggestion": "used"},
    }
    async with desk.running() as pop:
        asked = {session: await ask(pop, reviewed.examples[0], session=session) for session in replies}
        later = await ask(pop, pen.example, session="a")
        await pop.until_at_origin({document["ticket"] for document in (*asked.values(), later)})
        desk.wall.ahead = timedelta(seconds=40)
        for session, data in replies.items():
            ticket = asked[session]["ticket"]
            for name, state in (("1", "answered"), ("2", "answered"), ("3", "resolved")):
                assert 200 == await post_desk_event(pop, session + name, state, ticket=ticket, **data)
        bad = await post_desk_event(pop, "x", "answered", ticket=later["ticket"], suggestion="liked")
        await post_desk_event(pop, "y", "resolved", ticket=later["ticket"])
    async with desk.running() as pop:
        cells = (await tally(pop)).cells
        found = await figures(pop)
    output = capfd.readouterr()

    assert 400 == bad
    assert {"review_required"} == {document["reason"] for document in asked.values()}
    assert [reviewed.id] == [cell.snippet for cell in cells if "ticket.resolved" in cell.counts]
    assert (4, Share(4, 4, 1.0), Share(4, 4, 1.0)) == (found.questions, found.acknowledged, found.replied)
    assert (Share(2, 4, 0.5), Share(1, 4, 0.25), Share(1, 4, 0.25)) == (
        found.suggestion_used,
        found.suggestion_edited,
        found.suggestion_ignored,
    )
    assert (4, 45) == (found.time_to_reply.counted, found.time_to_reply.half_within_s)
    assert (4, {"review_required": Share(4, 4, 1.0)}) == (found.resolved_contacts, found.fallback)
    assert "zanzibar" not in output.out + output.err
    assert all(b"zanzibar" not in file.read_bytes() for file in (tmp_path / "state" / "tally").iterdir())


async def test_stats_without_tokens_are_for_loopback(desk: Desk) -> None:
    """A request that a front server on this machine passes on is refused."""
    async with desk.running() as pop:
        here, _, _ = await pop.get("/v1/stats")
        status, body, _ = await pop.get("/v1/stats", **{"X-Forwarded-For": "203.0.113.7"})

    assert (200, 401) == (here, status)
    expected = "stats are for this machine only; for others, set people.desk_tokens_file and send a desk token"
    assert expected == msgspec.json.decode(body)["detail"]


async def test_tenants_get_their_own_stats(pen: Pen, tmp_path: Path, desk: Desk) -> None:
    """A token is good for its tenant's islands; a token of `*` for all."""
    del pen
    tokens = tmp_path / "desk.tokens"
    tokens.write_text(f"northwind {TOKEN}\nacme {'a' * 24}\n* {'o' * 24}\n")
    tokens.chmod(0o600)
    people = msgspec.structs.replace(desk.config.people, desk_tokens_file="desk.tokens")
    desk.config = msgspec.structs.replace(desk.config, people=people)
    async with desk.running() as pop:
        await ask(pop, "when does it ship?")
        found = {
            (who, query): (await pop.get(f"/v1/stats{query}", Authorization=f"Bearer {who * 24}"))[0]
            for who in ("t", "a", "o", "x")
            for query in ("", f"?island={DROP}", "?island=northwind/*")
        }
        own = msgspec.json.decode(
            (await pop.get("/v1/stats?island=northwind/*", Authorization=f"Bearer {TOKEN}"))[1], type=PopTally
        )
        refused = msgspec.json.decode((await pop.get("/v1/stats", Authorization=f"Bearer {TOKEN}"))[1])

    assert {key: 200 if key[0] == "o" or (key[0] == "t" and key[1]) else 401 for key in found} == found
    expected = "stats of every island need a token for '*'; with a token of one tenant, add island=TENANT/*"
    assert expected == refused["detail"]
    assert [str(DROP)] == [cell.island for cell in own.cells]


BAD_QUERIES = {
    "?island=Northwind": "island is no selection of islands, expected tenant/island or tenant/*",
    "?island=*/*": "island is no selection of islands, expected tenant/island or tenant/*",
    "?since=0001-01-01T00:00:00%2B14:00": ("since is no time, expected one like 2026-11-21T20:00:00Z"),
    "?since=9999-12-31T23:59:59-14:00": ("since is no time, expected one like 2026-11-21T20:00:00Z"),
    "?since=yesterday": "since is no time, expected one like 2026-11-21T20:00:00Z",
    "?since=2026-11-21T20:00:00": "since is no time, expected one like 2026-11-21T20:00:00Z",
}


async def test_stats_with_a_bad_query(desk: Desk) -> None:
    """The problem says what was found and what was expected."""
    async with desk.running() as pop:
        found = {query: await pop.get(f"/v1/stats{query}") for query in BAD_QUERIES}

    assert BAD_QUERIES == {query: msgspec.json.decode(body)["detail"] for query, (_, body, _) in found.items()}
    assert {400} == {status for status, _, _ in found.values()}


async def test_selection(desk: Desk) -> None:
    """Stats are selected by island and by time; the time is rounded down to the hour."""
    async with desk.running() as pop:
        await ask(pop, "when does it ship?")
        now = desk.wall()
        all_of_it = await tally(pop, f"?island={DROP}&since={now:%Y-%m-%dT%H:59:59Z}")
        later = await tally(pop, f"?since={now + timedelta(hours=1):%Y-%m-%dT%H:00:00Z}")
        other = await tally(pop, "?island=northwind/other")

    assert now.replace(minute=0, second=0, microsecond=0) == all_of_it.since
    assert (1, 1) == (len(all_of_it.cells), len(all_of_it.hours))
    assert ((), ()) == (later.cells, other.cells)
    assert (WINDOW_S, "EUR", 0) == (
        all_of_it.contact_window_s,
        all_of_it.prices and all_of_it.prices.currency,
        all_of_it.lost,
    )


async def test_labels_of_signals_are_signed_names(desk: Desk) -> None:
    """Islands and snippets; the signal itself is from a closed set."""
    async with desk.running() as pop:
        answer = await ask(pop, "when does it ship?")
        await give_feedback(pop, {"receipt": answer["receipt"], "helpful": True})
        text = (await pop.get("/metrics"))[1].decode()
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        if family.name == "skerry_signals"
        for sample in family.samples
        if sample.name.endswith("_total")
    ]

    assert {str(DROP)} == {sample.labels["island"] for sample in samples}
    assert {answer["provenance"]["snippet"]} == {sample.labels["snippet"] for sample in samples}
    assert {"answered", f"answered.{answer['reason']}", "without_session", "feedback.without_session.helpful"} == {
        sample.labels["signal"] for sample in samples
    }
