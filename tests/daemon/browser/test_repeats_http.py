"""`Idempotency-Key`: the same key gets the same response and makes one ticket, also if a response gets lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.browser import Repeats
from edge.errors import Reason, RefusedError
from edge.tokens import ANONYMOUS, Asker
from tests.daemon.api.test_webhooks_http import webhook_pop
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen
from tests.waiting import until

WORDS = {"island": str(DROP), "text": "do gulls dream of pelargonium", "session": "v-1"}
ANSWERED = {"island": str(DROP), "text": "when does it ship?"}
MALFORMED = "the Idempotency-Key is malformed, expected one string of 1 to 64 characters, such as a UUID"

KEYS = {
    "a UUID": ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', True),
    "spaces around": ('  "a"  ', True),
    "escaped": (r'"a\"b\\c"', True),
    "the longest": ('"' + "k" * 64 + '"', True),
    "not quoted": ("8e03978e-40d5-43dd-bc93-6894a57f9324", True),
    "empty": ('""', False),
    "nothing": ("", False),
    "a quote alone": ('"', False),
    "a quote inside": ('"a"b"', False),
    "an escape of a letter": (r'"a\b"', False),
    "too long": ('"' + "k" * 65 + '"', False),
    "not ASCII": ('"schlüssel"', False),
    "a list": ('"a", "b"', False),
    "a parameter": ('"a";b=1', False),
    "a number": ("17", True),
    "words without quotes": ("a b", False),
    "too long, without quotes": ("k" * 65, False),
}


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A running PoP."""
    async with webhook_pop(pen, tmp_path, origin) as pop:
        yield pop


async def post(pop: RunningPop, body: dict[str, Any], key: str, path: str = "/v1/ask") -> tuple[int, bytes]:
    """Status and bytes of the response to a keyed request."""
    data = msgspec.json.encode(body)
    async with pop.http.post(pop.url + path, data=data, headers={"Idempotency-Key": key}) as reply:
        return reply.status, await reply.read()


@pytest.mark.parametrize(("key", "is_good"), KEYS.values(), ids=KEYS.keys())
async def test_form_of_a_key(key: str, is_good: bool) -> None:
    """It is one string of Structured Fields; everything else is refused in words that do not quote it."""
    request = make_mocked_request("POST", "/v1/ask", headers={"Idempotency-Key": key})
    repeats = Repeats(token_key=b"k" * 32, max_repeats=2)

    async def respond(ticket: str) -> web.Response:
        return web.Response(body=ticket.encode())

    if is_good:
        response = await repeats.respond_once(request, b"", asker=ANONYMOUS, form="", respond=respond)
        assert isinstance(response.body, bytes)
        assert len(response.body) == 36
        return
    with pytest.raises(RefusedError) as caught:
        await repeats.respond_once(request, b"", asker=ANONYMOUS, form="", respond=respond)
    assert (Reason.MALFORMED, MALFORMED) == (caught.value.reason, caught.value.text)


async def test_same_key_gets_the_same_bytes_and_makes_one_ticket(pop: RunningPop) -> None:
    """Also when all come at once. Another asker with another key has another ticket."""
    same = await asyncio.gather(*(post(pop, WORDS, '"k-1"') for _ in range(5)))
    other = await post(pop, {**WORDS, "session": "v-2"}, '"k-2"')
    answers = [await post(pop, ANSWERED, '"k-3"') for _ in range(2)]
    tickets = {msgspec.json.decode(body)["ticket"] for _, body in [*same, other]}

    assert [same[0]] * 5 == same
    assert 202 == same[0][0]
    assert 2 == len(tickets)
    assert answers[0] == answers[1]
    await pop.until_at_origin(tickets)
    metrics = (await pop.get("/metrics"))[1].decode()
    assert 'skerry_questions_total{outcome="escalate",reason="out_of_scope"} 2.0' in metrics


async def test_same_key_with_another_request_is_refused(pop: RunningPop) -> None:
    """Another text and another path; the first response is still there."""
    first = await post(pop, WORDS, '"k"')
    refused = [
        await post(pop, {**WORDS, "text": "something else"}, '"k"'),
        await post(pop, {"session": "v-1"}, '"k"', path=f"/v1/trees/{DROP}/my-order"),
    ]
    again = await post(pop, WORDS, '"k"')

    found = [(status, msgspec.json.decode(body)["reason"]) for status, body in refused]
    assert [(422, "key_reused")] * 2 == found
    assert first == again


async def test_key_of_another_asker_is_another_key(pop: RunningPop) -> None:
    """Two sessions with one key have a ticket each; neither gets the other's response."""
    first, second = [await post(pop, {**WORDS, "session": name}, '"k"') for name in ("v-1", "v-2")]
    documents = [msgspec.json.decode(body) for _, body in (first, second)]

    assert 2 == len({document["ticket"] for document in documents} | {documents[0]["ticket"]})
    assert documents[0]["ticket_token"] != documents[1]["ticket_token"]


async def test_repetition_after_a_restart_is_the_same_ticket(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """The memory is empty then, and the ticket is at origin already; origin has it once all the same."""
    async with webhook_pop(pen, tmp_path, origin) as pop:
        before = msgspec.json.decode((await post(pop, WORDS, '"k"'))[1])
        await pop.until_at_origin({before["ticket"]})
    async with webhook_pop(pen, tmp_path, origin) as pop:
        after = msgspec.json.decode((await post(pop, WORDS, '"k"'))[1])
        other = msgspec.json.decode((await post(pop, {**WORDS, "text": "something else", "session": "v-3"}, '"k2"'))[1])

    assert before["ticket"] == after["ticket"] != other["ticket"]
    assert before["ticket"] in origin.tickets


async def test_repetition_of_a_forgotten_response_is_no_follow_up(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """People have the session and the question by then. A further question joins their ticket."""
    async with webhook_pop(pen, tmp_path, origin, max_repeats=1) as pop:
        first = msgspec.json.decode((await post(pop, WORDS, '"k"'))[1])
        further = {**WORDS, "text": "and of lavender"}
        joined = [msgspec.json.decode((await post(pop, further, key))[1]) for key in ('"k2"', '"k3"')]
        again = msgspec.json.decode((await post(pop, WORDS, '"k"'))[1])
        last = msgspec.json.decode(
            (await post(pop, {**WORDS, "text": "do terns dream of pelargonium", "session": "v-2"}, '"k4"'))[1]
        )
        await pop.until_at_origin({first["ticket"], last["ticket"]})

        async def have_joined() -> bool:
            return sum("joins" in ticket for ticket in origin.tickets.values()) >= 2

        await until(have_joined, "two follow-ups at origin")
        found = sorted(
            ticket["text"] for ticket in origin.tickets.values() if ticket["text"] != "do terns dream of pelargonium"
        )

    assert [first["ticket"]] * 3 == [one["ticket"] for one in (*joined, again)]
    assert ["and of lavender", "and of lavender", WORDS["text"]] == found


async def test_tree_s_end_is_repeated_too(pop: RunningPop) -> None:
    """The same step with the same key gives the same token, byte for byte."""
    island = msgspec.json.decode((await pop.get(f"/v1/islands/{DROP}"))[1])
    path = f"/v1/trees/{DROP}/my-order"
    first, again = [await post(pop, {"session": "v-1"}, '"k"', path=path) for _ in range(2)]

    assert island["state"] == "fresh"
    assert first == again


class Attempts:
    """A handler that fails as often as it is told to, and counts."""

    def __init__(self, failures: int) -> None:
        self.failures, self.count = failures, 0
        self.tickets: list[str] = []
        self.go = asyncio.Event()

    async def respond(self, ticket: str) -> web.Response:
        """The response, or the fault of a full outbox."""
        self.count += 1
        self.tickets.append(ticket)
        number = self.count
        await self.go.wait()
        if number <= self.failures:
            raise RefusedError("the outbox is full", reason=Reason.OVERLOADED)
        return web.Response(body=str(number).encode(), status=202)


def keyed(asker: Asker = ANONYMOUS, key: str = '"k"') -> tuple[web.Request, Asker]:
    """A keyed request of an asker."""
    return make_mocked_request("POST", "/v1/ask", headers={"Idempotency-Key": key}), asker


async def test_failure_is_not_remembered() -> None:
    """Those who waited for it try themselves, one after the other, under the same ticket id."""
    repeats, attempts = Repeats(token_key=b"k" * 32, max_repeats=8), Attempts(failures=1)
    request, asker = keyed()
    asking = [
        asyncio.create_task(repeats.respond_once(request, b"", asker=asker, form="", respond=attempts.respond))
        for _ in range(3)
    ]
    await asyncio.sleep(0)
    attempts.go.set()
    results = await asyncio.gather(*asking, return_exceptions=True)

    assert isinstance(results[0], RefusedError)
    assert [b"2", b"2"] == [result.body for result in results[1:] if isinstance(result, web.Response)]
    assert (2, 1) == (attempts.count, len(set(attempts.tickets)))


async def test_memory_is_bounded() -> None:
    """Beyond the limit the oldest is forgotten. Its repetition is answered again, under the same ticket id."""
    repeats, attempts = Repeats(token_key=b"k" * 32, max_repeats=2), Attempts(failures=0)
    attempts.go.set()
    for key in ('"1"', '"2"', '"3"', '"1"'):
        request, asker = keyed(key=key)
        await repeats.respond_once(request, b"", asker=asker, form="", respond=attempts.respond)

    assert 4 == attempts.count
    assert attempts.tickets[0] == attempts.tickets[3] != attempts.tickets[1]


async def test_forms_and_askers_are_kept_apart() -> None:
    """A desk's form is not shown to a viewer; a session's name is no address; and a signed one is no unsigned one."""
    repeats, attempts = Repeats(token_key=b"k" * 32, max_repeats=8), Attempts(failures=0)
    attempts.go.set()
    askers = (Asker(session="a"), Asker(address="a"), Asker(session="a", is_trusted=True))
    for asker in askers:
        for form in ("viewer", "desk"):
            await repeats.respond_once(keyed()[0], b"", asker=asker, form=form, respond=attempts.respond)

    assert 6 == attempts.count
    assert 3 == len(set(attempts.tickets))


async def test_request_without_a_key_is_passed_on() -> None:
    """It gets a new ticket each time, and nothing is remembered."""
    repeats, attempts = Repeats(token_key=b"k" * 32, max_repeats=8), Attempts(failures=0)
    attempts.go.set()
    request = make_mocked_request("POST", "/v1/ask")
    for _ in range(2):
        await repeats.respond_once(request, b"", asker=ANONYMOUS, form="", respond=attempts.respond)

    assert ["", ""] == attempts.tickets
