"""The cases of `questions.tsv` and `sessions.tsv`: questions, each in a channel, a session state and a load."""

from collections.abc import AsyncIterator, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

import msgspec

from edge.records import Island
from tests.daemon.golden import loads as load_of
from tests.daemon.golden.driver import Pop, Verdicts, running_pop
from tests.daemon.golden.islands import EMBER, HOODIE, NAMES, POLICY, TOUR, island
from tests.daemon.golden.sessions import STATES, SURE, afterwards, bring_about, new_session, passes_time, promised
from tests.daemon.golden.verdicts import Judged, read_verdicts
from tests.daemon.golden.words import row, seen

CHANNELS = ("", "stream", "mail")

UNUSUAL = {HOODIE: SURE, TOUR: "it keeps buffering", EMBER: "are the servers down"}
"""The question of an incident, by island: an author's example, which is answered when there is no incident."""

ALL_LOADS = tuple(load_of.loads(island(HOODIE)))
QUESTION_LOADS = {
    HOODIE: tuple(load for load in ALL_LOADS if not load.startswith(("at ", "almost", "steady", "idle", "stale"))),
    TOUR: ("nobody says", "over 1.5", "nobody at work", "idle for long", "incident"),
    EMBER: ("nobody says", "over 1.0", "over 1.25", "surge for long", "idle for long", "incident in a surge"),
}
"""The loads of each island. The tour has no surge policy, as its author wrote it; the launch gets one here."""

TELLING = (
    "hoodie-087", "hoodie-042", "hoodie-038", "hoodie-016", "hoodie-013", "hoodie-011", "hoodie-102", "hoodie-052",
    "hoodie-057", "hoodie-106", "hoodie-103", "hoodie-104",
)  # fmt: skip
"""One question for each kind of verdict: exact; two that are ambiguous; confident above the usual threshold, and above
the floor only; low confidence; out of scope; review required; harm; fraud; small talk; another language."""

TELLING_STATES = ("people have it", "asked back twice", "given the answer twice")
TELLING_LOADS = ("over 1.5", "nobody at work", "stale", "surge for long", "idle for long", "incident")


class Case(NamedTuple):
    """One row of `sessions.tsv`."""

    load: str
    state: str
    question: str
    channel: str


@cache
def verdicts() -> Verdicts:
    """The recorded verdicts, by island and text."""
    return {(judged.island, judged.text): judged.verdict for judged in read_verdicts()}


def _samples() -> Iterator[tuple[str, Island]]:
    for name in NAMES.values():
        drop = island(name)
        yield name, msgspec.structs.replace(drop, surge=POLICY) if name == EMBER else drop


# Read on import, because an event loop must not read files.
_SAMPLES = dict(_samples())


def sample(name: str) -> Island:
    """A sample island as the cases use it."""
    return _SAMPLES[name]


async def questions() -> AsyncIterator[str]:
    """Every question in every channel without a load report, and in two channels alternately under other loads."""
    known, all_judged = verdicts(), read_verdicts()
    for name in NAMES.values():
        asked, drop = [judged for judged in all_judged if judged.island == name], sample(name)
        for load in QUESTION_LOADS[name]:
            async with running_pop(drop, verdicts=known) as pop:
                await load_of.begin(pop, drop, load_of.loads(drop)[load], unusual=UNUSUAL[name])
                for number, (judged, channel) in enumerate(_in_channels(asked, load)):
                    yield await _question(pop, drop, judged, load=load, channel=channel, number=number)


def _in_channels(asked: Iterable[Judged], load: str) -> Iterator[tuple[Judged, str]]:
    if load == "nobody says":
        return ((judged, channel) for judged in asked for channel in CHANNELS)
    return ((judged, CHANNELS[number % 2]) for number, judged in enumerate(asked))


async def _question(pop: Pop, drop: Island, judged: Judged, *, load: str, channel: str, number: int) -> str:
    await load_of.renew(pop, drop, load_of.loads(drop)[load])
    # Each question has a chat of its own, because an answer is not posted twice in one chat.
    chat = f"stream:{number}" if channel == "stream" else channel
    told = await pop.ask(judged.island, judged.text, channel=chat)
    return row(judged.id, channel, load, seen(told))


def session_cases() -> list[Case]:
    """Every telling question in every state without a load report, in a new session under every load, and some of both.

    Two channels alternate.
    """
    wanted = [
        *(("nobody says", state) for state in STATES),
        *((load, "new") for load in ALL_LOADS[1:]),
        *((load, state) for load in TELLING_LOADS for state in TELLING_STATES),
    ]
    return [
        Case(load, state, question, CHANNELS[(offset + number) % 2])
        for offset, (load, state) in enumerate(wanted)
        for number, question in enumerate(TELLING)
    ]


async def sessions() -> AsyncIterator[str]:
    """The outcome of each question in its session, and what is remembered of the session afterwards."""
    known, drop = verdicts(), sample(HOODIE)
    texts = {judged.id: judged.text for judged in read_verdicts()}
    for _, group in groupby(session_cases(), key=_shares_a_pop):
        async with running_pop(drop, verdicts=known) as pop:
            for line in await _play(pop, drop, list(group), texts):
                yield line


def _shares_a_pop(case: Case) -> tuple[str, ...]:
    """Cases share a PoP unless time passes in them: then the questions of one case would be unusual in another."""
    return case if passes_time(case.state) else case[:2]


async def _play(pop: Pop, drop: Island, group: list[Case], texts: dict[str, str]) -> list[str]:
    ready = [(case, new_session(case.state)) for case in group]
    for case, session in ready:
        await bring_about(pop, case.state, session)
    load = load_of.loads(drop)[group[0].load]
    await load_of.begin(pop, drop, load, unusual=UNUSUAL[HOODIE])
    lines = []
    for number, (case, session) in enumerate(ready):
        await load_of.renew(pop, drop, load)
        chat = f"stream:{number}" if case.channel == "stream" else case.channel
        told = await pop.ask(HOODIE, texts[case.question], session=session, channel=chat)
        found = seen(told)
        queue = await promised(pop) if load.then else ""
        after = await afterwards(pop, session, found)
        lines.append(row(case.question, case.channel, case.state, case.load, found, queue, after))
    return lines
