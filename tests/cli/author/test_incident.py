"""`skerry incident`: one command replaces an answer."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from edge.publish.repository import Repository, target_path
from edge.records import Automation, Island, IslandName, SignedSnippet, SnippetDocument

Skerry = Callable[..., Result]
DROP = IslandName("acme", "drop")
ROUTING = """
[surge]
floor = 0.8
ceiling = 0.95

[[trees]]
id = "help"
steps = [{ id = "end", lane = "desk" }]

[[routes]]
lane = "desk"
keywords = ["broken"]

[[snippets]]
"""


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """A file with the new answer."""
    path = tmp_path / "answer.md"
    path.write_text("Refunds are **delayed** until Monday.\n")
    return path


@pytest.fixture
def published(skerry: Skerry, island_file: Path) -> None:
    """The published island: refunds need a review, and every field of an island file is used."""
    text = island_file.read_text().replace("[[snippets]]\n", ROUTING, 1)
    island_file.write_text(
        text.replace('id = "refund"', 'id = "refund"\nautomation = "review"\ntarget_precision = 0.99')
    )
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("island", "publish", island_file)
    assert 0 == result.exit_code, result.output


def in_force(home: Path) -> Island:
    """The published island, as PoPs get it."""
    repository = Repository(home)
    target = repository.state().tenants["acme"].targets[DROP.target_path]
    data = (repository.folder / target_path(DROP, target.hashes["sha256"])).read_bytes()
    return msgspec.msgpack.decode(data, type=Island)


def document(snippet: SignedSnippet) -> SnippetDocument:
    """The document that the snippet's signature covers."""
    return msgspec.json.decode(snippet.document, type=SnippetDocument)


@pytest.mark.usefixtures("published")
def test_incident_answer_is_in_force(skerry: Skerry, home: Path, answer: Path) -> None:
    """The new revision changes one snippet: the machine gives the new answer, though it needed a review before."""
    before = in_force(home)
    result = skerry("incident", "acme/drop", "--snippet", "refund", "--answer", answer, "--approved-by", "Bo, on call")
    after = in_force(home)
    old, new = (island.snippets[1] for island in (before, after))

    assert 0 == result.exit_code, result.output
    assert result.stdout.startswith("published acme/drop revision 2 with a new answer to 'refund', ")
    assert (Automation.REVIEW, Automation.ANSWER) == (old.automation, new.automation)
    assert ("Refunds are **delayed** until Monday.", "Bo, on call", 2) == (
        document(new).answer,
        document(new).approved_by,
        document(new).revision,
    )
    assert document(before.snippets[0]).answer == document(after.snippets[0]).answer
    # As sure as if each answer were promised: nobody has seen yet what the new one is good for.
    assert (old.examples, 0.9) == (new.examples, new.target_precision)


@pytest.mark.usefixtures("published")
def test_nothing_else_of_the_island_changes(skerry: Skerry, home: Path, answer: Path) -> None:
    """Only revision and snippets are new; times, routes, trees, head and golden questions stay."""
    before = in_force(home)
    skerry("incident", "acme/drop", "--snippet", "refund", "--answer", answer)
    after = in_force(home)

    assert before == msgspec.structs.replace(after, revision=1, snippets=before.snippets)


@pytest.mark.usefixtures("published")
def test_publishing_the_source_ends_it(skerry: Skerry, home: Path, island_file: Path, answer: Path) -> None:
    """Publishing the author's file again puts the old answer back."""
    skerry("incident", "acme/drop", "--snippet", "refund", "--answer", answer)
    skerry("island", "publish", island_file)

    assert (3, Automation.REVIEW) == (in_force(home).revision, in_force(home).snippets[1].automation)


REFUSED = {
    "an unknown snippet": (
        ("acme/drop", "refunds", "It is late."),
        "error: island 'acme/drop' has no snippet 'refunds', expected one of ship-date, refund\n",
    ),
    "an unknown island": (
        ("acme/other", "refund", "It is late."),
        (
            "error: island 'acme/other' is not published, expected one that is listed by:"
            " skerry island status --home {home}\n"
        ),
    ),
    "an empty answer": (
        ("acme/drop", "refund", " \n"),
        'error: nothing was published: answer is empty, expected one unless automation = "never"\n',
    ),
    "a long answer": (
        ("acme/drop", "refund", "x" * 2_001),
        "error: nothing was published: answer is 2,001 bytes of UTF-8, expected at most 2,000\n",
    ),
    "a control character": (
        ("acme/drop", "refund", "a\x07"),
        "error: nothing was published: 'answer' holds the control character U+0007\n",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(("given", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(skerry: Skerry, home: Path, answer: Path, given: tuple[str, str, str], text: str) -> None:
    """Nothing is published, and one line says why."""
    name, intent, words = given
    answer.write_text(words)
    result = skerry("incident", name, "--snippet", intent, "--answer", answer)

    assert (1, text.format(home=home), 1) == (result.exit_code, result.stderr, in_force(home).revision)


@pytest.mark.usefixtures("published")
def test_answer_that_cannot_be_read(skerry: Skerry, tmp_path: Path) -> None:
    """The error ends with the option to give."""
    result = skerry("incident", "acme/drop", "--snippet", "refund", "--answer", tmp_path / "no.md")

    assert (
        f"error: cannot read {tmp_path}/no.md: No such file or directory, give another file with: --answer FILE\n"
        == (result.stderr)
    )


@pytest.mark.usefixtures("published")
def test_withdrawn_island_has_no_incident(skerry: Skerry, answer: Path) -> None:
    """A withdrawn island stays withdrawn."""
    skerry("island", "withdraw", "acme/drop", "--why", "wrong price")
    result = skerry("incident", "acme/drop", "--snippet", "refund", "--answer", answer)

    assert "is not published" in result.stderr
