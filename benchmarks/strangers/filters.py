"""`python -m benchmarks filters`: what filters find, what they take for something it is not, and what they cost.

Recall is on the cases of `tests/safety/cases`: those that were written before the filters, and hard ones, which were
written to get past the first version. Both have shaped the rules since, so neither says what is found of words that
nobody here has thought of. False alarms are on public sets
of questions, with `--data DIR`: a folder of CSV files with a column `text`. Nobody wrote personal data into them on
purpose, so each hit is printed by its rule, and never with its words.
"""

import argparse
import csv
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, percentile, print_figures
from edge.records.filters import FilterRule, FiltersPolicy
from edge.safety import screen

CASES = Path(__file__).parents[2] / "tests" / "safety" / "cases"
USUAL = FiltersPolicy()
FORMATS = (FilterRule.CARD, FilterRule.IBAN, FilterRule.MAIL, FilterRule.PHONE)
ROUNDS = 200

TEXTS = {
    "a question without digits": "when does the hoodie ship to germany please",
    "with an order number": "when does order 4711 ship? i paid 49.99 on 2026-11-20",
    "with emoji and umlauts": "when does it ship to münchen \N{FIRE}\N{FIRE}",
    "with mail, card and IBAN": "jo@example.com paid 4111 1111 1111 1111, back to DE89 3704 0044 0532 0130 00",
    "2,000 characters made to be slow": "41" * 1_000,
}


def cases(name: str) -> dict[str, Any]:
    """The tables of one file of cases."""
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))


def recall(texts: list[str], rule: FilterRule) -> str:
    """Share of the texts in which the rule finds something."""
    found = sum(rule in {hit.rule for hit in screen(text, USUAL).hits} for text in texts)
    return f"{found / len(texts):.1%} ({found} of {len(texts)})"


def alarms(texts: list[str]) -> str:
    """Share of the texts in which any rule finds something, and which rules."""
    hits = [screen(text, USUAL).hits for text in texts]
    rules = Counter(hit.rule.value for found in hits for hit in found)
    alarmed = sum(map(bool, hits))
    return f"{alarmed / len(texts):.3%} ({alarmed} of {len(texts)}) {dict(rules) or ''}"


def cost(text: str) -> str:
    """p50 / p99 of one look at a text, in microseconds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        screen(text, USUAL)
        took.append((time.perf_counter() - began) * 1e6)
    return f"{percentile(took, 0.5):.1f} / {percentile(took, 0.99):.1f} µs"


def main() -> None:
    """Print recall, false alarms and cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks filters")
    parser.add_argument("--data", type=Path, help="folder of CSV files with a column `text`")
    data: Path | None = parser.parse_args().data
    personal, scams, hard = cases("personal"), cases("scams"), cases("hard")
    figures = [Figure(f"recall, {rule}", recall(personal[rule], rule), "95 %") for rule in FORMATS]
    figures += [Figure(f"recall, {rule}, hard cases", recall(hard[rule], rule), "95 %") for rule in FORMATS]
    figures.append(Figure("recall, address", recall(personal["address"], FilterRule.ADDRESS), "-"))
    figures.append(Figure("recall, scam", recall(scams["scam"], FilterRule.SCAM), "-"))
    clean = [*cases("near_misses")["clean"], *hard["clean"], *hard["mistaken"]]
    figures.append(Figure("false alarms, near misses", alarms(clean), "-"))
    for path in sorted(data.glob("*.csv")) if data else ():
        with path.open(encoding="utf-8", newline="") as file:
            texts = [row["text"] for row in csv.DictReader(file)]
        figures.append(Figure(f"false alarms, {path.stem}", alarms(texts), "0.5 %"))
    figures += [Figure(f"cost, {name}", cost(text), "-") for name, text in TEXTS.items()]
    print_figures("Filters", figures)


if __name__ == "__main__":
    main()
