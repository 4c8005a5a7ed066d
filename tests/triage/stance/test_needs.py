"""`edge.triage.stance.needs`: a message that has none of a cue's words does not have the cue."""

from hypothesis import given
from hypothesis import strategies as st

from edge.triage.stance.cues import stance_cues
from edge.triage.stance.needs import NEEDS
from edge.triage.stance.stance import _REMEMBERED, ASKING, ENDS, STARTS, _possible, _table, asks, stance_share
from models.wording import derive_needs

KNOWN = sorted({
    part.strip(derive_needs.END).replace(derive_needs.ANY, "xy")
    for cues in stance_cues().values()
    for cue in cues
    for text in derive_needs.texts_of(derive_needs.parsed(cue.pattern))[:3_000:7]
    for part in text.split(" ")
    if part.strip(derive_needs.END) and derive_needs.GAP not in part
})  # fmt: skip
"""Words of cues, with letters in the place of any."""


@given(st.lists(st.sampled_from(KNOWN) | st.text("abdegin'st", min_size=1, max_size=5), max_size=9))
def test_cue_that_matches_is_possible(words: list[str]) -> None:
    """Every cue of a text is looked for."""
    text = " ".join(words)

    matching = {place for place, (_, cue) in enumerate(_table()) if cue.search(f" {text} ")}

    assert matching <= {place for place in range(len(_table())) if _possible(text) >> place & 1}


@given(st.lists(st.sampled_from(KNOWN), max_size=9))
def test_share_is_that_of_all_cues(words: list[str]) -> None:
    """A message without a cue that speaks against it is left before all cues are counted. Its share is the same."""
    text = " ".join(words)
    probability = asks(text)
    odds = ASKING / (1 - ASKING) * probability / (1 - probability)

    expected = 1.0 if probability >= 0.5 else odds / (1 + odds) / ASKING
    assert expected == stance_share(text)


def test_words_are_forgotten_some_day() -> None:
    """No viewer can fill the memory with words, few or long."""
    for number in range(3_000):
        stance_share(f"word{number} {number:050}")

    assert len(_REMEMBERED) <= 1_024
    assert max(map(len, _REMEMBERED)) <= 40


def test_table_is_that_of_the_cues() -> None:
    """After a change of a cue, `models/wording/derive_needs.py` writes it again."""
    assert derive_needs.all_needs() == NEEDS
    assert (STARTS, ENDS) == (derive_needs.STARTS, derive_needs.ENDS)


def test_usual_question_has_the_words_of_few_cues() -> None:
    """So few expressions are tried."""
    assert _possible("size chart") == 0
    assert _possible("when does it ship").bit_count() <= 8
