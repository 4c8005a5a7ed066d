"""`edge.daemon.ask.answerer`: one question reads clock and shelf once, is normalised once, and waits at most twice.

Also `edge.daemon.ask.remember`: it is counted and logged after its response.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from edge.daemon.ask import Answerer, Concluder, Judge, Overload
from edge.daemon.ask.question import Concluded, OpenQuestion, Readings, read_as_sent
from edge.daemon.ask.remember import QuestionLog
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.daemon.telemetry import Metrics
from edge.decide import Conclusion, Resolution, Unjudged
from edge.errors import Reason, RefusedError
from edge.records import AskRequest, Decision, IslandName, Outcome, Verdict
from edge.triage import Matter, matter_of

NOW = datetime(2026, 11, 1, 20, tzinfo=UTC)
DROP = IslandName("acme", "drop")
VERDICT = Verdict(candidates=(), any_confidence=0.0, model="test")


class Watched:
    """An answerer whose clock, shelf, judge and concluder count their calls; the last two wait once each."""

    def __init__(self, entry: PopEntry | None) -> None:
        self.count: Counter[str] = Counter()
        self.is_on = False
        self.resolutions: list[Resolution] = []
        self.judged: list[Matter] = []
        self._entry = entry
        self._shelf = (
            PopShelf()
            .put(PopSlot(name=DROP, since=NOW, entry=entry))
            .vouched({"acme": datetime(2030, 1, 1, tzinfo=UTC)})
        )
        self.answerer = Answerer(
            pop="ams",
            model="test",
            judge=cast(Judge, self),
            overload=cast(Overload, self),
            concluder=cast(Concluder, self),
            shelf=self.shelf,
            now=self.now,
        )

    def now(self) -> datetime:
        """As the PoP's clock."""
        self.count["clock"] += 1
        return self._entry.island.opens if self._entry else NOW

    def shelf(self) -> PopShelf:
        """As `Syncer.shelf`."""
        self.count["shelf"] += 1
        return self._shelf

    async def judge(self, _entry: PopEntry, text: Matter, *, asker: str) -> Verdict:
        """As `Judge.judge`."""
        self.count["waits"] += 1
        self.judged.append(text)
        assert asker == "address "
        await asyncio.sleep(0)
        return VERDICT

    async def conclude(self, question: OpenQuestion, resolution: Resolution) -> Concluded:
        """As `Concluder.conclude`."""
        self.count["waits"] += 1
        self.resolutions.append(resolution)
        assert question.asked.text == "when does it ship"
        await asyncio.sleep(0)
        decision = Decision(outcome=Outcome.IGNORE, reason=Reason.OUT_OF_SCOPE)
        return Concluded(Conclusion(decision, None, 0.0, None), None, tuple, None, None, None, None, 0.0)


@pytest.fixture
def entry(make_entry: Any) -> PopEntry:
    """An island that is served."""
    return cast(PopEntry, make_entry())


async def test_everything_is_read_once(entry: PopEntry) -> None:
    """Time and shelf are read once, however long triage and disk take."""
    watched = Watched(entry)
    await watched.answerer.ask(AskRequest(island=str(DROP), text="WHEN does it ship???"))

    assert {"clock": 1, "shelf": 1, "waits": 2} == watched.count
    assert ([Matter("when does it ship", marked=frozenset({"when does it ship"}))], [VERDICT]) == (
        watched.judged,
        watched.resolutions,
    )


async def test_question_that_needs_no_verdict_does_not_wait_for_triage() -> None:
    """The island has never arrived, so people take the question."""
    watched = Watched(None)
    await watched.answerer.ask(AskRequest(island=str(DROP), text="when does it ship"))

    assert {"clock": 1, "shelf": 1, "waits": 1} == watched.count
    assert [Unjudged(Reason.ISLAND_UNKNOWN)] == watched.resolutions


@pytest.mark.parametrize(("island", "text"), [("acme/drop", " "), ("acme/other", "when")])
async def test_refused_question_waits_for_nothing(entry: PopEntry, island: str, text: str) -> None:
    """A text without words, and an unknown island."""
    watched = Watched(entry)
    with pytest.raises(RefusedError):
        await watched.answerer.ask(AskRequest(island=island, text=text))

    assert 0 == watched.count["waits"]


def test_short_message_is_read_once() -> None:
    """The reading of a short message is remembered with its marks; a long one is read each time, with equal result."""
    readings, short, long = Readings(), "@shop when does it ship?", "when does it ship? " * 20

    first = readings.read(short, ())
    assert first is readings.read(short, ())
    assert first != readings.read(short, ((0, 5),))
    assert readings.read(long, ()) is not readings.read(long, ())
    assert readings.read(long, ()) == readings.read(long, ())
    for text in (short, long):
        message = read_as_sent(text, ())
        assert (message, matter_of(message)) == readings.read(text, ())


async def test_questions_are_counted_and_logged_in_the_next_turn_of_the_loop_in_their_order() -> None:
    """No response waits for a metric or a line: this turn ends first, and with it the response is written."""
    metrics, turns = Metrics(), list[str]()
    status = PopSlot(name=DROP, since=NOW).status(NOW, fresh_until=None)
    decided = [Decision(outcome=Outcome.IGNORE, reason=reason) for reason in (Reason.CHATTER, Reason.OUT_OF_SCOPE)]
    with capture_logs() as lines:
        log = QuestionLog(metrics)
        for decision in decided:
            log.write_soon(status, Conclusion(decision, None, 0.0, None), None, None, took_s=0.001)
        asyncio.get_running_loop().call_soon(lambda: turns.append(f"{len(lines)} lines before what came up later"))
        at_once = list(lines)
        await asyncio.sleep(0)

    assert [] == at_once
    assert ["2 lines before what came up later"] == turns
    assert ["chatter", "out_of_scope"] == [line["reason"] for line in lines]
    assert 2 == metrics.registry.get_sample_value("skerry_ask_seconds_count")


async def test_a_question_whose_request_was_cancelled_is_still_counted() -> None:
    """A client that hangs up ends its request, and not what is left to do for it."""
    metrics = Metrics()
    status = PopSlot(name=DROP, since=NOW).status(NOW, fresh_until=None)
    conclusion = Conclusion(Decision(outcome=Outcome.IGNORE, reason=Reason.CHATTER), None, 0.0, None)

    async def ask() -> None:
        QuestionLog(metrics).write_soon(status, conclusion, None, None, took_s=0.001)
        await asyncio.sleep(60)

    request = asyncio.create_task(ask())
    asyncio.get_running_loop().call_soon(request.cancel)
    await asyncio.gather(request, return_exceptions=True)

    assert 1 == metrics.registry.get_sample_value("skerry_ask_seconds_count")
