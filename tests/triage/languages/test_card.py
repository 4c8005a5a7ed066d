"""The card of the second model's package, and files that do not fit it."""

import numpy as np
import pytest

from edge.errors import Reason, RefusedError
from edge.triage.languages import LanguagesFiles, MultilingualEncoder, check_hashes, read_languages_card
from tests.triage.languages.test_words import InMemory

CARD = """\
format = 1
version = "1"
name = "small"
max_tokens = 8
dimensions = 32
minimum_cosine = 0.99
golden = []
[sha256]
"model.onnx" = "aa"
"words.q4" = "bb"
"pieces.txt" = "cc"
"scores.f32" = "dd"
[likely]
spread = 1.0
none = 0.5
"""
FOUND = {"model.onnx": "aa", "words.q4": "bb", "pieces.txt": "cc", "scores.f32": "dd"}


def test_card() -> None:
    """What loading needs is read, and its hashes are those that were found."""
    card = read_languages_card(CARD.encode())
    check_hashes(card, FOUND)

    assert ("small", 32) == (card.name, card.dimensions)


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"format = ", "card.toml is not a model card"), (CARD.replace("= 1\n", "= 2\n", 1).encode(), "has format 2")],
)
def test_card_of_another_form(content: bytes, text: str) -> None:
    """It says what was found."""
    with pytest.raises(RefusedError, match=text) as caught:
        read_languages_card(content)

    assert Reason.MODEL_MISMATCH is caught.value.reason


@pytest.mark.parametrize("name", FOUND)
def test_file_of_another_hash(name: str) -> None:
    """Each file is compared, and named."""
    with pytest.raises(RefusedError, match=f"{name} has sha256 ee, expected {FOUND[name]} as its card says"):
        check_hashes(read_languages_card(CARD.encode()), FOUND | {name: "ee"})


def test_files_that_do_not_fit_each_other() -> None:
    """A word table with rows for other pieces is refused before anything is computed."""
    pieces = "<s>\n</s>\n<unk>\na"
    files = LanguagesFiles(
        model=b"", pieces=pieces, scores=np.zeros(4, "<f4").tobytes(), rows=InMemory(np.zeros(3, np.uint8))
    )
    with pytest.raises(RefusedError, match="the files do not fit each other") as caught:
        MultilingualEncoder.load(files, read_languages_card(CARD.encode()))

    assert Reason.MODEL_MISMATCH is caught.value.reason
