"""`edge.triage.message.filter`: small talk and other languages are distinguished from questions."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.triage import is_foreign, language_of, normalise, question_of
from edge.triage.message import is_small_talk

ISLANDS = Path(__file__).parents[3] / "islands"

SMALL_TALK = [
    "hi",
    "Hello there!!",
    "thx",
    "THANK YOU SO MUCH 🙏",
    "lol",
    "gg",
    "🔥🔥🔥",
    "???",
    "heyyyy",
    "lets gooo omg",
    "W",
    "good night all",
    "hello sir",
    "Good morning ma'am",
    "ok thank you so much bro 🙏",
    "namaste ji",
    "@NinjaCat hi",
    "@mods",
    "KEKW KEKW",
]

QUESTIONS = [
    "NA and SA server status?",
    "na sa or eu",
    "do you ship to the U.S.?",
    "is it on tv or pc",
    "is it good",
    "when",
    "hello when does it ship",
    "thanks but where is my order",
    "size?",
    "is it all here",
    "no sound",
    "sold out",
    "first time here how does it work",
    "hi sir price",
    "@mods price?",
    "@NinjaCat when",
    "dear sir refund",
    "man",
    "hello sir i need help",
]

FOREIGN = [
    "cuando llega mi pedido", "¿hacen envíos a españa?", "el codigo no funciona", "quando chega o meu pedido",
    "c'est quand la livraison", "mon code ne marche pas", "wann kommt meine bestellung", "mein code geht nicht",
    "quando arriva il mio ordine", "wanneer komt mijn bestelling", "kiedy będzie moje zamówienie",
    "siparişim ne zaman gelir", "kapan pesanan saya dikirim", "när kommer min beställning", "когда придет заказ",
    "kailan po darating yung order ko", "いつ届きますか", "متى يصل طلبي", "언제 배송되나요",
    "khi nào đơn hàng của tôi đến", "πότε θα έρθει η παραγγελία μου",
    "mera order kab aayega", "ye size milega kya bhai", "delivery kab tak hogi", "kitna time lagega",
    "order kab ayega", "team kaise banaye", "kaha se lena hai", "mujhe team change karni hai", "come posso annullare",
    "cuando llegan las camisetas", "el pedido no llega", "com quem eu falo",
]  # fmt: skip

ENGLISH = [
    "when does the café open",
    "do you ship to españa",
    "is the jalapeño one vegan",
    "can i die in the game",
    "how do i get to the pub",
    "whats the par for this",
    "on est or pst",
    "ko ko ko",
    "na na na na",
    "cost per piece, come with pillow?",
    "ton per van",
    "till den",
    "las vegas or los angeles",
    "el paso, los angeles",
    "amazon.com EU",
    "mere dan",
    "é?",
]


@pytest.mark.parametrize("text", SMALL_TALK)
def test_small_talk_is_no_question(text: str) -> None:
    """Greetings, thanks, cheers, and punctuation alone are small talk."""
    assert is_small_talk(normalise(text))


@pytest.mark.parametrize("text", QUESTIONS)
def test_question_is_no_small_talk(text: str) -> None:
    """A short or polite question is not small talk."""
    assert not is_small_talk(normalise(text))


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_are_noticed(text: str) -> None:
    """Messages are foreign by their script, or by their function words."""
    assert is_foreign(normalise(text))


@pytest.mark.parametrize("text", ENGLISH)
def test_english_with_a_foreign_word_is_english(text: str) -> None:
    """A message with one borrowed word is not foreign."""
    assert not is_foreign(normalise(text))


def test_no_sample_question_is_misjudged() -> None:
    """Every example and every sample question of the sample islands is an English question."""
    asked = tomllib.loads((ISLANDS / "questions.toml").read_text(encoding="utf-8"))["questions"]
    texts = [question["text"] for question in asked if question["kind"] != "out_of_scope"]
    for path in ISLANDS.glob("*/*.toml"):
        snippets = tomllib.loads(path.read_text(encoding="utf-8"))["snippets"]
        texts += [example for snippet in snippets for example in snippet["examples"]]

    assert [] == [text for text in texts if is_foreign(normalise(text)) or is_small_talk(normalise(text))]


@given(st.text())
def test_any_text_has_a_kind(text: str) -> None:
    """Both rules give an answer for any text and never raise."""
    assert is_foreign(normalise(text)) in {True, False}
    assert is_small_talk(normalise(text)) in {True, False}


LANGUAGES = {
    "wann wird mein hoodie verschickt und wo ist er": "de",
    "cuando llega mi pedido": "es",
    "quand est ce que je recois ma commande": "fr",
    "bhai mera order kab aayega": "hi",
    "パーカーはいつ発送されますか": "ja",
    "हुडी कब भेजी जाएगी": "hi",
    "배송 언제 되나요": "ko",
    "когда придет мой заказ": "",
    "发货日期是什么时候": "",
    "when does my hoodie ship": "",
    "que por": "",
    "": "",
}


@pytest.mark.parametrize(("text", "expected"), LANGUAGES.items())
def test_language_of(text: str, expected: str) -> None:
    """Empty if it is English, or if the words or letters are of more than one language."""
    assert expected == language_of(question_of(text))
