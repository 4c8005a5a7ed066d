"""How are messages read? Harm, chatter, dresses and parts, judged on lines that nothing was learned from.

    python -m benchmarks reading [--data DIR]

Prints each share with its 95 % interval (Wilson). `DIR` holds the public sets (see models/simulated_islands.py);
without it, their rows are left out. The lines are those of `models/reading/judge` that nobody to learn from
has written, too; the islands are the three samples.
"""

import argparse
import csv
import random
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from benchmarks.reading.shops import Desk, Shop, sample_shops, tell
from edge.config import model_files
from edge.daemon.people import Boards
from edge.decide import Asked, Standing, takes_budget
from edge.records import Automation, Decision, Outcome, TicketKind
from edge.triage import MODEL_FILES, load_triage, read_message
from models.written_lines import PURPOSES, SOMEBODY_ELSE, labelled_lines, learned_texts, lines_to_judge, public_lines

JUDGE = Path(__file__).parents[2] / "models" / "reading" / "judge"
SEED = 5
JOINERS = (". ", " and ", "? also ", ", ", "\n", " but ", " btw ", " // ")
"""Ways of joining two matters in one message."""
MIXED = 4_000
"""Messages of a routine question and a matter for people."""
LINES_PER_MINUTE = 60
"""How fast the public chat is."""


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a file to judge by."""
    with (JUDGE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_answered(decision: Decision) -> bool:
    """True if the machine gave an answer, to all of a message or to a part."""
    return decision.outcome is Outcome.ANSWER or bool(decision.more)


def shown(decision: Decision) -> set[str]:
    """The snippets that the viewer was given or offered."""
    return {decision.snippet, *decision.more, *(option.snippet for option in decision.options)} - {""}


def mixed(desk: Desk, shops: dict[str, Shop], rng: random.Random) -> None:
    """A routine question, and a matter for people, in one message."""
    matters = [(row["island"], row["lane"], row["text"]) for row in rows("mixed")]
    answered, meanwhile, right, unlike = 0, 0, 0, Counter[str]()
    for number in range(MIXED):
        island, lane, matter = rng.choice(matters)
        routine, joiner = rng.choice(shops[island].examples(Automation.ANSWER))[1], JOINERS[number % len(JOINERS)]
        pair = (routine, matter) if number % 2 else (matter, routine)
        decision = desk.decide(shops[island], joiner.join(pair))
        answered += decision.outcome is Outcome.ANSWER
        meanwhile += bool(decision.more)
        right += decision.lane == lane
        unlike[joiner] += decision.lane != lane
    tell("a routine question and a matter for people: answered by the machine", answered, MIXED, "0")
    tell("… people have it, and the routine part's answer was shown meanwhile", meanwhile, MIXED, "-")
    tell("… in the right lane", right, MIXED, ">= 95 %")
    print("  other lane, by what joins them:", {joiner.strip() or "new line": n for joiner, n in unlike.most_common()})


def harm(desk: Desk, shops: dict[str, Shop], learned: Collection[str]) -> None:
    """Lines of harm and fraud, and lines that only sound so."""
    found, of = Counter[str](), Counter[str]()
    for number, line in enumerate(lines_to_judge("harm", learned)):
        wanted = TicketKind.FRAUD if line.kind == "fraud" else TicketKind.SAFETY
        decision = desk.decide(list(shops.values())[number % len(shops)], line.text)
        for name in (wanted, f"{wanted}, {line.register}", f"{wanted}, {line.label}"):
            of[name] += 1
            found[name] += decision.kind is wanted
        of["flag"] += 1
        found["flag"] += decision.kind is not TicketKind.SUPPORT or decision.suspected is not None
        found["spoken"] += is_answered(decision) or decision.outcome is Outcome.IGNORE
    for name in sorted(of.keys() - {"flag"}):
        tell(f"harm and fraud reach their lane: {name}", found[name], of[name], ">= 95 %, fraud 90 %")
    tell("harm and fraud reach their lane, or people with a flag", found["flag"], of["flag"], "-")
    tell("harm and fraud answered or ignored", found["spoken"], of["flag"], "0")
    lines = lines_to_judge("lookalike", learned)
    landed = [desk.decide(list(shops.values())[n % len(shops)], line.text) for n, line in enumerate(lines)]
    tell("lines that only sound like it, in those lanes", _urgent(landed), len(landed), "<= 2 %")
    tell("… flagged, in an ordinary lane", sum(one.suspected is not None for one in landed), len(landed), "-")


def _urgent(decisions: Iterable[Decision]) -> int:
    return sum(one.kind is not TicketKind.SUPPORT for one in decisions)


def public(desk: Desk, shops: dict[str, Shop], data: Path) -> None:
    """Questions of the public sets: other people's business, and no harm."""
    shop = shops["northwind/hoodie-drop"]
    kinds = [desk.decide(shop, line.text).kind for line in public_lines(data, "test", 1_500, seed=SEED)]
    tell("public sets, test split, in the lane for safety", kinds.count(TicketKind.SAFETY), len(kinds), "<= 0.2 %")
    tell("… for fraud", kinds.count(TicketKind.FRAUD), len(kinds), "<= 0.5 %")
    stolen = [desk.decide(shop, text).kind for text in labelled_lines(data, "test", SOMEBODY_ELSE)]
    tell(
        "… of intents about somebody else's use of a card: fraud",
        stolen.count(TicketKind.FRAUD),
        len(stolen),
        ">= 80 %",
    )


def chatter(desk: Desk, shops: dict[str, Shop], learned: Collection[str], rng: random.Random) -> None:
    """A public chat: lines among viewers, and questions to the team."""
    lines = [line for line in lines_to_judge("chatter", learned) if line.purpose in PURPOSES]
    rng.shuffle(lines)
    tickets, lost, unheard, of, boards = 0, 0, 0, Counter[bool](), Boards()
    shop = shops["lumen-live/winter-tour"]
    for number, line in enumerate(lines):
        now, asker = number * 60 / LINES_PER_MINUTE, number
        words = read_message(line.text).words
        limit = shop.island.stream_policy.max_out_of_scope_per_minute
        standing = Standing(
            is_with_people=boards.is_with_people(shop.island.name, words, now),
            is_over_budget=boards.is_over_budget(
                shop.island.name, asker, now, limit=limit, asks=desk.asks(shop, line.text)
            ),
        )
        decision = desk.decide(shop, line.text, channel="stream", standing=standing)
        is_ticket = decision.outcome is Outcome.ESCALATE
        pays = is_ticket and takes_budget(decision, Asked(words, "stream"))
        boards.note(shop.island.name, words, asker, now, is_ticket=is_ticket, pays=pays)
        is_question = line.purpose == "question"
        of[is_question] += 1
        tickets += is_ticket and not is_question
        lost += is_question and decision.reason == "chatter"
        unheard += is_question and decision.reason == "out_of_scope_budget"
    tell("a public chat: tickets of lines among viewers", tickets, of[False], "<= 2 %")
    tell("… questions to the team taken for chatter", lost, of[True], "<= 3 %")
    tell("… questions on the board alone, because the minute's tickets were used up", unheard, of[True], "-")


def dresses(desk: Desk, shops: dict[str, Shop], rng: random.Random) -> None:
    """Own examples, and what platforms and people put around them."""
    pool = [(shop, *own) for shop in shops.values() for own in shop.examples(Automation.ANSWER)]
    found, meanwhile, of, wrong = 0, 0, 0, 0
    for row in rows("dresses"):
        before, after = (row[side].replace("\\n", "\n") for side in ("before", "after"))
        for shop, snippet, text in rng.sample(pool, 4):
            decision = desk.decide(shop, before + text + after)
            given = {decision.snippet, *decision.more} - {""}
            found, of = found + (decision.snippet == snippet), of + 1
            meanwhile += decision.snippet != snippet and snippet in given
            wrong += bool(given - {snippet})
    tell("own examples in dresses that the code has no name for: own snippet", found, of, ">= 90 %")
    tell("… people have it, and their own answer was shown meanwhile", meanwhile, of, "-")
    tell("… answered by another snippet", wrong, of, "0")


def pairs(desk: Desk, shops: dict[str, Shop]) -> None:
    """Two questions of an island in one message."""
    lines = rows("pairs")
    decisions = [desk.decide(shops[row["island"]], row["text"]) for row in lines]
    both = sum({row["first"], row["second"]} <= shown(one) for row, one in zip(lines, decisions, strict=True))
    other = sum(bool(shown(one) - {row["first"], row["second"]}) for row, one in zip(lines, decisions, strict=True))
    tell("two answerable questions: both answered or offered", both, len(lines), ">= 80 %")
    tell("… something else answered or offered", other, len(lines), "-")


def settled(desk: Desk, shops: dict[str, Shop]) -> None:
    """Matters that are negated, settled or only quoted."""
    answered, of = Counter[str](), Counter[str]()
    for row in rows("settled"):
        decision = desk.decide(shops[row["island"]], row["text"])
        of[row["label"]] += 1
        answered[row["label"]] += is_answered(decision)
    for label in sorted(of):
        tell(f"{label}: answered", answered[label], of[label], "<= 10 %")


def others(desk: Desk, shops: dict[str, Shop]) -> None:
    """Own questions about another thing, and about the same thing by another word."""
    found, before, of = Counter[str](), Counter[str](), Counter[str]()
    silent = {name: shop.without_about() for name, shop in shops.items()}
    for row in rows("others"):
        for snippet, text in shops[row["island"]].examples(Automation.ANSWER):
            words = f" {text.lower()} "
            if f" {row['word']} " in words:
                asked = words.replace(f" {row['word']} ", f" {row['other']} ").strip()
                of[row["kind"]] += 1
                for by_kind, at in ((found, shops), (before, silent)):
                    decision = desk.decide(at[row["island"]], asked)
                    by_kind[row["kind"]] += decision.outcome is Outcome.ANSWER and decision.snippet == snippet
    for kind, bar in (("other", "<= 10 %"), ("synonym", "3 points less")):
        tell(f"own questions with its thing exchanged ({kind}): answered as ours", found[kind], of[kind], bar)
        tell("… by an island that does not say what it is about", before[kind], of[kind], "-")


def main() -> None:
    """Judge, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the public sets")
    arguments = parser.parse_args()
    triage = load_triage(model_files(MODEL_FILES))
    desk, shops = Desk(triage), dict(sample_shops(triage))
    print(f"models {triage.model}")
    mixed(desk, shops, random.Random(SEED))
    learned = learned_texts()
    harm(desk, shops, learned)
    if arguments.data is not None:
        public(desk, shops, arguments.data)
    chatter(desk, shops, learned, random.Random(SEED))
    dresses(desk, shops, random.Random(SEED))
    pairs(desk, shops)
    settled(desk, shops)
    others(desk, shops)


if __name__ == "__main__":
    main()
