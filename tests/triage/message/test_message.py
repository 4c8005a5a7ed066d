"""`edge.triage.message`: what platforms and courtesy put around a question is taken off; the question stays."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.publish.source import read_island
from edge.triage import read_message, without_controls
from edge.triage.message.message import _SIGNS_OF_ENDS
from edge.triage.message.platforms import CONTROLS, MARKS, Mark, Where
from edge.triage.message.word_lists import EMOTES
from tests.triage.growth import grows_with_length

ISLANDS = Path(__file__).parents[3] / "islands"

OWN = [
    text
    for path in sorted(ISLANDS.glob("*/*.toml"))
    for snippet in read_island(path).source().snippets
    for text in snippet.examples
]

DRESSES: dict[str, Callable[[str], str]] = {
    "an invisible mark of an add-on": lambda t: f"{t} \u034f",
    "a Hangul filler": lambda t: f"{t}\u3164",
    "a tag character": lambda t: f"{t}\U000e0000",
    "soft hyphens": lambda t: t.replace("e", "e\u00ad"),
    "a name before": lambda t: f"@Northwind_Bot {t}",
    "a name and a comma before": lambda t: f"@Northwind_Bot, {t}",
    "two names before, one behind": lambda t: f"@mods @Some.One: {t} @kay_w",
    "a name of the fediverse": lambda t: f"@team@live.example.org {t}",
    "a mention of Discord": lambda t: f"<@123456789012345678> {t}",
    "a role and a channel of Discord": lambda t: f"<@&123456789012345678> {t} <#123456789012345678>",
    "an emoji of Discord": lambda t: f"{t} <a:party_blob:123456789012345678>",
    "a mention of Slack": lambda t: f"<@U024BE7LH|team> {t}",
    "names of emoji": lambda t: f":wave: {t} :pray::sparkles:",
    "an emoji of YouTube": lambda t: f"{t} :hand-pink-waving::yt:",
    "emoji": lambda t: f"🔥 {t} 🙏🏽🙏🏽",
    "an emote of Twitch": lambda t: f"{t} Kappa",
    "emotes on both sides": lambda t: f"PogChamp PogChamp {t} LUL",
    "emotes of a channel": lambda t: f"maraHype {t} northwLove",
    "an action, as IRC sends it": lambda t: f"\x01ACTION {t}\x01",
    "an action, as it is typed": lambda t: f"/me {t}",
    "colours and bold of IRC": lambda t: f"\x0304,01\x02{t}\x0f",
    "a command": lambda t: f"!ask {t}",
    "a quoted line": lambda t: f"> somebody wrote this before\n{t}",
    "the reply of Matrix": lambda t: f"> <@kay:example.org> and this before\n> twice\n\n{t}",
    "a copied sentence": lambda t: f"“All orders leave the house within a week.” {t}",
    "a greeting": lambda t: f"hi everyone, {t}",
    "a greeting without a comma": lambda t: f"hello team {t}",
    "greeting, please and thanks": lambda t: f"hello good evening everyone, {t.rstrip('?')} please? thanks a lot",
    "thanks": lambda t: f"{t} thank you so much guys",
    "praise before": lambda t: f"love the stream! {t}",
    "praise behind": lambda t: f"{t} you guys are amazing",
    "an opening": lambda t: f"sorry, quick question: {t}",
    "all of it": lambda t: f"@mods hey guys!! quick question, {t} thx in advance 🙏 Kappa",
    "upper case": lambda t: t.upper(),
    "in quotation marks": lambda t: f"“{t}”",
}


@pytest.mark.parametrize("dress", DRESSES)
def test_dress_changes_no_question(dress: str) -> None:
    """Every example of every sample island reads the same in it."""
    changed = [text for text in OWN if read_message(DRESSES[dress](text)).question != read_message(text).question]

    assert len(OWN) > 500
    assert [] == changed


@pytest.mark.parametrize("mark", [*CONTROLS, *MARKS], ids=lambda mark: mark.name)
def test_mark_is_worn_by_a_dress(mark: Mark) -> None:
    """No row of the table is without a test: without it, some dress would change a question."""
    worn = [dress("when does it ship") for dress in DRESSES.values()]
    others = ("<t:1700000000:R> when", "<https://example.com|our page> when", "<https://example.com> when")

    assert any(re.search(mark.pattern, text) for text in (*worn, *others))


KEPT = {
    "a greeting alone": ("Hi everyone!", "hi everyone"),
    "thanks alone": ("thank you so much", "thank you so much"),
    "a name alone": ("@mods", "@mods"),
    "a command alone": ("!drops", "drops"),
    "an emote alone": ("Kappa", "kappa"),
    "a question with words of praise": ("is the stream good?", "is the stream good"),
    "a question about thanks": ("how do i thank you", "how do i thank you"),
    "an opening that the question needs": ("can you tell me if it ships", "can you tell me if it ships"),
    "a name within": ("when is @mara on stage", "when is @mara on stage"),
    "a phone that looks like an emote": ("does it work on iPhone", "does it work on iphone"),
    "a quotation within": ('the page says "sold out in every size" why', "the page says sold out in every size why"),
    "a short quotation": ('"sold out" what does that mean', "sold out what does that mean"),
    "nothing but quotes": ("> when does it ship\n", "when does it ship"),
    "a comparison": ("is 5 < 6 and 7 > 6", "is 5 6 and 7 6"),
    "a time": ("is it at 10:30: or later", "is it at 10:30 or later"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("sentence", KEPT)
def test_what_is_no_dress_stays(sentence: str) -> None:
    """Also a message that has nothing but courtesy: an author may have an answer for it."""
    typed, expected = KEPT[sentence]

    assert expected == read_message(typed).question


def test_message_keeps_its_names_and_all_words() -> None:
    """Routes by keyword look in everything that was written."""
    message = read_message("@Support hi, WHEN does it ship? thanks @mods")

    assert ("when does it ship", ("support", "mods")) == (message.question, message.mentions)
    assert "hi when does it ship thanks" == message.words


any_text = st.text(st.sampled_from('ab @<>:!#/"“”\x01\x03\n.,?1KL') | st.characters(), max_size=80)


@given(any_text)
@example("@a @b")
@example("thanks thanks thanks")
@example("hi <@123456>")
def test_reading_again_changes_little(text: str) -> None:
    """No text makes it fail, and a message with a word has a question."""
    message = read_message(text)

    assert bool(message.words) == bool(message.question)
    assert f" {message.question} " in f" {message.words} "


HOSTILE = {
    "marks alone": "<@1234567890> " * 140,
    "marks that never end": "<@" * 1_000,
    "names of emoji that never end": ":a" * 1_000,
    "nested quotes": ">" * 2_000,
    "quoted lines alone": ">a\n" * 660,
    "names": "@a" * 1_000,
    "names with blanks": "@ab " * 500,
    "quotation marks": "“" * 2_000,
    "commands": "!a " * 660,
    "emotes": "Kappa " * 330,
    "thanks": "thanks " * 285,
    "greetings": "hi " * 660,
    "openings": "quick question " * 130,
    "actions": "\x01ACTION " * 220,
    "abbreviations": "a." * 1_000,
}


@pytest.mark.parametrize("sentence", HOSTILE)
def test_time_grows_with_the_length_alone(sentence: str) -> None:
    """Also of what never ends."""
    assert grows_with_length(lambda text: read_message(without_controls(text)), HOSTILE[sentence])


def test_text_without_their_signs_has_no_mark_at_an_end() -> None:
    """Such a text is not searched: each mark has a sign, and each emote a capital or is one of the signs."""
    marks = ["> quoted\nwhen", "!cmd when", "/me when", "@mara when", "when @mara"]

    assert all(_SIGNS_OF_ENDS.search(mark) for mark in marks)
    assert {"quoted lines", "command of a bot", "/me as it is typed", "mention"} == {
        mark.name for mark in MARKS if mark.where is not Where.ANYWHERE
    }
    assert not [emote for emote in EMOTES if emote == emote.lower() and not _SIGNS_OF_ENDS.fullmatch(emote)]
    assert read_message("when does it ship yikers").question == "when does it ship"
