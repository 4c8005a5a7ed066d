"""States of a session, each with the questions and events that lead to it."""

from itertools import count, groupby

from tests.daemon.golden.driver import Pop, Told
from tests.daemon.golden.islands import HOODIE
from tests.daemon.golden.words import Seen, brief, ticket_of

SURE, OTHER, SEVERAL = "where is my order", "how can i pay", "trackin number not workign"
NOBODY_KNOWS, HARM, PERSON = "do gulls dream", "i want to hurt myself", "still no refund from you guys"

STATES: dict[str, tuple[str, ...]] = {
    "no session": (),
    "new": (),
    "asked back once": (SEVERAL,),
    "asked back twice": (SEVERAL, SEVERAL),
    "asked back twice, then answered": (SEVERAL, SEVERAL, SURE),
    "left alone between": (SEVERAL, "bot: " + SURE, SEVERAL),
    "given the answer once": (SURE,),
    "given the answer twice": (SURE, SURE),
    "given the answer twice, then another": (SURE, SURE, OTHER),
    "given the answer, asked back": (SURE, SEVERAL, SURE),
    "people have it": (NOBODY_KNOWS,),
    "people have it, after misses": (SEVERAL, SEVERAL, SEVERAL),
    "people have it, after repeats": (SURE, SURE, SURE),
    "people for safety have it": (HARM,),
    "people have it and more was said": (NOBODY_KNOWS, SURE, HARM),
    "people took it while it lasted": (NOBODY_KNOWS, "move 1000", SURE, "move 799"),
    "people's time is nearly over": (PERSON, "move 1799"),
    "people's time is over": (PERSON, "move 1800"),
    "people's time is over, after more was said": (PERSON, "move 1000", SURE, "move 800"),
    "given back": (NOBODY_KNOWS, "release"),
    "given back, after misses": (SEVERAL, SEVERAL, "release"),
    "given back, then resolved, people have it again": (NOBODY_KNOWS, "release", PERSON, "resolve 0"),
    "resolved": (NOBODY_KNOWS, "resolve 0"),
    "one of two resolved": (NOBODY_KNOWS, HARM, "resolve 0"),
    "both resolved": (NOBODY_KNOWS, HARM, "resolve 1", "resolve 0"),
    "resolved, then people again": (NOBODY_KNOWS, "resolve 0", PERSON, "resolve 0"),
    "to be called back": ("busy", NOBODY_KNOWS, "free"),
    "to be called back, resolved": (SURE, SURE, "busy", NOBODY_KNOWS, "free", "resolve 0"),
    "not kept: the disk was full": ("disk full", NOBODY_KNOWS, "disk"),
    "not kept: the disk was broken": (SURE, SURE, "disk broken", SURE, "disk"),
}

BUSY = {"queue_depth": 500, "wait_s": 900, "agents": 1}
FREE = {"queue_depth": 0, "wait_s": 0, "agents": 5, "free_agents": 5}

_numbers = count()


def new_session(state: str) -> str:
    """A session id that is not used yet; '' for no session."""
    return "" if state == "no session" else f"session-{next(_numbers)}"


async def bring_about(pop: Pop, state: str, session: str) -> None:
    """Bring a session into a state; the tickets made on the way arrive at their desk."""
    tickets: list[str] = []
    for act in STATES[state]:
        told = await _do(pop, act, session, tickets)
        if told is not None and told.posted:
            tickets.append(ticket_of(told))
    pop.deliver()


async def afterwards(pop: Pop, session: str, found: Seen) -> str:
    """The outcomes of fixed questions in the session, which show what is remembered of it.

    An ambiguous question shows how often the session was asked back, and a repeated answer how often it was given.
    """
    if not session:
        return ""
    asked = [SEVERAL] if found.outcome == "asked_back" else [SEVERAL, SEVERAL]
    said = [brief(await pop.ask(HOODIE, text, session=session)) for text in (*asked, SURE, SURE)]
    return " ".join(f"{len(list(same))}x{what}" for what, same in groupby(said))


async def promised(pop: Pop) -> str:
    """The outcomes of two questions without a session that go to people, which show the length of their queue."""
    return " ".join([brief(await pop.ask(HOODIE, text)) for text in (HARM, NOBODY_KNOWS)])


async def _do(pop: Pop, act: str, session: str, tickets: list[str]) -> Told | None:
    match act.split():
        case ["move", seconds]:
            pop.move(float(seconds))
        case ["release"]:
            assert (await pop.release(HOODIE, session)).status == 204
        case ["resolve", which]:
            assert (await pop.resolve(tickets[int(which)])).status == 200
        case ["busy"]:
            await pop.report(tenant="northwind", **BUSY)
        case ["free"]:
            await pop.report(tenant="northwind", **FREE)
        case ["disk", *fault]:
            pop.outbox.fault = "".join(fault)
        case ["bot:", *words]:
            return await pop.ask(HOODIE, " ".join(words), session=session, author="bot")
        case _:
            return await pop.ask(HOODIE, act, session=session)
    return None


def passes_time(state: str) -> bool:
    """True if so much time passes on the way to a state that incidents know what is usual."""
    return any(act.startswith("move") for act in STATES[state])
