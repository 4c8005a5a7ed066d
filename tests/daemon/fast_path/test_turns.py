"""`edge.daemon.fast_path`: what is found in one turn of the event loop is answered as of one moment."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.fast_path import SnippetFastPath
from edge.host import utc_now
from tests.daemon.conftest import NO_LIMITS, pop_config, running_pop, running_publisher
from tests.daemon.fast_path.test_fast_path_http import ISLAND, SNIPPET, get
from tests.pen import Pen


class Clock:
    """The PoP's clock, which counts its readings."""

    def __init__(self) -> None:
        self.readings = 0

    def __call__(self) -> datetime:
        """The time."""
        self.readings += 1
        return utc_now()


async def test_one_moment_a_turn(pen: Pen, tmp_path: Path, origin: DemoOrigin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is read once a turn, and a sender that reaches its limit is refused within that turn."""
    made: list[SnippetFastPath] = []
    begin = SnippetFastPath.__init__

    def noted(self: SnippetFastPath, **kept: Any) -> None:
        made.append(self)
        begin(self, **kept)

    monkeypatch.setattr(SnippetFastPath, "__init__", noted)
    # The second of `Date` stays the same: responses are kept within one.
    monkeypatch.setattr("edge.daemon.fast_path.snippet_fast_path.int", lambda _seconds: 7, raising=False)
    home, clock = await asyncio.to_thread(pen.copy_home, tmp_path / "home"), Clock()
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=origin.url,
            limits={**NO_LIMITS, "refused_per_s": 0.01, "refused_burst": 1},
        )
        async with running_pop(config, origin, now=clock) as pop:
            await pop.until_served()
            (path,), snippet, readings = made, get(SNIPPET), list[int]()
            for _ in range(2):
                await asyncio.sleep(0)
                before = clock.readings
                first = path.answer(snippet, "192.0.2.1")
                assert [first] * 3 == [path.answer(snippet, "192.0.2.1") for _ in range(3)]
                readings.append(clock.readings - before)
            unknown = path.answer(get(f"{ISLAND}/snippets/none"), "192.0.2.1")
            last = path.answer(snippet, "192.0.2.1"), path.answer(snippet, "192.0.2.2")

    assert first is not None
    assert unknown is not None
    assert (b"200", b"404") == (first.split()[1], unknown.split()[1])
    # In the first turn the bytes were not there yet.
    assert [1, 1] == readings
    assert (None, first) == last
