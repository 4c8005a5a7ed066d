"""Mutants on a project of two files: which are drawn, their results, and the summary."""

import shutil
from pathlib import Path

import pytest

from benchmarks.mutants.mutants import Mutant, Plan, Tried, draw, equivalents, is_enough, known_reason, summary, try_all
from benchmarks.mutants.mutations import Mutation, mutations
from benchmarks.mutants.rooms import NoRoomError, files_of, nearest_first
from benchmarks.mutants.trials import ROOT, Tree

SOURCE = "def is_adult(age: int) -> bool:\n    while age > 150:\n        age -= 100\n    return age >= 18\n"
TESTS = """
import subprocess, sys
from edge.shelf import is_adult

def test_child():
    program = "from edge.shelf import is_adult; raise SystemExit(not is_adult(18))"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0

def test_old():
    assert is_adult(70)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A room of one file and its tests. The test at the boundary starts another process."""
    root = tmp_path / "root"
    files = {"edge/__init__.py": "", "edge/shelf.py": SOURCE, "tests/shelf/test_shelf.py": TESTS}
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
    plugin = Path("benchmarks", "mutants", "unshrunk.py")
    (root / plugin).parent.mkdir(parents=True)
    shutil.copy(ROOT / plugin, root / plugin)
    return root


def mutant(room: str = "shelf", line: int = 4) -> Mutant:
    """A mutant with this room and line."""
    return Mutant(room, f"edge/{room}.py", Mutation(line, "a < b", "a <= b", ""))


def test_survivors_are_found(project: Path, tmp_path: Path) -> None:
    """A failure in another process counts, and an endless loop, too. Afterwards the copy is sound again."""
    sources, tests = files_of("shelf", project)
    drawn = draw("shelf", sources, seed=1, count=100, root=project)
    wanted = {"return age >= 19", "while not (age > 150):", "while age > 151:"}
    chosen = [one for one in drawn if one.mutation.becomes in wanted]
    tree = Tree(tmp_path / "work", project)
    tried = list(try_all(chosen, {"shelf": Plan(tests, 10.0)}, [tree]))

    assert {
        "return age >= 19": (True, False),
        "while not (age > 150):": (True, True),
        "while age > 151:": (False, False),
    } == {one.mutant.mutation.becomes: (one.is_noticed, one.is_timed_out) for one in tried}
    assert SOURCE == (tree.folder / "edge" / "shelf.py").read_text()


def test_same_seed_draws_the_same(project: Path) -> None:
    """The same seed draws the same mutants, and no more than there are."""
    first, again, other = (draw("shelf", ["edge/shelf.py"], seed=seed, count=4, root=project) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert 6 == len(draw("shelf", ["edge/shelf.py"], seed=1, count=40, root=project))


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("cellar", "there is no room 'cellar', expected some of decide, trust, shelf, store, triage, host"),
        ("host", "room 'host' has no source here, expected them in edge/host"),
    ],
)
def test_room_that_is_not_there(project: Path, room: str, text: str) -> None:
    """The error says where the room's files were expected."""
    with pytest.raises(NoRoomError) as caught:
        files_of(room, project)

    assert text == str(caught.value)


def test_tests_named_after_a_file_come_first(project: Path) -> None:
    """Then those that import it, then those that import its room's face; another room's are as far as any."""
    texts = {
        "a": "from edge.host.bearer import matching\n",
        "b": "from edge.host import Backoff\n",
        "c": "from edge.host.backoff import Backoff\n",
        "backoff_more": "",
    }
    for name, text in texts.items():
        (project / "tests" / f"test_{name}.py").write_text(text)
    tests = [f"tests/test_{name}.py" for name in texts]

    assert [f"tests/test_{name}.py" for name in ("backoff_more", "c", "b", "a")] == nearest_first(
        tests, "edge/host/backoff.py", project
    )


def test_file_of_no_room_has_no_face(project: Path) -> None:
    """A test that names only `edge` comes last, with all others."""
    for name, text in {"a": "import edge\n", "b": "import edge.shelf\n"}.items():
        (project / "tests" / f"test_{name}.py").write_text(text)

    assert ["tests/test_b.py", "tests/test_a.py"] == nearest_first(
        ["tests/test_a.py", "tests/test_b.py"], "edge/shelf.py", project
    )


def test_summary() -> None:
    """Each room's figure, survivors with file and line, and equivalent mutants with their reasons."""
    tried = [
        Tried(mutant("decide"), is_noticed=True),
        Tried(mutant("decide", 9), is_noticed=False),
        Tried(mutant("trust"), is_noticed=True, is_timed_out=True),
        Tried(mutant("trust", 2), is_noticed=False, reason="a and b are never the same"),
    ]

    assert [
        "decide  noticed 1 of 2 (50%); 0 by the time limit, 0 change nothing",
        "trust   noticed 2 of 2 (100%); 1 by the time limit, 1 change nothing",
        "survived: edge/decide.py:9\n    - a < b\n    + a <= b",
        "changes nothing: edge/trust.py:2\n    - a < b\n    + a <= b\n    a and b are never the same",
        "all     noticed 3 of 4 (75%); 1 by the time limit, 1 change nothing",
    ] == list(summary(tried))


@pytest.mark.parametrize(
    ("decide", "trust", "enough"), [(8, 10, True), (7, 10, False), (8, 9, False)], ids=["both", "one room", "all"]
)
def test_bars(decide: int, trust: int, enough: bool) -> None:
    """Nine of ten of all mutants must be noticed, and four of five of each room."""
    tried = [Tried(mutant("decide"), is_noticed=number < decide) for number in range(10)]
    tried += [Tried(mutant("trust"), is_noticed=number < trust) for number in range(10)]

    assert enough is is_enough(tried)


def test_reason_is_known_by_the_lines_not_by_their_number(tmp_path: Path) -> None:
    """A file that grows keeps its reasons; a file of the same name in another room does not share them."""
    table = tmp_path / "table.toml"
    table.write_text('[[mutant]]\nfile = "shelf.py"\nline = "a < b"\nbecomes = "a <= b"\nwhy = "never equal"\n')
    known = equivalents(table)

    elsewhere = mutant()._replace(file="edge/store/shelf.py")

    assert ["never equal", "never equal", "", ""] == [
        known_reason(one, known) for one in (mutant(line=4), mutant(line=40), mutant("trust"), elsewhere)
    ]


def test_every_known_reason_is_of_a_mutant_that_exists() -> None:
    """If a line was rewritten, its entry must be reconsidered."""
    known = equivalents()
    found = {
        (file, one.was, one.becomes)
        for file in {file for file, _, _ in known}
        for one in mutations((ROOT / "edge" / file).read_text())
    }

    assert set() == known.keys() - found
