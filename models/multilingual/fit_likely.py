"""Fit the two numbers by which scores become probabilities: `LIKELY` of `build_languages.py`.

    python models/multilingual/fit_likely.py

Every translated question that is in scope counts once more without its own snippet, so that about half of them have no
answer. Printed are the best pair of a grid, and how well each island is judged by the pair of the other two.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from edge.triage import LikelyCard
from models.multilingual.translated import Scored, open_wheel, score_questions

SPREADS = (0.02, 0.025, 0.03, 0.035, 0.04, 0.05)
NONES = tuple(round(0.2 + 0.01 * step, 2) for step in range(25))
BINS = 15
_LISTED = 3

Case = tuple[str, NDArray[np.float32], int]
"""Island, scores, and the index of the right snippet; -1 if there is none."""


def cases_of(scored: list[Scored]) -> list[Case]:
    """The questions, and those in scope once more without their snippet."""
    found: list[Case] = []
    for one in scored:
        island, right = one.question.island, one.question.snippet
        at = one.snippets.index(right) if right else -1
        found.append((island, one.scores, at))
        if right:
            found.append((island, np.delete(one.scores, at), -1))
    return found


def shares_of(scores: NDArray[np.float32], likely: LikelyCard) -> NDArray[np.float32]:
    """The probability of each snippet and, last, of none."""
    lifted = np.exp((np.append(scores, likely.none) - scores.max()) / likely.spread)
    shares: NDArray[np.float32] = lifted / lifted.sum()
    return shares


def loss(cases: list[Case], likely: LikelyCard) -> float:
    """Mean negative log likelihood of what is right."""
    return float(-np.mean([np.log(shares_of(scores, likely)[right] + 1e-9) for _, scores, right in cases]))


def fit(cases: list[Case]) -> LikelyCard:
    """The pair of the grid with the least loss."""
    grid = [LikelyCard(spread=spread, none=none) for spread, none in product(SPREADS, NONES)]
    return min(grid, key=lambda likely: loss(cases, likely))


def calibration_error(judged: list[tuple[float, bool]]) -> float:
    """Mean distance of confidence and share of right ones over bins of equal mass."""
    judged = sorted(judged)
    bins = [np.array(part) for part in np.array_split(np.array(judged, float), BINS)]
    return float(np.mean([abs(part[:, 0].mean() - part[:, 1].mean()) for part in bins]))


def main() -> None:
    """Fit and print."""
    scored = [one for one in score_questions(open_wheel()) if one.question.language != "en"]
    cases = cases_of(scored)
    judged = []
    for island in sorted({island for island, _, _ in cases}):
        likely = fit([case for case in cases if case[0] != island])
        print(f"without {island}: {likely}")
        for _, scores, right in (case for case in cases if case[0] == island):
            best = np.argsort(-scores, kind="stable")[:_LISTED]
            judged.append((float(shares_of(scores, likely)[best].sum()), right in best))
    print(f"all: {fit(cases)}")
    print(f"expected error of calibration, islands left out: {calibration_error(judged):.3f}")


if __name__ == "__main__":
    main()
