"""Bad requests of every kind, seeded: a twentieth of `make bench ARGS=fuzz`."""

from pathlib import Path

import pytest

from benchmarks.fuzz.fuzz import fuzzed_pop, play
from tests.pen import DROP, Pen

REQUESTS = 1_300


@pytest.mark.timeout(90)
async def test_no_5xx_but_503_for_bad_input(
    pen: Pen, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every refusal is a problem document, nobody is told to look, and the PoP goes on answering."""
    async with fuzzed_pop(tmp_path, pen) as (pop, subjects):
        played = await play(int(pop.url.rpartition(":")[2]), subjects, requests=REQUESTS, seed=7)
        status, answer, _ = await pop.post({"island": str(DROP), "text": "when does it ship?"})

    assert [] == played.faults[:5]
    assert [] == [record.getMessage() for record in caplog.records if record.name.startswith("aiohttp")][:5]
    assert "request failed" not in capsys.readouterr().out
    assert (200, "answer") == (status, answer["outcome"])
    # The requests get past the door: some are taken, and most are refused for what is in them.
    assert played.statuses[200] + played.statuses[202] > REQUESTS // 20
    assert played.statuses[415] > 0
    assert played.statuses[400] + played.statuses[422] > REQUESTS // 4
