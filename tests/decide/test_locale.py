"""Which language a viewer gets: what is wanted, what is there, and the note if they differ."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from edge.decide import best_locale, language_note, wanted_locales
from edge.decide.locale import MAX_HEADER_CHARACTERS, MAX_WANTED
from edge.records import ChoiceRequest, ThresholdWhy
from edge.records.locales import LanguageNote
from edge.tokens import Receipt, make_receipt

WANTED = {
    "nothing is known": (("", "", ""), ()),
    "what the question names is first, then its words, then the browser": (
        ("pt-BR", "es", "de, en"),
        ("pt-BR", "es", "de", "en"),
    ),
    "one that is named again": (("de", "de", "de, en;q=0.5"), ("de", "en")),
    "by quality, equal ones as they come": (("", "", "en;q=0.8, de, fr;q=0.8, ja;q=0.9"), ("de", "ja", "en", "fr")),
    "refused ones, and any": (("", "", "de;q=0, *;q=0.5, fr;q=0.000"), ()),
    "three digits": (("", "", "de;q=0.001,en ; q=1.000"), ("en", "de")),
    "no quality that there is": (("", "", "de;q=2, en;q=high, fr;level=1, es;q=-1, it"), ("it",)),
    "no tags": (("deutsch bitte", "", "<script>, de_AT, d, 12, ü, " + "a" * 40), ()),
    "empty items": (("", "", ",, ;q=1, ,de,"), ("de",)),
}


@pytest.mark.parametrize(("said", "expected"), WANTED.values(), ids=WANTED)
def test_wanted(said: tuple[str, str, str], expected: tuple[str, ...]) -> None:
    """Best first, each once."""
    assert expected == wanted_locales(*said)


BEST = {
    "nothing is wanted": ((), "en"),
    "it is there": (("de",), "de"),
    "in other letters": (("PT-br",), "pt-BR"),
    "of a country": (("de-AT",), "de"),
    "of a country and a script": (("pt-BR-x-shop",), "pt-BR"),
    "without its country": (("pt",), "pt-BR"),
    "of another country": (("pt-PT",), "pt-BR"),
    "the island's own": (("en-GB", "de"), "en"),
    "the second wish": (("ja", "de"), "de"),
    "not there": (("ja", "ko"), "en"),
}


@pytest.mark.parametrize(("wanted", "expected"), BEST.values(), ids=BEST)
def test_best(wanted: tuple[str, ...], expected: str) -> None:
    """Of an island in English with German and the Portuguese of Brazil."""
    assert expected == best_locale(wanted, "en", ("de", "pt-BR"))


def test_own_variant_is_before_a_further_one() -> None:
    """Who asks for any English gets the island's, and who asks for that of Britain gets it."""
    assert ["en", "en-GB", "en"] == [best_locale((one,), "en", ("en-GB",)) for one in ("en", "en-GB", "en-US")]


def test_note() -> None:
    """Only where another language is given than the one that is wanted most."""
    assert LanguageNote(locale="en", wanted="de-AT") == language_note("en", ("de-AT", "en"))
    assert [UNSET] * 3 == [language_note("de", ("de-AT",)), language_note("en", ()), language_note("pt-BR", ("pt",))]


@given(header=st.text(max_size=3 * MAX_HEADER_CHARACTERS), stated=st.text(max_size=35))
def test_any_header_is_read(header: str, stated: str) -> None:
    """A stranger writes it: few tags come of it, and an answer in a language that there is."""
    wanted = wanted_locales(stated, "", header)

    assert len(wanted) <= MAX_WANTED
    assert best_locale(wanted, "en", ("de",)) in {"en", "de"}


def test_longest_receipt_fits_into_a_choice() -> None:
    """With the longest names, and of a browser that asks for long languages."""
    wanted = wanted_locales("", "", ",".join(f"a{letter}" + "-abcdefgh" * 3 + "-abcde" for letter in "bcdefghi"))
    name = "n" * 63
    receipt = Receipt(
        b"n" * 12, f"{name}/{name}", "", b"c" * 12, 1.8e9 + 0.1, True, 0.123, 0.456, ThresholdWhy.SNIPPET, 2**40,
        tuple(f"{name[1:]}{number}" for number in range(3)), b"q" * 16, "t" * 36, name, True, " ".join(wanted),
    )  # fmt: skip
    token = make_receipt(receipt, key=b"k" * 32)
    body = {"receipt": token, "snippet": None, "text": "hi"}

    assert 4 == len(wanted)
    assert token == msgspec.convert(body, ChoiceRequest).receipt


def test_long_header_is_cut() -> None:
    """Sorting a million tags would hold up everybody."""
    assert ("de",) == wanted_locales("", "", "*," * MAX_HEADER_CHARACTERS + "fr") + wanted_locales("", "", "de")
