"""What a running desk knows: loads, presence, and mailboxes of slow readers."""

from edge.desk.access import Agent
from edge.desk.live import Loads, News, Presence
from edge.desk.store import Scope, TenantQueue
from tests.desk.desk import NOON

ANNA = Agent("anna", "northwind", "")


def test_present_for_two_minutes() -> None:
    """An agent is at work for two minutes after the token was last used."""
    at = 0.0
    presence = Presence(lambda: at)
    presence.note(ANNA)
    at = 119.0
    still = presence.at_work()
    at = 120.0

    assert {"northwind": {"anna"}} == still
    assert {} == presence.at_work()


def test_load_is_sent_when_it_changes() -> None:
    """Not twice for the same, again after ten seconds, and at once for another count or a wait of five seconds more."""
    at, news = 0.0, News()
    loads = Loads(news, clock=lambda: at)

    def sent(depth: int, oldest_s: float) -> int:
        queues = {"northwind": TenantQueue(depth, 0, oldest_s)}
        loads.update({"northwind"}, queues, busy=set(), at_work={}, behind={}, pops=0, now=NOON)
        return len(box.take_loads())

    with news.for_pop("fra-1", {}) as box:
        counts = [sent(1, 0.0), sent(1, 4.0), sent(1, 5.0), sent(2, 5.0), sent(2, 5.0)]
        at = 10.0

        assert [1, 0, 1, 1, 0] == counts
        assert 1 == sent(2, 5.0)
    assert 1 == loads.newest["northwind"].pops


def test_load_of_a_tenant_without_people() -> None:
    """A PoP may invent a tenant in a ticket, and an agent may go: neither is a load any more, and nothing is kept."""
    news = News()
    loads = Loads(news, clock=lambda: 0.0)
    queues = {name: TenantQueue(1, 0, 0.0) for name in ("northwind", "invented")}
    with news.for_pop("fra-1", {}) as box:
        loads.update({"northwind"}, queues, busy=set(), at_work={}, behind={}, pops=0, now=NOON)
        first = [load.tenant for load in box.take_loads()]
        loads.update(set(), queues, busy=set(), at_work={}, behind={}, pops=0, now=NOON)

        assert (["northwind"], []) == (first, box.take_loads())
    assert {} == loads.newest


def test_slow_reader() -> None:
    """Of more rows than may wait, the page is told to read the queue again; memory stays small."""
    news = News()
    with news.for_agent(ANNA) as box:
        box.take()
        news.publish(
            {str(number): Scope("northwind", "a") for number in range(1_001)},
            {str(number): None for number in range(1_001)},
        )

        assert (True, []) == box.take()
        assert (False, []) == box.take()


def test_lane_of_another() -> None:
    """An agent of one lane hears nothing of the others."""
    news = News()
    with news.for_agent(Agent("lane", "northwind", "support")) as box:
        box.take()
        rows = {"1": Scope("northwind", "safety"), "2": Scope("northwind", "support"), "3": Scope("globex", "support")}
        news.publish(rows, dict.fromkeys(rows))

        assert ["2"] == [change.row for change in box.take()[1]]
