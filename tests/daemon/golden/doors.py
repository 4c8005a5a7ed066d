"""The cases of `doors.tsv`: everything but verdict, session and load, as short stories with a row for each step."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec

from edge.records import Route
from tests.daemon.golden import loads as load_of
from tests.daemon.golden.cases import sample, verdicts
from tests.daemon.golden.driver import STATES, Pop, Told, running_pop
from tests.daemon.golden.islands import HOODIE, OWN_QUESTIONS, TOUR
from tests.daemon.golden.sessions import BUSY, FREE, HARM, NOBODY_KNOWS, OTHER, SEVERAL, SURE
from tests.daemon.golden.trees import Way, press
from tests.daemon.golden.words import REASONS, row, seen

TREE = f"/v1/trees/{HOODIE}/my-order"
END = Way("my-order", (0, 0))
PEOPLE = Way("my-order", (0, 2))

TEXTS = {
    "empty": "",
    "blank": " \t\n",
    "as long as it may be": "x" * 2_000,
    "too long": "x" * 2_001,
    "a control character": "when\x00",
    "a line end": "where is\nmy order",
    "a C1 control": "where\x85",
    "unknown to triage, which breaks": "nobody recorded this",
}

Line = tuple[str, str, Told]


async def situations() -> AsyncIterator[str]:
    """Every step of every story."""
    for story in STORIES:
        steps: Counter[str] = Counter()
        async for situation, step, told in story():
            steps[situation] += 1
            yield row(situation, f"{steps[situation]:02} {step}", seen(told))
    async for line in _thresholds():
        yield line


async def _ask_all(pop: Pop, situation: str, texts: Iterable[str], **fields: str) -> AsyncIterator[Line]:
    for text in texts:
        details = " ".join(f"{name} {value}" for name, value in fields.items())
        yield situation, f"{text[:40]!r} {details}".strip(), await pop.ask(HOODIE, text, **fields)


async def _states() -> AsyncIterator[Line]:
    drop = sample(HOODIE)
    for state in (*STATES, "unknown"):
        async with running_pop(verdicts=verdicts()) as pop:
            if state != "unknown":
                pop.put(drop, state=state)
            situation = f"island {state}"
            for fields in ({}, {"channel": "stream", "session": "one"}, {"channel": "stream", "author": "bot"}):
                async for line in _ask_all(pop, situation, (SURE, SEVERAL, HARM, *OWN_QUESTIONS), **fields):
                    yield line
            await pop.report(tenant="northwind", **BUSY)
            async for line in _ask_all(pop, f"{situation}, people busy", (SURE, HARM), session="two"):
                yield line
            pop.put(drop)
            async for line in _ask_all(pop, f"{situation}, then fresh", (SURE,), session="one"):
                yield line
        async with running_pop(verdicts=verdicts()) as pop:
            if state != "unknown":
                pop.put(drop, state=state)
            yield situation, "a tree", await pop.send("POST", TREE, {})


async def _texts() -> AsyncIterator[Line]:
    async with running_pop(sample(HOODIE), verdicts=verdicts()) as pop:
        for name, text in TEXTS.items():
            for fields in ({"session": "one"}, {"channel": "stream"}, {"author": "bot"}):
                yield f"text {name}", f"as {fields}", await pop.ask(HOODIE, text, **fields)
        async for line in _ask_all(pop, "text, afterwards", (SURE,), session="one"):
            yield line


async def _authors() -> AsyncIterator[Line]:
    async with running_pop(sample(HOODIE), verdicts=verdicts()) as pop:
        for author in ("viewer", "staff", "bot", "admin"):
            async for line in _ask_all(pop, "author", (SURE, SEVERAL, NOBODY_KNOWS), author=author, session=author):
                yield line
        async for line in _ask_all(pop, "bot while people have it", (SURE,), author="bot", session="viewer"):
            yield line


async def _queue_full() -> AsyncIterator[Line]:
    async with running_pop(sample(HOODIE), verdicts=verdicts(), max_queue=0) as pop:
        for fields in ({}, {"channel": "stream", "session": "one"}):
            async for line in _ask_all(pop, "triage has too much to do", (SURE, HARM, *OWN_QUESTIONS), **fields):
                yield line
        await pop.report(tenant="northwind", **BUSY)
        async for line in _ask_all(pop, "triage has too much to do, people busy", (SURE, HARM), session="two"):
            yield line


async def _cool_down() -> AsyncIterator[Line]:
    async with running_pop(sample(HOODIE), verdicts=verdicts()) as pop:
        for seconds in (0, 19, 1, 5, 20):
            pop.move(seconds)
            for channel in ("stream", "stream", "stream:2", "mail"):
                async for line in _ask_all(pop, f"cool-down, {seconds} s later", (SURE, OTHER), channel=channel):
                    yield line
        for number in range(4):
            told = await pop.ask(HOODIE, SURE, channel="stream", session="loops")
            yield "cool-down in a session", f"{number}", told
        for number, told in enumerate(await press(pop, END, channel="stream", session="tree")):
            yield "cool-down at a tree's end", f"{number}", told


async def _disk() -> AsyncIterator[Line]:
    for fault in ("full", "broken"):
        async with running_pop(sample(HOODIE), verdicts=verdicts()) as pop:
            await pop.report(tenant="northwind", **FREE, handle_s=60)
            pop.outbox.fault = fault
            async for line in _ask_all(
                pop, f"disk {fault}", (NOBODY_KNOWS, SURE, SEVERAL, SEVERAL, SEVERAL), session="one"
            ):
                yield line
            yield f"disk {fault}", "a tree's end", (await press(pop, PEOPLE, session="tree"))[-1]
            pop.outbox.fault = ""
            async for line in _ask_all(pop, f"disk {fault}, then mended", (SURE, SEVERAL, SURE), session="one"):
                yield line
            async for line in _ask_all(pop, f"disk {fault}, then mended", (SURE,), session="tree"):
                yield line
            for number in range(7):
                told = await pop.ask(HOODIE, HARM)
                yield f"disk {fault}, then mended", f"in the queue before: {number}", told


async def _tokens() -> AsyncIterator[Line]:
    drop = sample(HOODIE)
    async with running_pop(drop, verdicts=verdicts()) as pop:
        good = (await pop.send("POST", TREE, {})).document["token"]
        pressed: dict[str, dict[str, Any]] = {
            "forged": {"token": good[:-4] + "AAAA", "choice": 0},
            "no token, a choice": {"choice": 1},
            "no choice": {"token": good},
            "a choice too high": {"token": good, "choice": 2},
            "a choice below": {"token": good, "choice": -1},
            "good": {"token": good, "choice": 1},
            "good, again": {"token": good, "choice": 1},
        }
        for step, body in pressed.items():
            yield "tree's token", step, await pop.send("POST", TREE, body | {"session": "one"})
        yield "tree's token", "an unknown tree", await pop.send("POST", f"/v1/trees/{HOODIE}/no-such", {})
        yield "tree's token", "an island without one", await pop.send("POST", f"/v1/trees/{TOUR}/my-order", {})
        for later in (3_600, 1):
            pop.move(later)
            told = await pop.send("POST", TREE, {"token": good, "choice": 1})
            yield "tree's token", f"{later} s later", told
        fresh = (await pop.send("POST", TREE, {})).document["token"]
        pop.put(msgspec.structs.replace(drop, revision=2))
        yield "tree's token", "of revision 1", await pop.send("POST", TREE, {"token": fresh, "choice": 1})


async def _not_delivered() -> AsyncIterator[Line]:
    """Tickets in the outbox are ahead of the next question, and a load report does not count them twice."""
    async with running_pop(sample(HOODIE), verdicts=verdicts()) as pop:
        for number in range(3):
            yield "not delivered", f"{number}", await pop.ask(HOODIE, NOBODY_KNOWS)
        body = {"tenant": "northwind", "queue_depth": 4, "wait_s": 9, "agents": 2, "handle_s": 10}
        for step in ("reported", "reported again", "delivered and reported"):
            if step.startswith("delivered"):
                pop.deliver()
            await pop.send("PUT", "/v1/load", body)
            for number, text in enumerate((SURE, NOBODY_KNOWS, HARM)):
                yield f"not delivered, {step}", f"{number}", await pop.ask(HOODIE, text)


async def _no_policy() -> AsyncIterator[Line]:
    """An island without a surge policy, and one with a stricter session policy."""
    drop = msgspec.structs.replace(sample(HOODIE), surge=None)
    rules = msgspec.structs.replace(
        drop.sessions, max_clarify_streak=1, max_repeats=1, human_active_s=60, cool_down_s=0
    )
    for situation, island in (("no policy", drop), ("strict", msgspec.structs.replace(drop, sessions=rules))):
        async with running_pop(island, verdicts=verdicts()) as pop:
            await pop.report(tenant="northwind", **BUSY)
            texts = (SEVERAL, SEVERAL, SURE, SURE, SURE, NOBODY_KNOWS, SURE)
            async for line in _ask_all(pop, situation, texts, session="one", channel="stream"):
                yield line
            pop.move(60)
            async for line in _ask_all(pop, f"{situation}, 60 s later", (SURE,), session="one", channel="stream"):
                yield line


async def _rules() -> AsyncIterator[Line]:
    """Routes by channel, reason and word, which no sample has; the first that matches gives the lane."""
    rules = (
        Route(lane="desk", channels=("mail",), reasons=("out_of_scope", "repeated_answer")),
        Route(lane="live", channels=("stream",), reasons=("low_confidence", "clarify_streak")),
        Route(lane="poets", keywords=("dream",), review=True),
        Route(lane="mailroom", channels=("mail",)),
    )
    drop = sample(HOODIE)
    drop = msgspec.structs.replace(drop, routes=(*rules, *drop.routes))
    asked = (NOBODY_KNOWS, "what do you charge for postage to spain", HARM, SEVERAL, SEVERAL, SEVERAL)
    for channel in ("", "mail", "stream", "stream:2"):
        async with running_pop(drop, verdicts=verdicts()) as pop:
            for step, text in enumerate(asked):
                session = "back" if text == SEVERAL else f"{step}"
                async for line in _ask_all(pop, "rules", (text,), channel=channel, session=session):
                    yield line
            for _ in range(3):
                async for line in _ask_all(pop, "rules", (SURE,), channel=channel, session="again"):
                    yield line


async def _incident() -> AsyncIterator[Line]:
    """The question that makes it an incident goes to people already; the incident ends when the rate falls."""
    drop = sample(HOODIE)
    async with running_pop(drop, verdicts=verdicts()) as pop:
        for number, text in enumerate((SURE, *[OTHER] * 50)):
            await pop.ask(HOODIE, text, session=f"early-{number}")
        pop.move(400)
        # Each from another viewer, whose session does not stand in the row.
        for number in range(16):
            yield "incident", repr(SURE), await pop.ask(HOODIE, SURE, session=f"late-{number}")
        yield "incident", "a tree's end", (await press(pop, END, session="tree"))[-1]
        for seconds in (30, 90, 300):
            pop.move(seconds)
            async for line in _ask_all(pop, f"incident, another {seconds} s later", (OTHER, SURE)):
                yield line


STORIES = (
    _states, _texts, _authors, _queue_full, _cool_down, _disk, _tokens, _not_delivered, _no_policy, _rules, _incident,
)  # fmt: skip


async def _thresholds() -> AsyncIterator[str]:
    """The threshold during a long surge, then with idle people, then without load reports."""
    drop = sample(HOODIE)
    reports = [("surge", load_of.LONG)] * 24 + [("idle", load_of.IDLE)] * 40 + [("silence", None)] * 8
    async with running_pop(drop, verdicts=verdicts()) as pop:
        for number, (step, report) in enumerate(reports):
            pop.move(15)
            if report is not None:
                told = await pop.report(tenant="northwind", **report)
                assert told.status == 204, REASONS[told.document["reason"]]
            yield row("threshold in force", f"{number:02} {step}", f"{await pop.threshold(HOODIE):.4f}")
