"""The cases of `trees.tsv`: every path through every tree of the samples, in several session states and loads."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

from edge.records import Island
from edge.records.trees import Tree
from tests.daemon.golden import loads as load_of
from tests.daemon.golden.cases import UNUSUAL, sample, verdicts
from tests.daemon.golden.driver import Pop, Told, running_pop
from tests.daemon.golden.islands import EMBER, HOODIE, NAMES
from tests.daemon.golden.sessions import afterwards, bring_about, new_session
from tests.daemon.golden.words import row, seen

SITUATIONS = {
    "nobody says": (
        "no session", "new", "asked back twice", "given the answer once", "given the answer twice", "people have it",
        "people for safety have it", "given back", "resolved", "to be called back", "not kept: the disk was full",
    ),
    "steady": ("new",),
    "over 1.0": ("new",),
    "over 1.25": ("new",),
    "at 1.5": ("new",),
    "over 1.5": ("new", "given the answer twice", "people have it"),
    "nobody at work": ("new", "people have it"),
    "stale": ("new",),
    "surge for long": ("new",),
    "idle for long": ("new",),
    "incident": ("no session", "new", "given the answer twice", "people have it"),
    "incident in a surge": ("new",),
}  # fmt: skip
"""By load: the session states in which each path is walked."""


class Way(NamedTuple):
    """The choices from a tree's first step to one of its ends."""

    tree: str
    choices: tuple[int, ...]


def ways(island: Island) -> list[Way]:
    """Every path through every tree of an island."""
    return [Way(tree.id, choices) for tree in island.trees for choices in _through(tree, tree.steps[0].id)]


def _through(tree: Tree, at: str) -> Iterator[tuple[int, ...]]:
    options = next(step.options for step in tree.steps if step.id == at)
    if not options:
        yield ()
    for number, option in enumerate(options):
        yield from ((number, *further) for further in _through(tree, option.to))


async def press(pop: Pop, way: Way, **fields: Any) -> list[Told]:
    """Walk a path; gives every response."""
    path = f"/v1/trees/{HOODIE}/{way.tree}"
    told = [await pop.send("POST", path, fields)]
    for choice in way.choices:
        told.append(await pop.send("POST", path, fields | {"token": told[-1].document["token"], "choice": choice}))
    return told


async def walks() -> AsyncIterator[str]:
    """Each path in each situation, in two channels alternately. The launch's tree asks for a value: not walked."""
    assert [name for name in NAMES.values() if sample(name).trees] == [HOODIE, EMBER]
    known, drop = verdicts(), sample(HOODIE)
    for load, states in SITUATIONS.items():
        for offset, state in enumerate(states):
            async with running_pop(drop, verdicts=known) as pop:
                ready = [(way, new_session(state)) for way in ways(drop)]
                for _, session in ready:
                    await bring_about(pop, state, session)
                await load_of.begin(pop, drop, load_of.loads(drop)[load], unusual=UNUSUAL[HOODIE])
                for number, (way, session) in enumerate(ready):
                    await load_of.renew(pop, drop, load_of.loads(drop)[load])
                    channel = ("", "stream")[(number + offset) % 2]
                    yield await _walk(pop, way, session, channel, (channel, state, load))


async def _walk(pop: Pop, way: Way, session: str, channel: str, situation: tuple[str, str, str]) -> str:
    told = await press(pop, way, session=session, channel=channel)
    *steps, end = [seen(response) for response in told]
    path = "/".join([way.tree, *map(str, way.choices)])
    on_the_way = " ".join(f"{step.outcome}:{step.why}:{step.what}:{step.threshold}" for step in steps)
    assert {step.posted for step in steps} == {"-"}
    return row(
        path, *situation, on_the_way.replace("asked_back:buttons:", ""), end, await afterwards(pop, session, end)
    )
