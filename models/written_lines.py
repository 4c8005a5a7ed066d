"""The lines in `models/reading`: messages written to learn from, and apart from them messages to judge by.

`models/reading/learn/README.md` says how they were made. A *family* is a wording with its paraphrases; an *author* is
everybody who wrote in one go. What is learned is judged with whole authors left out: one author's turns of phrase in
both halves would flatter every figure.
"""

import csv
import random
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from edge.triage import KINDS, question_of
from models.simulated_islands import read_sets

READING = Path(__file__).parent / "reading"

PURPOSES = ("question", "remark", "greeting", "talk", "spam")
"""What a line of a public chat is for. Only the first one wants something from the event's team."""

ABOUT_FRAUD = frozenset(
    {
        "account_blocked", "card_payment_not_recognised", "cash_withdrawal_not_recognised", "compromised_card",
        "direct_debit_payment_not_recognised", "freeze_account", "lost_or_stolen_card", "lost_or_stolen_phone",
        "report_fraud", "report_lost_card",
    }
)  # fmt: skip
"""Intents of the public sets about fraud, theft, loss and unrecognised payments. Nothing is learned from them."""

SOMEBODY_ELSE = frozenset(
    {"card_payment_not_recognised", "cash_withdrawal_not_recognised", "direct_debit_payment_not_recognised",
     "report_fraud", "compromised_card"}
)  # fmt: skip
"""Those of them whose texts say that somebody else used the card."""

_SHARED_BLANKS = 2
"""Lines with fewer blanks, of one or two words, may be on both sides."""

_KIND_OF = {"doxxing": "harassment", **{kind: kind for kind in KINDS}}


class Line(NamedTuple):
    """One message."""

    text: str
    kind: str | None
    """What it tells of (`KINDS`); None if that is not known."""
    purpose: str | None
    """What it is for (`PURPOSES`); None if it is not a line of a public chat."""
    source: str
    """The file or the public set."""
    author: str
    label: str
    register: str


def read_lines(name: str) -> list[Line]:
    """The lines of a file in `models/reading`, such as `learn/pairs`."""
    with (READING / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [_line(row, name) for row in csv.DictReader(file)]


def learned_texts() -> set[str]:
    """The texts of all lines to learn from, in normal form."""
    files = sorted((READING / "learn").glob("*.csv"))
    rows = (row for path in files for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return {question_of(row["text"]) for row in rows}


def lines_to_judge(name: str, learned: Collection[str]) -> list[Line]:
    """The lines of a file in `models/reading/judge`, without those that an author to learn from has written, too.

    `learned`: see `learned_texts`. People share phrases; of one or two words these stay, since every chat has them.
    """
    lines = [(line, question_of(line.text)) for line in read_lines(f"judge/{name}")]
    return [line for line, normal in lines if normal.count(" ") < _SHARED_BLANKS or normal not in learned]


def _line(row: dict[str, str], name: str) -> Line:
    label, author = row["label"], row.get("author") or name
    is_chat = label in PURPOSES
    kind = _KIND_OF.get(label, "none")
    return Line(row["text"], kind, label if is_chat else None, name, author, label, row["register"])


def public_lines(data: Path, split: str, count: int, *, seed: int) -> Iterator[Line]:
    """Questions of the public sets, `count` of each, without those about fraud. They tell of no harm."""
    for name, by_label in read_sets(data, split).items():
        texts = [(text, label) for label in sorted(by_label.keys() - ABOUT_FRAUD) for text in by_label[label]]
        for text, label in random.Random(seed).sample(texts, min(count, len(texts))):
            yield Line(text, "none", None, name, name, label, "plain")


def labelled_lines(data: Path, split: str, labels: Collection[str]) -> list[str]:
    """All texts of the public sets with one of these labels."""
    sets = read_sets(data, split).values()
    return [text for by_label in sets for label in sorted(by_label.keys() & set(labels)) for text in by_label[label]]
