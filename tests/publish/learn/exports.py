"""Exports by a seeded script: sound ones, poisoned ones, and long ones, for the island of this folder's tests."""

import json
import random
from collections.abc import Iterator
from typing import Any

AT = "2026-11-26T18:00:00Z"

GREETINGS = ("", "hi, ", "hello, ", "hey team ", "quick question: ", "please tell me ")
ENDS = ("", "?", " please", " thanks", " for my order")

WORN = (
    "is the shirt machine washable", "can i wash the shirt in the machine", "how do i wash the shirt",
    "washing instructions for the shirt", "can the shirt be machine washed",
    "at what temperature do i wash the shirt", "how should the shirt be washed", "how to wash the shirt safely",
    "does the shirt survive the washing machine", "do i wash the shirt by hand", "shirt washing tips",
)  # fmt: skip
"""About what the island has no snippet for; people answer in their own words."""
WASH = "Wash it at 30 degrees, inside out."
CHANGED = (
    "do you ship to norway", "can you deliver to norway", "is shipping to norway possible", "norway shipping available",
    "will you ship orders to norway", "could it be shipped to norway", "can i have it shipped to norway",
    "do you deliver to norway", "do orders ship to norway too", "is delivery to norway possible",
    "are you shipping to norway", "can norway be shipped to",
)  # fmt: skip
"""People answer with `ship-date`, and the island does not know it."""


def line(question: str, **fields: Any) -> str:
    """One line of an export, by default a ticket without a reply."""
    return json.dumps({"question": question, "outcome": "escalate", "at": AT, **fields}, ensure_ascii=False)


def wordings(rng: random.Random, questions: tuple[str, ...], count: int) -> list[str]:
    """So many different wordings of a few questions."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{rng.choice(GREETINGS)}{rng.choice(questions)}{rng.choice(ENDS)}"] = None
    return list(found)


def sound(seed: int = 1) -> Iterator[str]:
    """People used `ship-date` for one matter, and wrote their own reply for another."""
    rng = random.Random(seed)
    for question in wordings(rng, CHANGED, 60):
        yield line(question, offered=["refund", "ship-date"], used="ship-date", suggestion="used")
    for question in wordings(rng, WORN, 60):
        yield line(question, reply=WASH)


def many(count: int, seed: int = 2) -> Iterator[str]:
    """A long event: `count` lines, most of them different, about a hundred matters."""
    rng = random.Random(seed)
    things = [f"{adjective} {noun}" for adjective in ("red", "blue", "old", "new", "big") for noun in (
        "mug", "hat", "bag", "cap", "pin", "book", "poster", "scarf", "sticker", "jacket",
        "ticket", "voucher", "parcel", "wallet", "watch", "lamp", "chair", "glove", "sock", "belt",
    )]  # fmt: skip
    asks = ("where is my {}", "can i return the {}", "is the {} sold out", "what does the {} cost", "how big is the {}")
    for number in range(count):
        question = f"{rng.choice(GREETINGS)}{rng.choice(asks).format(rng.choice(things))} {rng.randrange(1000)}"
        kind = number % 4
        if kind == 0:
            yield line(question, used="ship-date", offered=["ship-date"], suggestion="edited")
        elif kind == 1:
            yield line(question, reply=f"Reply of the team number {rng.randrange(200)}.")
        elif kind == 2:
            yield line(question, offered=["ship-date", "refund"], taken=rng.choice(["", "refund", "ship-date"]))
        else:
            yield line(question)
