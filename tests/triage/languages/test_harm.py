"""The guard of the second model: its file, its probabilities, and in which letters it was measured."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import model_files
from edge.errors import Reason, RefusedError
from edge.triage import HARM_FILES, KINDS, HarmAcross, HarmWeights, is_script_known
from models.multilingual.translated import sha256_of_graph

DATA, CARD = (model_files(HARM_FILES)[name] for name in HARM_FILES)


def test_guard_of_this_release_fits_its_second_model() -> None:
    """The wheel in this checkout has the embeddings that it was trained on."""
    harm = HarmAcross.load(DATA, CARD, encoder=sha256_of_graph()).read(np.zeros(384, np.float32))

    assert 0 <= harm.safety + harm.fraud <= 1


WRONG = {
    "another second model": (DATA, CARD, "ab" * 32, "languages/harm.msgpack is for the second model"),
    "a flipped byte": (DATA[:-1] + bytes([DATA[-1] ^ 1]), CARD, "", "languages/harm.msgpack does not fit this program"),
    "no card": (DATA, b"", "", "languages/harm.msgpack does not fit this program"),
}


@pytest.mark.parametrize(("data", "card", "encoder", "text"), WRONG.values(), ids=WRONG)
def test_file_that_does_not_fit(data: bytes, card: bytes, encoder: str, text: str) -> None:
    """It is refused, and not read as something else."""
    with pytest.raises(RefusedError) as caught:
        HarmAcross.load(data, card, encoder=encoder)

    assert Reason.MODEL_MISMATCH is caught.value.reason
    assert caught.value.text.startswith(text)


@given(values=st.lists(st.floats(-1, 1, width=32), min_size=384, max_size=384))
def test_kinds_exclude_each_other(values: list[float]) -> None:
    """Of any embedding."""
    harm = HarmAcross.load(DATA, CARD, encoder=sha256_of_graph()).read(np.array(values, np.float32))
    found = msgspec.structs.astuple(harm)

    assert all(0 <= one <= 1 for one in found)
    assert sum(found) <= 1 + 1e-6


def test_weights_by_hand() -> None:
    """The softmax of what is linear in the embedding."""
    weights = np.zeros((len(KINDS), 2), "<f4")
    weights[KINDS.index("fraud")] = (1, 0)
    guard = HarmAcross(HarmWeights(encoder="", weights=weights.tobytes(), bias=bytes(4 * len(KINDS))))

    assert math.isclose(math.e / (math.e + 5), guard.read(np.array([1, 9], np.float32)).fraud, rel_tol=1e-6)


SCRIPTS = {
    "Wann wird der Hoodie verschickt? 30 €": True,
    "¿cuánto cuesta? 😀": True,
    "हुडी कब भेजी जाएगी XL": True,
    "パーカーはいつ発送されますか": True,
    "発送日はいつ": True,
    "30 €?": True,
    "发货日期": False,
    "стрим лагает": False,
    "배송 언제": False,
    "متى يتم الشحن": False,
    "ship it сейчас": False,
}


@pytest.mark.parametrize(("text", "expected"), SCRIPTS.items())
def test_script(text: str, expected: bool) -> None:
    """One letter of another script is enough. Chinese characters without kana may be Chinese."""
    assert expected is is_script_known(text)
