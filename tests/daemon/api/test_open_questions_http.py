"""`GET /v1/open-questions` over a real socket: for the tenant's desk alone, and in no log and no metric."""

from typing import Any

from tests.daemon.api.test_desk_http import ALIEN, OPERATOR, STRANGERS, TOKEN, ask, desk_pop, send
from tests.daemon.conftest import RunningPop
from tests.pen import DROP

__all__ = ["desk_pop"]

WORDS = "do gulls dream of pelargonium"


async def open_questions(pop: RunningPop, query: str = f"?island={DROP}", token: str | None = TOKEN) -> tuple[int, Any]:
    """Status and document."""
    return await send(pop, "GET", f"/v1/open-questions{query}", b"", token=token)


async def test_what_was_not_answered(desk_pop: RunningPop, capfd: Any) -> None:
    """Questions that became tickets, without private details. What was answered, or tells of harm, is not there."""
    for text in (f"{WORDS}, maya@example.com?", f"{WORDS} maya@example.com"):
        await ask(desk_pop, text)
    answered = await ask(desk_pop, "when does it ship?")
    harm = await ask(desk_pop, "i will kill myself")
    status, document = await open_questions(desk_pop)
    metrics = (await desk_pop.get("/metrics", Authorization=f"Bearer {OPERATOR}"))[1].decode()
    (cluster,) = document["clusters"]

    assert ("answer", "harm") == (answered["outcome"], harm["reason"])
    assert (200, str(DROP), f"{WORDS}, [removed]") == (status, cluster["island"], cluster["exemplar"].rstrip("?"))
    # Viewers without a session, whom a trusted ingest passes on, count as one.
    assert (2, 1.0) == (cluster["questions"], cluster["askers"])
    assert "pelargonium" not in metrics + "".join(capfd.readouterr())


async def test_only_the_tenants_desk(desk_pop: RunningPop) -> None:
    """On this machine, too; a token of one tenant is good for its islands, and one for `*` for all."""
    for situation, token in STRANGERS.items():
        status, document = await open_questions(desk_pop, token=token)
        assert (401, "unauthorised") == (status, document["reason"]), situation
    for query, token, expected in (
        ("", TOKEN, 401),
        ("", OPERATOR, 200),
        ("?island=northwind/*", TOKEN, 200),
        ("?island=acme/*", TOKEN, 401),
        ("?island=acme/*", ALIEN, 200),
        ("?island=northwind", TOKEN, 400),
    ):
        assert expected == (await open_questions(desk_pop, query, token))[0], query
