"""`edge.daemon.follow.push_watch`: when a push stream is late, and when something holds it back."""

import pytest

from edge.daemon.follow import PushState, PushWatch
from edge.errors import Cause

IDLE_S = 60.0
HEARTBEAT_S = 15.0
TIMELY, LATE, HELD_BACK = PushState


def replayed(events: str) -> tuple[PushState, float]:
    """The state after these events, and when: `p` push, `n` poll with news, `o` poll without, `s` silent, `x` refused.

    Each `.` is a heartbeat's time.
    """
    watch, now = PushWatch(idle_s=IDLE_S, jitter=lambda: 0.5), 1000.0
    for event in events:
        match event:
            case "p":
                watch.heard(now)
            case "n" | "o":
                watch.polled(now, has_news=event == "n")
            case "s":
                watch.failed(Cause.SILENT)
            case "x":
                watch.failed(Cause.CONNECTION_REFUSED)
            case _:
                now += HEARTBEAT_S
    return watch.state(now), now


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param("", LATE, id="nothing came yet"),
        pytest.param("p.", TIMELY, id="a heartbeat's time after a push"),
        pytest.param("p..", LATE, id="two heartbeats' time after a push"),
        pytest.param("n.n", HELD_BACK, id="two polls found what no push has brought"),
        pytest.param("n.o.o.n", HELD_BACK, id="polls without news prove nothing, and disprove nothing"),
        pytest.param("n.ns.n", HELD_BACK, id="a stream that is held back falls silent"),
        pytest.param("x.n.n", LATE, id="a stream that is refused is not held back"),
        pytest.param("x.ns.n.n", HELD_BACK, id="a stream that was refused, and then was open and silent"),
        pytest.param("pn.pn.pn", TIMELY, id="polls that overtake their pushes"),
        pytest.param("n.n.pppp", HELD_BACK, id="a full buffer lets go of many"),
        pytest.param("n.n.p...p", HELD_BACK, id="a small buffer lets go of one now and then"),
        pytest.param("n.n.p.p", TIMELY, id="two pushes at the distance of heartbeats"),
    ],
)
def test_state_after(events: str, expected: PushState) -> None:
    """The stream is held back once polls bring what it should, until it brings one heartbeat after the other."""
    assert expected == replayed(events)[0]


def test_change_is_told_once() -> None:
    """The caller logs it, so it hears of the change and not of the state."""
    watch = PushWatch(idle_s=IDLE_S, jitter=lambda: 0.5)

    held = [watch.polled(now, has_news=True) for now in (0.0, 15.0, 30.0)]
    over = [watch.heard(now) for now in (45.0, 60.0, 75.0)]

    assert ([False, True, False], [False, True, False]) == (held, over)
