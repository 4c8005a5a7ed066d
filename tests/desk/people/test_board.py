"""What the wall reads besides PoPs' figures: questions a minute, lanes, and with which token."""

from datetime import UTC, datetime

import pytest

from edge.desk.live import PostedFigures
from edge.desk.store import Scope
from edge.errors import RefusedError
from edge.records.desk import BoardPop, ChannelFigures, PopFigures
from tests.desk.desk import NOON, Caller, Clock, RunningDesk, body, tid

LATER = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)


class Posting:
    """A PoP that posts its counts to a desk whose clock the test moves."""

    def __init__(self) -> None:
        self.at = 0.0
        self.figures = PostedFigures(lambda: self.at)

    def post(self, *, since: datetime = NOON, **counts: int) -> None:
        """Counts of one tenant, and others of another."""
        islands = tuple(
            ChannelFigures(island=f"{tenant}/{island}", channel="chat", counts=found)
            for tenant, island, found in (
                ("northwind", "drop", counts),
                ("northwind", "sale", {"answer": 5}),
                ("globex", "drop", {"answer": int(self.at)}),
            )
        )
        self.figures.post("fra-1", PopFigures(at=NOON, since=since, islands=islands))

    def shown(self, tenant: str = "northwind") -> BoardPop:
        """What the board says of it."""
        (shown,) = self.figures.board(["fra-1"], scope=Scope(tenant), now=NOON, unconfirmed={}).pops
        return shown


def test_questions_a_minute() -> None:
    """Over the last minute, for each outcome, of the reader's tenant alone; too little is no figure, and no zero."""
    posting = Posting()
    posting.post(answer=10)
    at_once = posting.shown().per_minute
    for number in range(1, 19):
        posting.at = 5.0 * number
        posting.post(answer=10 + 2 * number, escalate=number)

    assert at_once is None
    assert {"answer": 24.0, "escalate": 12.0} == posting.shown().per_minute
    assert {"answer": 60.0} == posting.shown("globex").per_minute
    assert {} == posting.shown("acme").per_minute


def test_questions_a_minute_over_a_restart() -> None:
    """A PoP that counts from zero again has no figure for some seconds, and never one below zero."""
    posting = Posting()
    posting.post(answer=100)
    posting.at = 10.0
    posting.post(answer=110)
    before = posting.shown().per_minute
    posting.at = 15.0
    posting.post(answer=1, since=LATER)
    restarted = posting.shown().per_minute
    posting.at = 30.0
    posting.post(answer=0, since=LATER)

    assert {"answer": 60.0} == before
    assert restarted is None
    assert {"answer": 0.0} == posting.shown().per_minute


def test_silent_pop_has_no_rate() -> None:
    """What it counted a minute ago is no figure of now."""
    posting = Posting()
    posting.post(answer=100)
    posting.at = 10.0
    posting.post(answer=110)
    posting.at = 31.0

    assert posting.shown().per_minute is None
    assert posting.shown().silent_since is not None


async def test_lanes(served: RunningDesk, pop: Caller, anna: Caller, clock: Clock) -> None:
    """Open tickets by lane, with the wait of the oldest and what it was promised; one lane's agent sees that one."""
    await pop.post("/v1/tickets", body(1))
    clock.move(minutes=4)
    await pop.post("/v1/tickets", body(2, text="another", created=clock.at))
    await pop.post("/v1/tickets", body(3, text="harm", lane="safety", created=clock.at, deadline=None))
    clock.move(minutes=2)
    await pop.post("/v1/tickets", body(4, text="done", created=clock.at))
    await anna.post(f"/v1/tickets/{tid(4)}/resolve")
    _, board = await anna.get("/v1/board")
    _, seen = await (await served.new("eve", tenant="northwind", lane="safety")).get("/v1/board")

    safety = {"lane": "safety", "open": 1, "late": 0, "oldest_s": 120.0, "promised_s": None}
    support = {"lane": "support", "open": 2, "late": 1, "oldest_s": 360.0, "promised_s": 300.0}
    assert [safety, support] == board["lanes"]
    assert [safety] == seen["lanes"]


async def test_wall_reads_the_board_alone(served: RunningDesk, pop: Caller) -> None:
    """Its token shows figures of its tenant; tickets, drafts and the export are refused."""
    await pop.post("/v1/tickets", body(1))
    wall = await served.new_wall("screen", tenant="northwind")
    foreign = await served.new_wall("other", tenant="globex")
    status, board = await wall.get("/v1/board")

    assert (200, 1) == (status, len(board["lanes"]))
    assert [] == (await foreign.get("/v1/board"))[1]["lanes"]
    for path in ("/v1/queue", f"/v1/tickets/{tid(1)}", "/v1/drafts", "/v1/export", "/v1/pops/fra-1/events"):
        assert 403 == (await wall.get(path))[0], path
    assert 403 == (await wall.post(f"/v1/tickets/{tid(1)}/claim"))[0]


@pytest.mark.parametrize("whose", ["the wall's", "an agent's"])
async def test_wall_is_nobody_at_work(served: RunningDesk, pop: Caller, whose: str) -> None:
    """A screen that hangs there makes no agent, with either token, so surge control knows that nobody answers."""
    wall = await served.new_wall("screen", tenant="northwind")
    # There is a person, who is not at work.
    anna = await served.new("anna", tenant="northwind")
    await pop.post("/v1/tickets", body(1))
    assert 200 == (await (wall if whose == "the wall's" else anna).get("/v1/board"))[0]
    async with pop.stream("/v1/pops/fra-1/events") as stream:
        load = await stream.load()

    assert ("northwind", 0) == (load.tenant, load.agents)


@pytest.mark.parametrize("name", ["fra-1", "anna"])
async def test_wall_needs_a_name_of_its_own(served: RunningDesk, pop: Caller, anna: Caller, name: str) -> None:
    """A PoP's or an agent's name is refused."""
    del pop, anna
    with pytest.raises(RefusedError, match="is the name of a token of another kind"):
        await served.new_wall(name, tenant="northwind")
