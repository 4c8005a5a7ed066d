"""`models.wording.train_stance`: the shipped weights can be learned again, and families stay together."""

from pathlib import Path

import numpy as np
import pytest

from edge.triage.stance import stance
from models.wording.train_stance import interval, learn, parts_by, read_lines

LEARN = Path(__file__).parents[2] / "models" / "reading" / "learn"


def test_shipped_weights_are_learned_from_the_committed_lines() -> None:
    """To one place after the point; the last may differ between releases of scikit-learn."""
    weights, always = learn(read_lines(LEARN))

    assert list(stance._WEIGHTS) == pytest.approx(list(weights), abs=0.11)
    assert stance._ALWAYS == pytest.approx(always, abs=0.11)


def test_lines_have_the_labels_that_the_script_knows() -> None:
    """At least 300 of them are negated or settled, and none is there twice."""
    lines = read_lines(LEARN)

    assert {"asked", "negated", "settled", "other_matter", "original"} == {line.label for line in lines}
    assert sum(line.label in {"negated", "settled"} for line in lines) >= 300


def test_parts_keep_a_family_together() -> None:
    """The same seed gives the same parts."""
    keys = [f"family {number % 40}" for number in range(200)]

    parts = parts_by(keys, 5)

    assert len({(key, part) for key, part in zip(keys, parts, strict=True)}) == 40
    assert np.array_equal(parts, parts_by(keys, 5))


def test_interval_is_wilsons() -> None:
    """Against the values of Newcombe (1998, table I): 81 of 263, and none of 20."""
    assert interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-4)
    assert interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-4)
