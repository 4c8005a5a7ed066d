"""Load reports, sessions, callback promises and trees over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.daemon import run_pop
from edge.errors import ConfigError
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen
from tests.waiting import until

TOKEN, ALIEN = "t" * 24, "a" * 24
OPERATOR = "o" * 24
BUSY = {"tenant": "northwind", "queue_depth": 500, "wait_s": 900, "agents": 5}
TREE = f"/v1/trees/{DROP}/my-order"


@pytest.fixture
async def desk_pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP with desk tokens of two tenants."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    tokens = tmp_path / "desk.tokens"
    tokens.write_text(f"# desks\nnorthwind {TOKEN}\nacme {ALIEN}\n* {OPERATOR}\n")
    tokens.chmod(0o600)
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path, publisher_url=publisher_url, origin_url=origin.url, people={"desk_tokens_file": "desk.tokens"}
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop


async def send(
    pop: RunningPop, method: str, path: str, document: Any, *, token: str | None = TOKEN
) -> tuple[int, dict[str, Any]]:
    """Status and document of a request; the document is empty for 204."""
    data = document if isinstance(document, bytes) else msgspec.json.encode(document)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with pop.http.request(method, pop.url + path, data=data, headers=headers) as reply:
        body = await reply.read()
        return reply.status, msgspec.json.decode(body) if body else {}


async def ask(pop: RunningPop, text: str, **fields: Any) -> dict[str, Any]:
    """The response to one question."""
    return (await pop.post({"island": str(DROP), "text": text, **fields}))[1]


STRANGERS = {"no token": None, "a wrong one": "x" * 24, "another tenant's": ALIEN, "not ASCII": "tö" * 12, "empty": ""}

BAD_REPORTS: dict[str, tuple[Any, int, str, str]] = {
    "negative": (
        BUSY | {"queue_depth": -1}, 400, "malformed",
        "the body is not a load report: expected `int` >= 0 - at `$.queue_depth`",
    ),
    "negative wait": (
        BUSY | {"wait_s": -0.5}, 400, "malformed",
        "the body is not a load report: expected `float` >= 0.0 - at `$.wait_s`",
    ),
    "absent": (b"", 400, "malformed", "the body is not a load report: object missing required field `tenant`"),
    "half absent": (
        {"tenant": "northwind", "queue_depth": 1, "wait_s": 1}, 400, "malformed",
        "the body is not a load report: object missing required field `agents`",
    ),
    "not a number": (
        b'{"tenant": "northwind", "queue_depth": 1, "wait_s": NaN, "agents": 1}', 400, "malformed",
        "the body is not a load report: JSON is malformed: invalid character (byte 52)",
    ),
    "contradictory": (
        BUSY | {"queue_depth": 0}, 409, "contradictory",
        "load report has queue_depth 0 and wait_s 900, expected wait_s 0",
    ),
    "stale": (
        BUSY | {"at": "2026-01-01T00:00:00Z"}, 409, "contradictory", "load report was measured ",
    ),
    "with an unknown field": (
        BUSY | {"mood": "bad"}, 400, "malformed",
        "the body is not a load report: object contains unknown field",
    ),
}  # fmt: skip


async def test_load_report_that_is_refused(desk_pop: RunningPop) -> None:
    """Negative, incomplete, contradictory, or without the right token: viewers still get a place in the queue."""
    for situation, (report, status, reason, detail) in BAD_REPORTS.items():
        found, document = await send(desk_pop, "PUT", "/v1/load", report)
        assert (status, reason) == (found, document["reason"]), situation
        assert document["detail"].startswith(detail), situation
    for situation, token in STRANGERS.items():
        found, document = await send(desk_pop, "PUT", "/v1/load", BUSY, token=token)
        assert (401, "unauthorised") == (found, document["reason"]), situation

    assert "out_of_scope" == (await ask(desk_pop, "do gulls dream"))["reason"]
    metrics = (await desk_pop.get("/metrics", Authorization=f"Bearer {OPERATOR}"))[1].decode()
    for outcome, count in (("malformed", 6), ("contradictory", 2), ("unauthorised", len(STRANGERS))):
        assert f'skerry_load_reports_total{{result="{outcome}",source="http"}} {count}.0' in metrics


async def test_overloaded_people_mean_a_callback_that_is_durable(desk_pop: RunningPop) -> None:
    """The viewer gets an estimate and a callback token instead of a place; the ticket arrives and says why."""
    assert 204 == (await send(desk_pop, "PUT", "/v1/load", BUSY))[0]
    found = await ask(desk_pop, "do gulls dream")
    _, promised = await send(desk_pop, "POST", "/v1/callback-promises", {"token": found["callback_token"]}, token=None)
    await desk_pop.until_at_origin({found["ticket"]})
    ticket = desk_pop.origin.tickets[found["ticket"]]

    assert ("escalate", "surge", "callback") == (found["outcome"], found["reason"], found["lane"])
    assert found["wait_s"] >= 500 * 120 / 5
    assert (found["ticket"], str(DROP)) == (promised["ticket"], promised["island"])
    assert ("surge", "out_of_scope", found["wait_s"]) == (
        ticket["reason"],
        ticket["because"],
        ticket["promised_wait_s"],
    )


async def test_estimate_counts_what_waits_in_the_outbox(desk_pop: RunningPop) -> None:
    """While origin is down the desk reports an empty queue, but four questions are ahead of the fifth."""
    await desk_pop.origin.stop()
    for _ in range(4):
        await ask(desk_pop, "do gulls dream")
    idle = {"tenant": "northwind", "queue_depth": 0, "wait_s": 0, "agents": 2, "handle_s": 30}
    assert 204 == (await send(desk_pop, "PUT", "/v1/load", idle))[0]
    found = latest = await ask(desk_pop, "do gulls dream")
    await desk_pop.origin.start()

    async def are_delivered() -> bool:
        nonlocal latest
        # Each try hands another question to people, so it is waited for as well.
        await desk_pop.until_at_origin({latest["ticket"]})
        await send(desk_pop, "PUT", "/v1/load", idle)
        latest = await ask(desk_pop, "do gulls dream")
        return bool(latest["wait_s"] == 0)

    assert 4 * 30 / 2 == found["wait_s"]
    await until(are_delivered, "nothing on its way any more")


async def test_callback_token_that_was_made_elsewhere(desk_pop: RunningPop) -> None:
    """It is refused with 403."""
    status, document = await send(desk_pop, "POST", "/v1/callback-promises", {"token": "forged"}, token=None)

    assert (403, "token_invalid") == (status, document["reason"])


async def test_harm_keeps_its_lane_and_its_log_class(desk_pop: RunningPop, capfd: pytest.CaptureFixture[str]) -> None:
    """However overloaded people are: its own lane and schema, and a log line without the topic."""
    await send(desk_pop, "PUT", "/v1/load", BUSY)
    found = await ask(desk_pop, "i want to hurt myself")
    await desk_pop.until_at_origin({found["ticket"]})
    ticket = desk_pop.origin.tickets[found["ticket"]]
    output = capfd.readouterr()
    line = next(line for line in (output.out + output.err).splitlines() if found["ticket"] in line)

    assert ("safety", "skerry.safety/1") == (found["lane"], ticket["schema"])
    assert "log_class=safety" in line
    assert "confidence=None" in line


async def test_threshold_in_force_is_public(desk_pop: RunningPop) -> None:
    """It is in every response, in the island's status, and a metric."""
    answers = [await ask(desk_pop, text) for text in ("what colours are there", "do gulls dream")]
    island = msgspec.json.decode((await desk_pop.get(f"/v1/islands/{DROP}"))[1])
    metrics = (await desk_pop.get("/metrics", Authorization=f"Bearer {OPERATOR}"))[1]

    assert [0.825] * 3 == [document["target_precision"] for document in (*answers, island)]
    assert [("start", 0.47)] * 2 == [(one["threshold_why"], round(one["answerable_share"], 2)) for one in answers]
    assert {"stream", "widget", "chat", "other"} == island["thresholds"].keys()
    assert b"skerry_threshold_lowest 0.825" in metrics
    assert b'skerry_thresholds{why="start"}' in metrics


async def test_session_stays_with_people_until_they_release_it(desk_pop: RunningPop, pen: Pen) -> None:
    """The author's own example is only a suggestion while people have the session. It has the name in its tickets."""
    session = {"session": "viewer-1"}
    ticket = (await ask(desk_pop, "do gulls dream", **session))["ticket"]
    await desk_pop.until_at_origin({ticket})
    question = {"island": str(DROP), "text": pen.example, **session}
    _, during = await send(desk_pop, "POST", "/v1/ask", question)
    release = {"island": str(DROP), "session": desk_pop.origin.tickets[ticket]["session"]}
    refused, _ = await send(desk_pop, "POST", "/v1/release", release, token=ALIEN)
    by_name, _ = await send(desk_pop, "POST", "/v1/release", {"island": str(DROP), **session})
    _, still = await send(desk_pop, "POST", "/v1/ask", question)
    released, _ = await send(desk_pop, "POST", "/v1/release", release)
    after = await ask(desk_pop, pen.example, **session)

    assert ("escalate", "human_active", None) == (during["outcome"], during["reason"], during["answer"])
    assert during["candidates"]
    assert (401, 204, "human_active", 204) == (refused, by_name, still["reason"], released)
    assert ("answer", "exact") == (after["outcome"], after["reason"])


async def test_same_answer_is_not_posted_twice_to_a_stream(desk_pop: RunningPop, pen: Pen) -> None:
    """The second viewer has it on the screen; in another chat it is news."""
    found = [await ask(desk_pop, pen.example, channel=channel) for channel in ("stream", "stream", "stream:2", "mail")]

    assert ["exact", "cooling_down", "exact", "exact"] == [document["reason"] for document in found]
    assert ("ignore", None, None) == (found[1]["outcome"], found[1]["answer"], found[1]["ticket"])


@pytest.mark.parametrize("author", ["bot", "staff"])
async def test_bots_and_staff_are_left_alone(desk_pop: RunningPop, author: str) -> None:
    """No answer, no ticket."""
    found = await ask(desk_pop, "do gulls dream", author=author)

    assert ("ignore", "not_a_viewer", None) == (found["outcome"], found["reason"], found["ticket"])


async def test_author_that_is_nobody(desk_pop: RunningPop) -> None:
    """The three are a closed set."""
    status, document, _ = await desk_pop.post({"island": str(DROP), "text": "hi", "author": "admin"})

    assert (400, "the body is not a question: invalid enum value - at `$.author`") == (
        status,
        document["detail"],
    )


async def test_tree_ends_with_an_answer(desk_pop: RunningPop) -> None:
    """Three requests, two buttons; nothing is remembered between them."""
    _, first = await send(desk_pop, "POST", TREE, {}, token=None)
    _, second = await send(desk_pop, "POST", TREE, {"token": first["token"], "choice": 1}, token=None)
    status, last = await send(desk_pop, "POST", TREE, {"token": second["token"], "choice": 0}, token=None)

    assert (["Yes", "Not yet"], ["Sizes", "When it ships"]) == (first["labels"], second["labels"])
    assert (200, "answer", "tree", "size-guide") == (
        status,
        last["outcome"],
        last["reason"],
        last["provenance"]["snippet"],
    )
    assert last["answer"]
    assert "" == last["token"]
    assert [0.825] * 3 == [step["target_precision"] for step in (first, second, last)]


async def test_tree_ends_with_people(desk_pop: RunningPop) -> None:
    """The ticket is durable and has the label of the last button."""
    _, first = await send(desk_pop, "POST", TREE, b"", token=None)
    _, second = await send(desk_pop, "POST", TREE, {"token": first["token"], "choice": 0}, token=None)
    status, last = await send(
        desk_pop, "POST", TREE, {"token": second["token"], "choice": 2, "session": "viewer-9"}, token=None
    )
    await desk_pop.until_at_origin({last["ticket"]})
    ticket = desk_pop.origin.tickets[last["ticket"]]

    assert (202, "tree", "shipping") == (status, last["reason"], last["lane"])
    assert "What is it about? Something arrived wrong" == ticket["text"]
    assert ticket["session"].startswith("named:")
    assert "human_active" == (await ask(desk_pop, "when does it ship?", session="viewer-9"))["reason"]


async def test_tree_steps_that_are_refused(desk_pop: RunningPop) -> None:
    """A forged token, no choice, a choice out of range, an unknown tree, an unknown island."""
    _, first = await send(desk_pop, "POST", TREE, {}, token=None)
    good = first["token"]
    found = {
        "forged": await send(desk_pop, "POST", TREE, {"token": good[:-2] + "AA", "choice": 0}),
        "no choice": await send(desk_pop, "POST", TREE, {"token": good}),
        "out of range": await send(desk_pop, "POST", TREE, {"token": good, "choice": 7}),
        "negative": await send(desk_pop, "POST", TREE, {"token": good, "choice": -1}),
        "unknown tree": await send(desk_pop, "POST", f"/v1/trees/{DROP}/no-such", {}),
        "unknown island": await send(desk_pop, "POST", "/v1/trees/northwind/other/my-order", {}),
    }

    assert {
        "forged": (403, "token_invalid"),
        "no choice": (422, "malformed"),
        "out of range": (422, "malformed"),
        "negative": (400, "malformed"),
        "unknown tree": (404, "not_found"),
        "unknown island": (404, "island_unknown"),
    } == {situation: (status, document["reason"]) for situation, (status, document) in found.items()}


TOKENS_FILES = {
    "readable by others": (
        0o604,
        f"northwind {TOKEN}\n",
        "has mode 0604, expected 0600, so others may know it; run: chmod 600 ",
    ),
    "a token that is short": (
        0o600,
        "northwind short\n",
        "line 1 is not a tenant and a token of 20 characters or more; ",
    ),
    "a tenant that is no name": (0o600, f"North Wind {TOKEN}\n", "line 1 is not a tenant and a token of 20 "),
    "a token twice": (0o600, f"northwind {TOKEN}\nacme {TOKEN}\n", "line 2 repeats a token, expected one of its own "),
}


@pytest.mark.parametrize(("mode", "text", "problem"), TOKENS_FILES.values(), ids=TOKENS_FILES.keys())
async def test_tokens_file_that_cannot_be_used(pen: Pen, tmp_path: Path, mode: int, text: str, problem: str) -> None:
    """The PoP does not start, and the error shows no token."""
    await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    path = tmp_path / "desk.tokens"
    path.write_text(text)
    path.chmod(mode)
    config = pop_config(
        tmp_path, publisher_url="http://x", origin_url="http://x", people={"desk_tokens_file": path.name}
    )
    with pytest.raises(ConfigError) as caught:
        await run_pop(config, stop=asyncio.Event())

    assert caught.value.text.startswith(f"{path} {problem}")
    assert TOKEN not in caught.value.text


async def test_tokens_file_that_is_missing(pen: Pen, tmp_path: Path) -> None:
    """The error ends with how to write one."""
    await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    config = pop_config(tmp_path, publisher_url="http://x", origin_url="http://x", people={"desk_tokens_file": "no"})
    with pytest.raises(ConfigError) as caught:
        await run_pop(config, stop=asyncio.Event())

    assert caught.value.text.startswith(
        f"cannot read the desks' tokens {tmp_path}/no: No such file or directory; write "
    )
