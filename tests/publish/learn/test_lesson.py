"""`edge.publish.learn`: what an island learns from exports that are sound, empty or poisoned."""

from collections import Counter

import pytest

from edge.publish.learn import LeftOut, ProposalKind, gather, read_export
from edge.publish.source import errors_in, lint_draft, parse_island
from edge.records import Automation
from edge.triage import question_of
from tests.publish.learn.conftest import Author
from tests.publish.learn.exports import CHANGED, WASH, WORN, line, sound


def test_sound_export(author: Author) -> None:
    """What people answered with a snippet becomes its example, and their own reply a draft; more is solved."""
    lesson, left_out = author.learns(sound())
    source = parse_island(author.patched(lesson).encode(), path="x").source()
    kinds = [one.kind for one in lesson.kept]
    draft = source.snippets[-1]

    assert {ProposalKind.ADD_EXAMPLE, ProposalKind.ADD_SNIPPET} == set(kinds)
    assert (WASH, Automation.REVIEW) == (draft.answer, draft.automation)
    assert all("wash" in question for question in draft.examples)
    assert lesson.after.solved > lesson.before.solved
    assert lesson.after.wrong <= lesson.before.wrong
    assert not left_out[LeftOut.LINE_MALFORMED]


def test_patched_file_can_be_published_and_keeps_its_layout(author: Author) -> None:
    """Each line of before is there, in its order; `island check` finds no error."""
    author.text = author.text.replace('    "shipping time?",', '    "shipping time?",  # often asked')
    lesson, _ = author.learns(sound())
    after = author.patched(lesson)
    lines = iter(after.split("\n"))

    assert all(any(one == other for other in lines) for one in author.text.rstrip("\n").split("\n"))
    assert [] == errors_in(lint_draft(parse_island(after.encode(), path="x"), now=author.now))


def test_no_question_judges_what_it_was_made_an_example_of(author: Author) -> None:
    """The two halves have no wording in common, by its normal form."""
    source = parse_island(author.text.encode(), path="x").source()
    export = author.folder / "halves.jsonl"
    export.write_text("\n".join(sound()))
    evidence = gather(read_export(export, Counter()), source, Counter())
    lesson, _ = author.learns(sound())
    judges = {form for form, one in evidence.wordings.items() if one.is_judge}

    assert 0 < len(judges) < len(evidence.wordings)
    assert not judges & {question_of(text) for one in lesson.kept for text in one.examples}


def test_same_export_gives_the_same_patch(author: Author) -> None:
    """Byte for byte, in any order of its lines."""
    lines = list(sound())

    assert author.learns(lines)[0].patch == author.learns(lines[::-1])[0].patch


def test_empty_export(author: Author) -> None:
    """Nothing is proposed, and the patch is empty."""
    lesson, left_out = author.learns([])

    assert ((), b"", 0) == (lesson.kept, lesson.patch, lesson.before.questions)
    assert {} == left_out


def test_one_client_that_repeats_itself(author: Author) -> None:
    """Ten thousand equal lines are one wording: nothing is proposed."""
    repeated = [line("do you ship to norway", used="ship-date")] * 5_000
    repeated += [line("can i wash the shirt", reply=WASH)] * 5_000

    assert () == author.learns(repeated)[0].kept


def test_taps_count_half_of_what_people_say(author: Author) -> None:
    """Three tapped wordings are too few, where three that people answered are enough."""
    asked = CHANGED[:6]
    by_people, _ = author.learns(line(text, used="ship-date") for text in asked)
    by_taps, left_out = author.learns(line(text, offered=["ship-date"], taken="ship-date") for text in asked)
    found = [[one.kind for one in lesson.kept] for lesson in (by_people, by_taps)]

    assert [[ProposalKind.ADD_EXAMPLE], []] == found
    assert left_out[LeftOut.FEW]


def test_people_who_disagree_teach_nothing(author: Author) -> None:
    """A wording that got two snippets in equal shares is no evidence for either."""
    lines = [line(text, used=snippet) for text in CHANGED for snippet in ("ship-date", "refund")]
    lesson, left_out = author.learns(lines)

    assert () == lesson.kept
    assert len(CHANGED) == left_out[LeftOut.DISAGREEMENT]


def test_example_that_misleads_is_removed(author: Author) -> None:
    """Its neighbours were answered with another snippet; the rehearsal is better without it."""
    author.text = author.text.replace('    "refund status",', '    "do you ship to norway",\n    "refund status",')
    lesson, _ = author.learns(line(text, used="ship-date") for text in CHANGED[1:])
    removed = [one for one in lesson.kept if one.kind is ProposalKind.REMOVE_EXAMPLE]

    assert [("refund", ("do you ship to norway",))] == [(one.snippet, one.examples) for one in removed]
    assert '"do you ship to norway"' not in author.patched(lesson)


POISON: dict[str, tuple[str, LeftOut]] = {
    "HTML": ("is it <script>alert(1)</script>", LeftOut.MARKUP),
    "a link in Markdown": ("see [this](x) {n}", LeftOut.MARKUP),
    "an address": ("look at https://evil.example {n}", LeftOut.MARKUP),
    "a template": ("is it {{{{ secret }}}} {n}", LeftOut.MARKUP),
    "an e-mail address": ("write to maya{n}@example.com", LeftOut.PRIVATE),
    "an e-mail address in words": ("write to maya (at) example (dot) com {n}", LeftOut.PRIVATE),
    "a card": ("charge 4111 1111 1111 111{n}", LeftOut.PRIVATE),
    "a telephone number": ("call +49 30 1234 56{n}", LeftOut.PRIVATE),
    "a token": ("use ghp_16C7e42F292c6912E7710c{n}", LeftOut.PRIVATE),
    "a password": ("my password is hunter{n}", LeftOut.PRIVATE),
    "digits of full width": ("call \uff10\uff13\uff10\uff11\uff12\uff13\uff14\uff15 {n}", LeftOut.PRIVATE),
    "another direction": ("is it \u202e{n}", LeftOut.UNSEEN),
    "tags that are not seen": ("is it \U000e0041 {n}", LeftOut.UNSEEN),
    "a joiner": ("is it\u200d {n}", LeftOut.UNSEEN),
    "a NUL": ("is it \0 {n}", LeftOut.UNSEEN),
    "too long": ("is it " * 60 + "{n}", LeftOut.LONG),
    "no words": ("??? " + "!" * 3, LeftOut.WORDLESS),
}


@pytest.mark.parametrize("name", POISON)
def test_poisoned_questions_are_left_out(author: Author, name: str) -> None:
    """However many lines there are. What is left out is counted, and is not in the patch."""
    template, why = POISON[name]
    texts = [template.replace("{n}", str(number)).replace("{{", "{").replace("}}", "}") for number in range(9)]
    lesson, left_out = author.learns(line(text, used="ship-date") for text in texts)

    assert (b"", {why: 9}) == (lesson.patch, left_out)


@pytest.mark.parametrize(
    "reply",
    [
        "<b>Yes</b>",
        "Write to ada@acme.example",
        "See https://acme.example",
        "Yes\u202e",
        "y" * 2_001,
        "Call 030 1234567",
    ],
)
def test_poisoned_reply_becomes_no_draft(author: Author, reply: str) -> None:
    """The questions are sound, so they are nothing without their reply."""
    lesson, left_out = author.learns(line(text, reply=reply) for text in WORN)

    assert () == lesson.kept
    assert {LeftOut.REPLY_UNFIT: len(WORN)} == left_out


def test_another_tenants_words(author: Author) -> None:
    """Lines that name a snippet of another island, and questions about what is in `not_about`."""
    author.text = author.text.replace("[context]", 'about = ["drop"]\nnot_about = ["tour poster"]\n\n[context]', 1)
    foreign = [line(text, used="tour-dates") for text in CHANGED]
    foreign += [line(f"{text} with the tour poster", used="ship-date") for text in CHANGED]
    lesson, left_out = author.learns(foreign)

    assert () == lesson.kept
    assert {LeftOut.OTHER_ISLAND: len(CHANGED), LeftOut.NOT_ABOUT: len(CHANGED)} == left_out


INJECTIONS = ['"]\n[[snippets]]\nid = "x', "''' [x]", '\\", "x', "\\u0022]", "# x", '"""']


@pytest.mark.parametrize("words", INJECTIONS)
def test_words_cannot_become_toml(author: Author, words: str) -> None:
    """Quotes, brackets and escapes stay in their text: the file has no table that no proposal names."""
    questions = [f"{text} {words}".replace("\n", " ") for text in CHANGED]
    lesson, _ = author.learns(line(text, reply=f"Norway {words}") for text in questions)
    (proposal,) = lesson.kept
    snippets = parse_island(author.patched(lesson).encode(), path="x").source().snippets

    assert ["ship-date", "refund", proposal.snippet] == [snippet.id for snippet in snippets]
    assert (f"Norway {words}", proposal.examples) == (snippets[-1].answer, snippets[-1].examples)
    assert set(proposal.examples) <= set(questions)


def test_only_the_best_are_measured(author: Author) -> None:
    """Others are counted, and are not in the patch."""
    lesson, left_out = author.learns(sound(), measured=1)

    assert len(lesson.kept) <= 1
    assert left_out[LeftOut.UNMEASURED] > 0


def test_reply_that_is_an_answer_counts_as_used(author: Author) -> None:
    """A desk that does not say what people used: their reply is compared with the answers."""
    lesson, _ = author.learns(line(text, reply="Hello! Orders ship within two weeks.") for text in CHANGED)

    assert [(ProposalKind.ADD_EXAMPLE, "ship-date")] == [(one.kind, one.snippet) for one in lesson.kept]
