"""What processes said of their files."""

import json

from edge.cli.demo import Harness
from tests.waiting import until


async def events(harness: Harness, process: str) -> list[tuple[str, str]]:
    """Every line of a process's log: the event, and the name of the file that it is about."""
    lines = [json.loads(line) for line in (await harness.log(process)).splitlines() if line.startswith("{")]
    return [(line["event"], line.get("name", "")) for line in lines]


async def until_said(harness: Harness, process: str, event: str, name: str = "", *, times: int = 1) -> None:
    """Wait until a process has said this so often."""

    async def is_said() -> bool:
        return (await events(harness, process)).count((event, name)) >= times

    await until(is_said, f"{process}: {event} {name}")
