"""`python -m benchmarks languages`: the second model, asked translated questions to the sample islands.

The questions were translated by a machine, and no native speaker has read them. The two numbers that make probabilities
of scores were fitted to the same questions, so what is offered looks better here than it is; the ranking knows nothing
of them. *Noticed*: the PoP takes the question for another language by its words, without a viewer's `locale`.
"""

import time
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.languages import harm, memory
from edge.config import model_files
from edge.records import Candidate
from edge.triage import MODEL_FILES, is_foreign, load_triage, question_of
from models.multilingual.translated import (
    LANGUAGES,
    WHEELS,
    Translated,
    likely_of,
    open_wheel,
    read_questions,
    sample_islands,
)

FLOOR = 0.7
"""From this probability on, snippets are offered in a private channel (`[offers] floor`)."""

HEADER = """\
| language | questions | noticed | right first | among three | offered | right of offered | useless, out of scope |
|---|---|---|---|---|---|---|---|"""


def memory_mib() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096 / 2**20


def offered(candidates: tuple[Candidate, ...]) -> list[str]:
    """The fewest snippets that together reach the floor; none if three do not."""
    for count in range(1, len(candidates) + 1):
        if sum(one.confidence for one in candidates[:count]) >= FLOOR:
            return [one.snippet for one in candidates[:count]]
    return []


def line_of(language: str, found: list[tuple[Translated, tuple[Candidate, ...]]]) -> str:
    """A line of the table."""
    counts = Counter[str]()
    for question, candidates in found:
        named, shown = [one.snippet for one in candidates], offered(candidates)
        counts["noticed"] += is_foreign(question_of(question.text))
        if not question.snippet:
            counts["out"] += 1
            counts["useless"] += bool(shown)
            continue
        counts["in"] += 1
        counts["first"] += named[0] == question.snippet
        counts["three"] += question.snippet in named
        counts["offered"] += bool(shown)
        counts["right"] += question.snippet in shown
    shares = (
        counts["noticed"] / len(found),
        counts["first"] / counts["in"],
        counts["three"] / counts["in"],
        counts["offered"] / counts["in"],
        counts["right"] / max(1, counts["offered"]),
        counts["useless"] / counts["out"],
    )
    return f"| {language} | {len(found)} | " + " | ".join(f"{share:.3f}" for share in shares) + " |"


def main() -> None:
    """Measure and print."""
    triage = load_triage(model_files(MODEL_FILES))
    triage.encoder.encode("warm")
    before = memory_mib()
    encoder = open_wheel()
    likely = {f"{source.tenant}/{source.island}": likely_of(source, encoder) for source in sample_islands()}
    questions, times = read_questions(), []
    found: dict[str, list[tuple[Translated, tuple[Candidate, ...]]]] = {}
    for question in questions:
        began = time.perf_counter()
        candidates = likely[question.island].candidates(encoder.encode(question.text))
        times.append((time.perf_counter() - began) * 1e3)
        found.setdefault(question.language, []).append((question, candidates))
    after = memory_mib()
    print(f"\nOther languages (`python -m benchmarks languages`)\n\n{HEADER}")
    for language in ("en", *LANGUAGES):
        print(line_of(language, found[language]))
    wheel = next(WHEELS.glob("*.whl"))
    print(
        f"\n{np.median(times):.1f} ms a question, {np.quantile(times, 0.99):.1f} ms p99 (tokens included, one thread); "
        f"{after - before:.0f} MiB of memory with three islands (files are hashed before, by reading); "
        f"wheel {wheel.stat().st_size / 1e6:.1f} MB"
    )
    harm.main(encoder)
    memory.main()


if __name__ == "__main__":
    main()
