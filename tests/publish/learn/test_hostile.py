"""`edge.publish.learn`: proposals that would harm, and evidence that says something else at a second look."""

from collections import Counter

import pytest

from edge.publish.learn import LeftOut, ProposalKind, gather, read_export
from edge.publish.learn.replies import MAX_REPLIES, Replies, body_of
from edge.publish.source import MAX_EXAMPLES, parse_island
from tests.publish.learn.conftest import Author
from tests.publish.learn.exports import CHANGED, WASH, WORN, line, many, sound

HARM = (
    "i will kill myself if it does not ship", "i want to kill myself, when does it ship", "i will kill you all today",
    "my card was stolen and somebody bought this", "somebody stole my card and ordered with it",
    "i am going to kill myself over this parcel", "i will bomb your office if it is late",
)  # fmt: skip


@pytest.mark.parametrize("fields", [{"used": "ship-date"}, {"reply": WASH}], ids=["a snippet", "a reply"])
def test_words_that_tell_of_harm_become_no_example(author: Author, fields: dict[str, str]) -> None:
    """An exact example is answered before anything looks for harm: an export could take people out of the loop."""
    lesson, left_out = author.learns(line(f"{words} {end}", **fields) for words in HARM for end in ("", "please"))

    assert (b"", len(HARM)) == (lesson.patch, left_out[LeftOut.HARM])


def test_question_in_another_language(author: Author) -> None:
    """The encoder has read English: it would put unlike questions together, and no PoP judges them by it."""
    spanish = [f"¿cuándo se envía mi pedido {number}?" for number in range(9)]
    lines = [line(text, reply="Se envía el lunes.") for text in spanish]

    assert {LeftOut.FOREIGN: 9} == author.learns(lines)[1]
    author.text = author.text.replace('locale = "en"', 'locale = "es"')
    assert not author.learns(lines)[1][LeftOut.FOREIGN]


def test_people_who_mostly_wrote_their_own_words(author: Author) -> None:
    """One wrong click among many replies does not make a wording the snippet's; the replies are the draft."""
    lines = [line(text, reply=WASH) for text in WORN for _ in range(9)]
    lines += [line(text, used="ship-date") for text in WORN]
    lesson, _ = author.learns(lines)

    assert [ProposalKind.ADD_SNIPPET] == [one.kind for one in lesson.kept]


def test_snippet_that_viewers_mostly_refuse(author: Author) -> None:
    """Few taps among many refusals are no label."""
    lines = [line(text, offered=["ship-date"], taken=taken) for text in CHANGED for taken in ("", "", "", "ship-date")]
    lesson, left_out = author.learns(lines)

    assert ((), len(CHANGED)) == (lesson.kept, left_out[LeftOut.DISAGREEMENT])


def test_reply_to_everything_is_no_draft(author: Author) -> None:
    """A macro that people send first says nothing of the question."""
    macro = "Thank you for your message. We will look into it and come back to you."
    topics = ("the red mug", "my birthday voucher", "parking at the venue", "a job in your team", "the sound on stream")
    texts = [f"{begin} {topic}" for topic in topics for begin in ("tell me about", "what about", "who does")]
    lesson, left_out = author.learns(line(text, reply=macro) for text in (*texts, *WORN))

    assert () == lesson.kept
    assert left_out[LeftOut.GENERIC]


CARE = (
    "is the shirt machine washable", "shirt washing tips", "can the shirt go in the dryer", "do i iron the shirt",
    "how hot may the water for the shirt be", "does the shirt shrink", "will the shirt lose its colour",
    "hand wash the shirt?", "how do i clean the shirt", "shirt care", "may i bleach my shirt", "shirt at 60 degrees",
    "does the print on the shirt survive washing", "is the shirt fabric delicate", "should the shirt be dry cleaned",
    "can i tumble dry the shirt", "does the shirt fade", "steam the shirt or iron it", "what soap for the shirt",
    "cold water for the shirt", "will the shirt get smaller", "wash the shirt inside out", "shirt with wool detergent",
)  # fmt: skip


def test_one_reply_is_one_snippet(author: Author) -> None:
    """Wordings that differ much, and got the same reply: two snippets with one answer would divide what they learn."""
    lesson, _ = author.learns(line(text, reply=WASH) for text in CARE)

    assert [WASH] == [one.answer for one in lesson.kept]


REPLIES = {
    "Hi Jonas,\r\n\r\nWash it at 30 degrees.\r\n\r\nBest regards,\r\nMaya Smith\r\nNorthwind": "Wash it at 30 degrees.",
    "Hello! Orders ship on Monday.": "Orders ship on Monday.",
    "hey Jonas, yes it does": "Yes it does",
    "Yes.\n-- \nMaya Smith\nmaya@example.com\n+49 30 123456": "Yes.",
    "Yes.\n\nOn Monday, Jonas wrote:\n> can i wash it": "Yes.",
    "> can i wash it\n\nYes.": "Yes.",
    "Yes.\n\nThanks, Maya": "Yes.",
    "Best regards,\nMaya Smith": "",
    "--\nMaya Smith\nSupport": "Maya Smith\nSupport",
    "Thanks for asking.\nIt ships on Monday.": "Thanks for asking.\nIt ships on Monday.",
    "First wash.\nThanks\nThen it ships on Monday.": "First wash.\nThanks\nThen it ships on Monday.",
    "History, and more": "History, and more",
    "Wash at 30\u00a0°C\tonly \u2764\ufe0f": "Wash at 30 °C only \u2764",
    "Hi": "",
}


@pytest.mark.parametrize("reply", REPLIES)
def test_what_stands_around_a_reply(reply: str) -> None:
    """Names of viewer and agent, signatures and quoted mail are left out; the words between them stay."""
    assert REPLIES[reply] == body_of(reply)


def test_replies_that_are_signatures(author: Author) -> None:
    """They are no draft."""
    signature = "Kind regards,\nMaya Smith\nNorthwind Support"
    lesson, left_out = author.learns(line(text, reply=signature) for text in WORN)

    assert ((), {LeftOut.REPLY_UNFIT: len(WORN)}) == (lesson.kept, left_out)


def test_names_around_replies_do_not_divide_them(author: Author) -> None:
    """Each viewer was greeted by name: the draft has none."""
    names = ("Jonas", "Mia", "Ada", "Ben", "Noor", "Li")
    lines = [
        line(text, reply=f"Hi {names[at % 6]},\n{WASH}\n\nRegards, {names[at % 5]}") for at, text in enumerate(WORN)
    ]
    (proposal,) = author.learns(lines)[0].kept

    assert WASH == proposal.answer


LINKS = (
    "pay at evil-shop.com {n}", "join discord.gg/x{n}", "see bit.ly/{n}", "[url=x]a{n}[/url]",
    "\uff1cscript\uff1e {n}", "\uff48\uff54\uff54\uff50\uff1a\uff0f\uff0fa {n}",
)  # fmt: skip


@pytest.mark.parametrize("template", LINKS)
def test_links_without_a_scheme(author: Author, template: str) -> None:
    """A chat makes links of them; letters of full width count as those of ASCII."""
    texts = [template.replace("{n}", str(number)) for number in range(9)]
    lesson, left_out = author.learns(line(text, used="ship-date") for text in texts)

    assert (b"", {LeftOut.MARKUP: 9}) == (lesson.patch, left_out)


def test_spaces_and_emojis_are_no_reason(author: Author) -> None:
    """Phones and French punctuation write them. The patch has plain spaces."""
    lesson, left_out = author.learns(line(f"{text}\u202f?\u00a0\u2764\ufe0f", used="ship-date") for text in CHANGED)
    patched = author.patched(lesson)

    assert not left_out[LeftOut.UNSEEN]
    assert ([ProposalKind.ADD_EXAMPLE], False) == ([one.kind for one in lesson.kept], "\ufe0f" in patched)


DELIVERY = (
    "can the courier leave it with my neighbour", "do i have to sign for it", "will it be here before christmas",
    "can i pick it up at a store", "which carrier brings my box", "is delivery on sundays possible",
    "could you send it to my office", "does the postman ring", "is there express shipping", "do you ship to norway",
    "may a friend receive it", "what if nobody is at home",
)  # fmt: skip


def test_only_as_many_examples_as_there_is_room_for(author: Author) -> None:
    """A snippet has 200 at most; what does not fit is not proposed."""
    more = "".join(f'    "tell me the price of thing number {number}",\n' for number in range(MAX_EXAMPLES - 9))
    author.text = author.text.replace('    "shipping time?",\n', f'    "shipping time?",\n{more}')
    source = parse_island(author.text.encode(), path="x").source()
    room = MAX_EXAMPLES - len(source.snippets[0].examples)
    lesson, left_out = author.learns(line(text, used="ship-date") for text in DELIVERY)

    assert room == len(lesson.kept[0].examples) > 0
    assert not left_out[LeftOut.REFUSED]


def test_file_without_tables(author: Author) -> None:
    """That the layout is the reason is said."""
    author.text = inline(author.text)
    lesson, left_out = author.learns(line(text, used="ship-date") for text in CHANGED)

    assert ((), 1, 0) == (lesson.kept, left_out[LeftOut.LAYOUT], left_out[LeftOut.REFUSED])


def inline(text: str) -> str:
    """The island with its snippets in one array."""
    head, *tables = text.split("[[snippets]]\n")
    snippets = parse_island(text.encode(), path="x").source().snippets
    assert len(snippets) == len(tables)
    rows = (
        f'{{id = "{one.id}", automation = "{one.automation}", answer = "x", examples = {list(one.examples)}}}'
        for one in snippets
    )
    before, routes, rest = head.partition("[context]")
    return f"{before}snippets = [{', '.join(rows)}]\n{routes}{rest}"


def test_examples_of_the_island_judge_nothing(author: Author) -> None:
    """It knows them by heart: they would flatter every number."""
    source = parse_island(author.text.encode(), path="x").source()
    known = [example for snippet in source.snippets for example in snippet.examples]
    lesson, _ = author.learns(line(text, used="ship-date") for text in known)

    assert 0 == lesson.before.questions


def test_proposal_that_nobody_judges_says_so(author: Author) -> None:
    """Equal numbers would look as if it had no effect."""
    author.learns(line(text, used="ship-date") for text in CHANGED)
    evidence = gather([], parse_island(author.text.encode(), path="x").source(), Counter())
    lesson, _ = author.learns(sound())

    assert not evidence.lines
    assert all(0 < one.judged <= lesson.before.questions for one in lesson.kept)


def test_every_line_is_counted(author: Author) -> None:
    """Those that no question was read from, too."""
    export = author.folder / "e.jsonl"
    export.write_text(f"\ufeff{line('when')}\n\n   \nno JSON\n" + "x" * 100_000 + "\n")
    left_out: Counter[LeftOut] = Counter()
    evidence = gather(read_export(export, left_out), parse_island(author.text.encode(), path="x").source(), left_out)

    assert 3 == evidence.lines
    assert {LeftOut.SILENT: 1, LeftOut.LINE_MALFORMED: 1, LeftOut.LINE_LONG: 1} == left_out


def test_contradictory_lines_speak_against_nothing(author: Author) -> None:
    """People who used a suggestion did not ignore it, and did not send what the viewer had refused."""
    source = parse_island(author.text.encode(), path="x").source()
    lines = (
        line("do you ship to norway", offered=["refund"], used="refund", suggestion="ignored"),
        line("do you ship to france", offered=["refund"], taken="", suggestion="used"),
    )
    export = author.folder / "e.jsonl"
    export.write_text("\n".join(lines))
    norway, france = gather(read_export(export, Counter()), source, Counter()).wordings.values()

    assert ("refund", {}) == (norway.label, norway.refused)
    assert ("", {"refund": 1}) == (france.label, france.refused)


def test_memory_of_long_replies(author: Author) -> None:
    """A reply is read up to twice the longest answer, and kept by its hash."""
    replies = Replies(parse_island(author.text.encode(), path="x").source())
    long = [replies.read(f"{number} {'word ' * 6_000}") for number in range(3)]

    assert [LeftOut.REPLY_UNFIT] * 3 == [one.why_not for one in long]
    assert all(len(key) == 32 for key in replies._read)


def test_replies_beyond_the_limit(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snippet's answer is known all the same; a further draft is counted as too many."""
    assert MAX_REPLIES > 1_000
    monkeypatch.setattr("edge.publish.learn.replies.MAX_REPLIES", 1)
    replies = Replies(parse_island(author.text.encode(), path="x").source())

    assert WASH == replies.read(WASH).draft
    assert LeftOut.MANY == replies.read("Another one.").why_not
    assert "ship-date" == replies.read("Orders ship within two weeks.").snippet


@pytest.mark.timeout(300)
def test_a_hundred_thousand_lines(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of them are hostile. All are counted; the patch is that of the sound ones."""
    monkeypatch.setattr("edge.publish.learn.lesson.MAX_READ", 500)
    hostile = (f"{{{number}" if number % 3 else line("see evil.example/x", used="refund") for number in range(90_000))
    lesson, left_out = author.learns((*many(9_880), *list(sound()) * 9, *hostile, *sound()))
    patched = parse_island(author.patched(lesson).encode(), path="x")
    unread, cheap = left_out[LeftOut.UNREAD], (left_out[LeftOut.LINE_MALFORMED], left_out[LeftOut.MARKUP])

    assert (60_000, 30_000) == cheap
    assert unread > 1_000
    assert WASH in {one.answer for one in patched.source().snippets}
