"""Memory of a real PoP with the second model: before it is loaded, after, and when it was asked a while."""

import asyncio
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.pop import distinct_questions
from edge.cli.demo import Harness
from edge.records import Outcome
from models.multilingual.translated import LANGUAGES, WHEELS, read_questions
from tests.pen import DROP, Pen
from tests.waiting import until

ENGLISH, ROUNDS = 300, 20
"""Different English questions before, and rounds of all translated ones after."""
FIRST = "kann ich das auch nächsten monat noch kaufen oder nur heute"


class Memory(NamedTuple):
    """Resident memory in MiB: now, the part of it that is no mapped file, and the most until now."""

    all: float
    anonymous: float
    peak: float


def memory_of(process: int) -> Memory:
    """Resident memory of a process."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    kib = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(*(float(kib[name][0]) / 1024 for name in ("VmRSS", "RssAnon", "VmHWM")))


async def measure(languages: str) -> list[Memory]:
    """Memory of one PoP: asked in English alone, asked once in another language, and asked a while in others."""
    with tempfile.TemporaryDirectory() as folder:
        installed = Path(folder, "installed")
        await asyncio.to_thread(_install, installed)
        os.environ["PYTHONPATH"] = os.pathsep.join((str(Path.cwd()), str(installed)))
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            await harness.origin.start()
            harness.more_settings = f'[triage]\nlanguages = "{languages}"\n\n[limits]\naddress_per_s = 0\n'
            await harness.start_publisher()
            await harness.start_pop()
            await until(lambda: _is_ready(harness), "a PoP that is ready")
            for text in distinct_questions(ENGLISH):
                await _ask(harness, text)
            found = [memory_of(harness.process_id("pop"))]
            if languages == "multilingual":
                await until(lambda: _is_offered(harness), "an offer in another language")
            else:
                await _ask(harness, FIRST)
            found.append(memory_of(harness.process_id("pop")))
            for number in range(ROUNDS):
                for text in _texts():
                    await _ask(harness, f"{text} {number}")
            found.append(memory_of(harness.process_id("pop")))
    return found


def _texts() -> list[str]:
    return [one.text for one in read_questions() if one.language in LANGUAGES and one.island == str(DROP)]


def _install(folder: Path) -> None:
    with zipfile.ZipFile(next(WHEELS.glob("*.whl"))) as wheel:
        wheel.extractall(folder)


async def _ask(harness: Harness, text: str) -> dict[str, Any]:
    question = {"island": str(DROP), "text": text}
    async with harness.http.post(harness.pop_url + "/v1/ask", json=question) as reply:
        found: dict[str, Any] = await reply.json()
    return found


async def _is_ready(harness: Harness) -> bool:
    return bool((await harness.get("/readyz"))["ready"]) and bool((await harness.get("/v1/islands"))["islands"])


async def _is_offered(harness: Harness) -> bool:
    return bool((await _ask(harness, FIRST)).get("outcome") == Outcome.CLARIFY)


def main() -> None:
    """Measure and print."""
    print("\n| a PoP | resident MiB | more than before | of that anonymous | highest |\n|---|---|---|---|---|")
    for name, languages in (("without the second model", "island"), ("with it", "multilingual")):
        first, *later = asyncio.run(measure(languages))
        print(f"| {name}: {ENGLISH} questions in English | {first.all:.0f} | | | {first.peak:.0f} |")
        for when, memory in zip(("once", f"{ROUNDS * len(_texts()):,} times"), later, strict=True):
            more, anonymous = memory.all - first.all, memory.anonymous - first.anonymous
            figures = f"{memory.all:.0f} | {more:+.0f} | {anonymous:+.0f} | {memory.peak:.0f}"
            print(f"| {name}: and {when} in another language | {figures} |")
