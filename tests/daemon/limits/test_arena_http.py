"""An arena: thousands of viewers behind one address, whose sessions the arena's ingest signs."""

import asyncio
from collections import Counter
from pathlib import Path

from edge.tokens import SessionIssuer, SessionKeys, SignedSession, make_session
from tests.daemon.conftest import Run
from tests.pen import DROP, Pen

SECRET = "s" * 44
VIEWERS = 3_000


def by_ingest(pseudonym: str) -> dict[str, str]:
    """The header of a viewer whose session the ingest signed."""
    session = SignedSession(SessionIssuer.INGEST, pseudonym, str(DROP), expires=4_000_000_000)
    return {"Authorization": f"Bearer {make_session(session, keys=SessionKeys((SECRET.encode(),)))}"}


async def test_arena_behind_one_address_is_not_refused(run: Run, pen: Pen, tmp_path: Path) -> None:
    """Three thousand viewers ask at once, every thirtieth wants a person, and nobody is refused."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    viewers, statuses = iter(range(VIEWERS)), Counter[int]()
    async with run(
        # As it is by default: no address is trusted, and every limit holds.
        http={"port": 0},
        limits={},
        # A slow machine may call itself overloaded, which is no limit of an asker.
        overload={"max_lag_s": 600, "max_in_flight": 10_000},
        triage={"max_queue": 10_000},
        sessions={"key_file": "secret"},
    ) as pop:

        async def ask_for_each() -> None:
            for viewer in viewers:
                text = pen.example if viewer % 30 else f"do gulls dream of pelargonium {viewer}"
                question, header = {"island": str(DROP), "text": text}, by_ingest(f"seat-{viewer}")
                async with pop.http.post(f"{pop.url}/v1/ask", json=question, headers=header) as reply:
                    statuses[reply.status] += 1

        await asyncio.gather(*(ask_for_each() for _ in range(32)))
        metrics = (await pop.get("/metrics"))[1]

    assert {200: 2_900, 202: 100} == statuses
    assert b"skerry_rate_limited_total{" not in metrics
