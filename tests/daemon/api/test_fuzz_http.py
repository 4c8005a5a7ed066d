"""Bad requests of every kind, seeded: a twentieth of `make bench ARGS=fuzz`."""

from pathlib import Path

import pytest

from benchmarks.fuzz.fuzz import fuzzed_pop, play
from tests.pen import DROP, Pen

REQUESTS = 1_300


@pytest.mark.timeout(90)
async def test_no_5xx_but_503_for_bad_input(pen: Pen, tmp_path: Path) -> None:
    """Every refusal is a problem document, and the PoP goes on answering."""
    async with fuzzed_pop(tmp_path, pen) as (pop, subjects):
        played = await play(int(pop.url.rpartition(":")[2]), subjects, requests=REQUESTS, seed=7)
        status, answer, _ = await pop.post({"island": str(DROP), "text": "when does it ship?"})

    assert [] == played.faults[:5]
    assert (200, "answer") == (status, answer["outcome"])
    # The requests get past the door: some are taken, and most are refused for what is in them.
    assert played.statuses[200] + played.statuses[202] > REQUESTS // 20
    assert played.statuses[400] + played.statuses[422] > REQUESTS // 4
