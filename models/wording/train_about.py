"""Learn how much the signs that a question is about another thing say.

    python models/wording/train_about.py --data DIR

Draws simulated islands from the public sets in `DIR` (see simulated_islands). Examples and questions of their own are
asked with one of the island's things exchanged for a random name of `models/things`, of which a quarter of the groups
is hidden from triage, because viewers will name things that nobody listed. Prints the shares that are answered at 0.9
before and after, and the weights that `edge/triage/about/share.py` holds. The same files and libraries give the same
weights. The encoder was fine-tuned on these sets; the signs are words, and only `likeness` could profit from it.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from edge.config import model_files
from edge.publish.compile import in_words
from edge.triage import MODEL_FILES, Acceptor, Encoder, load_triage, proposed_names, question_of, with_synonyms
from edge.triage.about import USUAL, VAGUE, VALUE, Signs, Things, is_about_any, ours_share, signs_of
from models.asked_islands import VIEWERS, Embeddings, draw, head_of
from models.figures import judge
from models.simulated_islands import SETS, SimulatedIsland, read_sets

SEED = 21
ISLANDS = 8
"""Islands of each set."""
EXCHANGED = 150
"""Questions with a thing exchanged, for each island."""
HIDDEN = 0.25
"""Share of the groups that triage does not know."""
MIX = 0.0075
"""Share of questions with the words of the island's that are about another thing."""
SYNONYMS = 1.0
"""Synonyms of a thing that nobody listed, for each other thing in its place."""
ANSWERED = 0.9
LEAST = 0.5
"""Confidences below it are not learned from: nothing is answered with them."""
SYNONYM = "synonym"
OTHER = frozenset({"replaced", "narrowed", "pointed"})
"""Kinds of questions about another thing."""
POINTERS = frozenset({"it", "this", "that", "them"})


class Row(NamedTuple):
    """One question and what became of it."""

    kind: str
    signs: Signs
    confidence: float
    is_ours: bool
    """The first snippet is right, and the question is about the island's thing."""


class Asker:
    """Asks one simulated island."""

    def __init__(
        self, island: SimulatedIsland, encoder: Encoder, acceptor: Acceptor, things: Things, embed: Embeddings
    ) -> None:
        self.head = head_of(island, encoder, embed, _names_of(island, things))
        examples = {label: tuple(map(question_of, texts)) for label, texts in island.examples.items()}
        asked = [(label, text) for label, own in examples.items() for text in own]
        asked += [(one.label, question_of(one.text)) for one in island.questions if one.kind == "own"]
        self.own = [(label, text) for label, text in asked if not is_about_any(examples[label], things)]
        """Label and text of examples and questions of snippets that are about the island's own things."""
        self._encoder, self._acceptor, self._things, self._embed = encoder, acceptor, things, embed

    def ask(self, kind: str, text: str, label: str, *, is_exchanged: bool = False) -> Iterator[Row]:
        """The row of a question; none if it has no word, or is an own example."""
        normal = question_of(text)
        corrected = self.head.speller.corrected(normal, self._encoder.knows)
        if not corrected or self.head.exact(corrected):
            return
        evidence = self.head.evidence(corrected, self._embed(corrected))
        order, share = self._acceptor.rank(evidence)
        first = order[0]
        example = self.head.nearest(evidence, first)
        signs = signs_of(
            corrected, self.head.closest(corrected, first, example), self.head.own, self._things, self._likeness
        )
        is_right = self.head.snippets[first] == label
        yield Row(kind, signs, self._acceptor.confidence(evidence, order, share)[0], is_right and not is_exchanged)

    def _likeness(self, one: str, other: str) -> float:
        return float(self._embed(one) @ self._embed(other))


def _names_of(island: SimulatedIsland, things: Things) -> tuple[str, ...]:
    """What the publisher would take for the names of what the island is about."""
    examples = [text for texts in island.examples.values() for text in texts]
    return with_synonyms(proposed_names(examples, list(map(in_words, island.examples)), things), (), things)


def exchanged(
    asker: Asker, groups: Sequence[tuple[str, ...]], every: Things, rng: Random
) -> Iterator[tuple[str, str, str]]:
    """Kind, question and label: own texts with a thing exchanged for another or for a synonym, or "it" for another."""
    own = asker.head.own
    places = [
        (label, words, start, start + 1 + more, words[start] in POINTERS)
        for label, words in ((label, text.split()) for label, text in asker.own)
        for more in range(2)
        for start in range(len(words) - more)
        if own.is_name(words[start : start + 1 + more]) or (not more and words[start] in POINTERS)
    ]
    for _ in range(EXCHANGED if places else 0):
        label, words, start, stop, is_pointer = rng.choice(places)
        before, behind, article = words[:start], words[stop:], ["the"] if rng.random() < 0.7 else []
        synonyms = [] if is_pointer else every.synonyms(" ".join(words[start:stop]))
        unknown = [name.split() for name in synonyms if not own.is_name(name.split())]
        other = rng.choice(rng.choice(groups)).split()
        if is_pointer:
            asked = {"pointed": [*before, *article, *other, *behind]}
        else:
            asked = {"replaced": [*before, *other, *behind], "narrowed": [*before, *other, *words[start:]]}
        if own.strange(other):
            for kind, text in asked.items():
                yield kind, " ".join(text), label
        if unknown and own.strange(synonym := rng.choice(unknown)):
            yield SYNONYM, " ".join([*before, *synonym, *behind]), label


def main() -> None:
    """Ask, learn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    data = parser.parse_args().data
    files, rng = model_files(MODEL_FILES), Random(SEED)
    triage = load_triage(files)
    lines = [line for line in files["things/things.txt"].decode().splitlines() if not line.startswith("#")]
    hidden = {line for line in lines if rng.random() < HIDDEN}
    things = Things(line.split(", ") for line in lines if line not in hidden)
    clear = [tuple(name for name in line.split(", ") if name[-1] not in VAGUE + USUAL + VALUE) for line in lines]
    embed, rows = Embeddings(triage.encoder), list[Row]()
    sets = read_sets(data, "train")
    for source in SETS:
        for island in draw(sets, source, ISLANDS, mixes=VIEWERS, asked=sets):
            asker = Asker(island, triage.encoder, triage.acceptor, things, embed)
            for question in island.questions:
                rows.extend(asker.ask(f"{source}, {question.kind}", question.text, question.label))
            for kind, text, label in exchanged(asker, [group for group in clear if group], triage.things, rng):
                rows.extend(asker.ask(kind, text, label, is_exchanged=kind != SYNONYM))
    weights, always = learn(rows)
    show(rows, weights, always)
    print("\n".join(f"{name} = {weight:.1f}" for name, weight in zip(Signs._fields, weights, strict=True)))
    print(f"always = {always:.1f}")


def learn(rows: Sequence[Row]) -> tuple[NDArray[np.float64], float]:
    """The weight of each sign, and what is added always, for a mix with `SYNONYMS` synonyms for each other thing."""
    used = [row for row in rows if row.confidence >= LEAST and (row.is_ours or row.kind in OTHER)]
    described, other = np.array([row.signs for row in used], np.float64), np.array([not row.is_ours for row in used])
    is_synonym = np.array([row.kind == SYNONYM for row in used])
    mix = np.where(other, MIX / other.mean(), (1 - (1 + SYNONYMS) * MIX) / (~other & ~is_synonym).mean())
    mix[is_synonym] = SYNONYMS * MIX / is_synonym.mean()
    model = LogisticRegression(C=100.0, max_iter=5000).fit(described, other, sample_weight=mix)
    return model.coef_[0].round(1), float(model.intercept_[0].round(1))


def show(rows: Sequence[Row], weights: NDArray[np.float64], always: float) -> None:
    """Print each set's figures without exchanged things, and the share of each kind that is answered: before, after."""
    for source in SETS:
        its = [row for row in rows if row.kind.startswith(source)]
        confidence = np.array([row.confidence for row in its])
        right = np.array([row.is_ours for row in its])
        in_scope = np.array([row.kind.endswith("own") for row in its])
        for shares in (np.ones(len(its)), np.array([ours_share(row.signs) for row in its])):
            print(f"{source:10} {judge(confidence * shares, right, in_scope)}")
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    for kind, its in by_kind.items():
        before = np.mean([row.confidence >= ANSWERED for row in its])
        left = [1 / (1 + np.exp(always + weights @ np.array(row.signs))) if any(row.signs) else 1.0 for row in its]
        after = np.mean([row.confidence * share >= ANSWERED for row, share in zip(its, left, strict=True)])
        shipped = np.mean([row.confidence * ours_share(row.signs) >= ANSWERED for row in its])
        signs = np.mean([any(row.signs) for row in its])
        print(
            f"{kind:16} {len(its):5} signs {signs:.3f} answered {before:.3f} -> {after:.3f}, as shipped {shipped:.3f}"
        )


if __name__ == "__main__":
    main()
