"""One word for one thing: words that were retired stay away, and so do those that make a sentence hard to read.

Bytes that outlive a process keep their old words: `edge/stored_words.py` is the one file of `edge` that knows
both, and `tests/stored` has such bytes. CHANGELOG tells what was renamed.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

RETIRED = {
    "names in files and JSON": (
        r"wanted[_ ]precision|WANTED_PRECISION|stage_percent|misses_max|repeats_max|callback_secret_files"
    ),
    # `max_…` is ours; aiohttp says `client_max_size`, python-tuf `root_max_length` and the like.
    "limits": r"\b(?!client_max_size\b)(?!\w+_max_length\b)[a-z][a-z_]*_max(_[a-z]+)*\b",
    "constants": r"\b(?!MAX_|MALLOC_)[A-Z][A-Z_]*_MAX(_[A-Z_]+)?\b",
    "settings": (
        r"\b(first_poll_s|reconnect_cap_s|retry_cap_s|sessions_remembered|cache_entries|spread_s|every_s)\b"
        r"|people\.tokens_file|\[tally\]|\[tally\.prices\]"
    ),
    "commands": (
        r"skerry serve\b|skerry report\b(?! --(event|incident))|island (report|stage)\b|--stage\b|--intent\b|--held\b"
        r"|keys seal\b|recover root-threshold|tenant take\b|ceremony found\b|--no-report\b"
    ),
    "paths": r"/v1/report\b|/v1/callbacks\b|/v1/callback(?!-promises)\b|/v1/tree/|GET /fleet\b",
    "metrics": (
        r"skerry_(callbacks|verdicts_remembered|wanted_precision|outbox_held_tickets|islands_taken|island_take_seconds)"
    ),
    "outcomes": r"\b(asked_back|handed_over|left_alone)\b|Outcome\.REFUSE|Reason\.(LOOP|MISSES)",
}
"""Regular expressions of what may stand nowhere any more."""

SPARED = re.compile(
    r"CHANGELOG\.md|edge/stored_words\.py|edge/decisions/0068-.*|tests/stored/.*|tests/docs/test_vocabulary\.py"
    # Viewers have words of their own.
    r"|models/reading/.*\.csv|models/things/.*"
    # The golden files have words of their own, so that they outlive every renaming.
    r"|tests/daemon/golden/.*|tests/daemon/test_golden.*|models/encoder/.*|models/acceptor/.*|deploy/requirements/.*"
)

HARD_TO_READ = re.compile(r"\b(whoever|whatever|anew|beside)\b", re.IGNORECASE)
READ = re.compile(r"[A-Z]+\.md|(edge|tests|benchmarks|deploy)/.*\.(py|md|ts|css)")
# These look for the words of viewers.
_OF_VIEWERS = re.compile(r"edge/triage/stance/(cues|needs)\.py|tests/docs/test_vocabulary\.py")


def texts() -> dict[str, str]:
    """Every text in the repository by its path."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = {}
    for name in listed.splitlines():
        if not SPARED.fullmatch(name) and (ROOT / name).is_file():
            content = (ROOT / name).read_bytes()
            if b"\0" not in content:
                found[name] = content.decode()
    return found


@pytest.mark.parametrize("kind", RETIRED)
def test_retired_words_are_gone(kind: str) -> None:
    """In code, configuration, documents and tests."""
    pattern = re.compile(RETIRED[kind])
    found = [
        f"{name}:{number}: {match[0]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := pattern.search(line))
    ]

    assert [] == found


def test_no_sentence_has_words_that_make_it_hard() -> None:
    """In code, tests and documents: there is a plainer way to say each."""
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts().items()
        if READ.fullmatch(name) and not _OF_VIEWERS.fullmatch(name)
        for number, line in enumerate(text.splitlines(), start=1)
        if HARD_TO_READ.search(line)
    ]

    assert [] == found
