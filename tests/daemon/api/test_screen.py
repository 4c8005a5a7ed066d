"""`edge.daemon.api.screen`: what is answered before a request reaches the application."""

import json
from typing import Any, cast

import pytest

from edge.config import OverloadSection
from edge.daemon.api import PopScreen
from edge.daemon.ask import Answerer, Overload
from edge.daemon.telemetry import Metrics
from edge.errors import LimitedError
from edge.host.door import Delayed, Next, RequestHead
from edge.records import AskRequest

ASK = b'{"island": "acme/drop", "text": "when"}'


class World:
    """The screen of a PoP whose load the test sets."""

    def __init__(self) -> None:
        self.in_flight, self.is_on, self.signed = 0, False, b"Bearer signed"
        self.looked: list[AskRequest] = []
        self.metrics = Metrics()
        self.draws = 0.0
        self.limited: LimitedError | None = None
        self.screen = PopScreen(
            config=OverloadSection(max_in_flight=20),
            answerer=cast(Answerer, self),
            overload=cast(Overload, self),
            metrics=self.metrics,
            in_flight=lambda: self.in_flight,
            is_signed=lambda head, _path: head.headers.get(b"authorization") == self.signed,
            limited=lambda _head, _path: self.limited,
            cors_origins=("https://shop.example",),
            draw=lambda: self.draws,
        )

    def needs_only_a_look(self, request: AskRequest) -> bool:
        """As `Answerer.needs_only_a_look`."""
        self.looked.append(request)
        return request.text == "when"


def head(target: bytes = b"/v1/ask", method: bytes = b"POST", **headers: str) -> RequestHead:
    """The head of a request; `authorization="…"`."""
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return RequestHead(method, target, {b"content-length": b"40", **named}, keep_alive=True)


def read(response: bytes) -> tuple[int, dict[str, str], Any]:
    """Status, headers and document of a response."""
    start, _, body = response.partition(b"\r\n\r\n")
    first, *lines = start.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(body) == int(headers["Content-Length"])
    return int(first.split()[1]), headers, json.loads(body)


def test_process_that_lives_says_so_under_any_load() -> None:
    """`/livez` needs nothing of the application."""
    world = World()
    world.in_flight = 10_000
    found = world.screen.by_head(head(b"/livez", b"GET"))
    without_body = world.screen.by_head(head(b"/livez?of=probe", b"HEAD"))

    assert isinstance(found, bytes)
    assert (200, {"live": True}) == (read(found)[0], read(found)[2])
    assert isinstance(without_body, bytes)
    assert without_body.endswith(b"\r\n\r\n")


HARD: dict[str, tuple[int, str, bool]] = {
    "below the limit": (17, "", True),
    "in the places for signed sessions, without one": (18, "", False),
    "in the places for signed sessions, with one": (19, "Bearer signed", True),
    "in the places for signed sessions, with another": (19, "Bearer other", False),
    "above all places": (20, "Bearer signed", False),
}


@pytest.mark.parametrize("sentence", HARD)
def test_hard_gate_keeps_a_tenth_for_signed_sessions(sentence: str) -> None:
    """It refuses by the head alone, with a time to come back and what a page needs to read it."""
    world = World()
    world.in_flight, authorization, passes = HARD[sentence]
    found = world.screen.by_head(head(authorization=authorization, origin="https://shop.example"))

    if passes:
        assert found is Next.PASS
        return
    assert isinstance(found, bytes)
    status, headers, problem = read(found)
    assert (503, "overloaded", "1") == (status, problem["reason"], headers["Retry-After"])
    assert "https://shop.example" == headers["Access-Control-Allow-Origin"]
    assert b'skerry_shed_requests_total{gate="hard"} 1.0' in world.metrics.exposition()


PREFLIGHTS: dict[str, tuple[bytes, str, str | None]] = {
    "a question": (b"/v1/ask", "https://shop.example", "https://shop.example"),
    "a ticket's events": (b"/v1/tickets/t/events?x", "https://shop.example", "https://shop.example"),
    "another page": (b"/v1/ask", "https://stranger.example", None),
}


@pytest.mark.parametrize("sentence", PREFLIGHTS)
def test_preflight_is_answered_under_any_load(sentence: str) -> None:
    """Else a page could not read why it is refused, and could not show the session that a place is kept for."""
    world, (target, origin, allowed) = World(), PREFLIGHTS[sentence]
    world.in_flight = 10_000
    found = world.screen.by_head(head(target, b"OPTIONS", origin=origin))

    assert isinstance(found, bytes)
    start, *lines = found.decode().removesuffix("\r\n\r\n").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert ("HTTP/1.1 204 No Content", allowed) == (start, headers.get("Access-Control-Allow-Origin"))
    assert "Authorization" in headers["Access-Control-Allow-Headers"]
    assert not {"Content-Length", "Content-Type"} & headers.keys()


def test_preflight_of_a_desk_s_path_is_no_page_s() -> None:
    """It is refused like everything else."""
    world = World()
    passes = world.screen.by_head(head(b"/v1/load", b"OPTIONS", origin="https://shop.example"))
    world.in_flight = 20
    refused = world.screen.by_head(head(b"/v1/load", b"OPTIONS", origin="https://shop.example"))

    assert Next.PASS is passes
    assert isinstance(refused, bytes)
    assert (503, False) == (read(refused)[0], b"Access-Control" in refused)


def test_those_who_are_refused_together_do_not_come_back_together() -> None:
    """`Retry-After` is drawn."""
    world = World()
    world.in_flight = 20
    found = set()
    for world.draws in (0.0, 0.3, 0.5, 0.7, 0.999):
        response = world.screen.by_head(head())
        assert isinstance(response, bytes)
        found.add(read(response)[1]["Retry-After"])

    assert {"1", "2", "3", "4", "5"} == found


def test_request_beyond_a_limit_is_refused_late() -> None:
    """By its head, before the gates; a page may read it, and the next one is made of the same bytes."""
    world = World()
    fields = {"Retry-After": "3", "RateLimit-Policy": '"address";q=3;w=9', "RateLimit": '"address";r=0;t=3'}
    world.in_flight, world.limited = 20, LimitedError("too many", limit="address", retry_after_s=3, fields=fields)
    found = [world.screen.by_head(head(origin="https://shop.example")) for _ in range(2)]

    assert isinstance(found[0], Delayed)
    status, headers, problem = read(found[0].response)
    assert (429, "rate_limited", "too many") == (status, problem["reason"], problem["detail"])
    assert fields.items() <= headers.items()
    assert "https://shop.example" == headers["Access-Control-Allow-Origin"]
    assert found[0] == found[1]
    assert b'skerry_refused_requests_total{reason="rate_limited"} 2.0' in world.metrics.exposition()
    assert b'skerry_rate_limited_total{limit="address"} 2.0' in world.metrics.exposition()


SOFT: dict[str, tuple[RequestHead, bool]] = {
    "a question": (head(), True),
    "a question with consent": (head(b"/v1/fastpath"), True),
    "a question with a query": (head(b"/v1/ask?x=1"), True),
    "a question that is too long to be kept": (head(content_length="8193"), False),
    "a length that is none": (head(content_length="\u0664"), False),
    "no length": (head(content_length=""), False),
    "another path": (head(b"/v1/feedback"), False),
    "another method": (head(method=b"PUT"), False),
}


@pytest.mark.parametrize("sentence", SOFT)
def test_soft_gate_looks_at_questions(sentence: str) -> None:
    """While it is on, and only then."""
    world = World()
    asked, is_looked_at = SOFT[sentence]
    before = world.screen.by_head(asked)
    world.is_on = True
    then = world.screen.by_head(asked)

    assert (Next.PASS, Next.WAIT_FOR_BODY if is_looked_at else Next.PASS) == (before, then)


BODIES: dict[str, tuple[bytes, bool]] = {
    "it needs only a look": (ASK, True),
    "it needs triage": (ASK.replace(b"when", b"why"), False),
    "it is no question": (b"{}", True),
    "it is no JSON": (b"\xff\xfe", True),
    "half a character": (ASK.replace(b"when", b"\xed\xa0\x80"), True),
}


@pytest.mark.parametrize("sentence", BODIES)
def test_soft_gate_refuses_what_needs_triage(sentence: str) -> None:
    """What is no question passes: the application says what is wrong with it."""
    world = World()
    body, passes = BODIES[sentence]
    found = world.screen.by_body(head(), body)

    assert passes is (found is None)
    assert found is None or read(found)[0] == 503
