"""Tiny sets in the form of the public ones."""

import csv
from pathlib import Path

import pytest

SUBJECTS = ("card", "ticket", "alarm", "song", "flight", "recipe", "taxi", "loan", "mail", "hotel", "meeting", "photo")
WORDINGS = (
    "where is my {} {}", "i lost the {} {}", "book a {} for {}", "cancel {} {} please", "how much is a {} {}",
    "{} {} is broken", "who can see my {} {}", "is there a {} for {}",
)  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three tiny sets of two dozen intents in the public sets' form."""
    for name in ("clinc150", "banking77", "hwu64"):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("text", "label", "split"))
            for subject in SUBJECTS:
                for day in ("today", "tomorrow"):
                    texts = [wording.format(subject, f"{day} {name}") for wording in WORDINGS]
                    rows.writerows((text, f"{subject}_{day}", "train") for text in texts)
            rows.writerows((f"odd question {number}", "oos", "train") for number in range(40))
    return tmp_path
