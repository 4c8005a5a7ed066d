"""The house: rooms with a question, a face and a contract; names once; small files; tests where the code stands."""

import ast
import configparser
import itertools
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli import _COMMANDS
from tests.walks import walk_of

ROOT = Path(__file__).parent.parent
EDGE = ROOT / "edge"
MAX_FOLDER_FILES = 12
MAX_FILE_LINES = 250
FUNCTION_P90_LINES_MAX = 16
MAX_HOPS = 25

ROOMS = sorted(
    str(init.parent.relative_to(ROOT)).replace("/", ".") for init in EDGE.rglob("__init__.py") if init.parent != EDGE
)
"""Every folder of `edge` by its dotted name."""

BESIDE_ROOMS = {
    "benchmarks", "browser", "conformance", "contract", "delivery", "docs", "egress", "interop", "journeys", "models",
    "packaging", "stored",
}  # fmt: skip
"""Tests of folders next to `edge`, of rooms together, of documents, of the wheel, or of what an older release kept."""


INSIDE_A_ROOM = {"trust/metadata", "store/outbox/survival"}
"""Folders of tests inside a room's own, where it has many."""


def folder_of(room: str) -> Path:
    """A room's folder."""
    return ROOT / room.replace(".", "/")


def face_of(room: str) -> ast.Module:
    """A room's `__init__`, parsed."""
    return ast.parse((folder_of(room) / "__init__.py").read_text(encoding="utf-8"))


def exported(room: str) -> list[str]:
    """A room's `__all__`."""
    for node in face_of(room).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "__all__" and isinstance(node, ast.Assign | ast.AnnAssign):
            names: list[str] = ast.literal_eval(node.value or ast.List(elts=[]))
            return names
    raise AssertionError(f"{room} has no __all__")


def python_files(*folders: str) -> Iterator[Path]:
    """Every Python file below these folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_room_has_a_question_and_a_face(room: str) -> None:
    """Its docstring begins with the question it answers; `__all__` holds no name twice."""
    docstring = ast.get_docstring(face_of(room)) or ""
    names = exported(room)

    assert "?" in docstring.partition("\n\n")[0], f"{room} begins with {docstring[:60]!r}, expected its question"
    assert len(names) == len(set(names))


@pytest.mark.parametrize("room", ROOMS)
def test_lists_of_a_face_agree(room: str) -> None:
    """What readers, type checkers and the program are told is the same; no name is that of a file."""
    tree = face_of(room)
    for_program: dict[str, str] = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == "lazy_face":
            files: dict[str, str] = ast.literal_eval(call.args[1])
            for_program = {name: f"{room}.{file}" for file, names in files.items() for name in names.split()}
    if not for_program:
        return
    guard = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in guard.body if isinstance(node, ast.ImportFrom)]
    for_types = {alias.name: node.module for node in imports for alias in node.names}

    assert for_types == for_program
    assert set(for_program) == set(exported(room))
    assert not set(for_program) & {path.stem for path in folder_of(room).iterdir()}


def test_importing_faces_imports_no_room() -> None:
    """All faces at once, in a fresh interpreter: no file of a room is loaded."""
    program = (
        "import importlib, sys\n"
        f"for room in {ROOMS}: importlib.import_module(room)\n"
        "print(*sorted(name for name in sys.modules if name.startswith('edge.')))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert sorted([*ROOMS, "edge.lazy_face", "edge.errors"]) == sorted({*found.stdout.split(), "edge.errors"})


def test_every_room_has_a_contract() -> None:
    """Its files can be imported through its face only; rooms that hold nothing but rooms have a contract of floors."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    sections = [config[name] for name in config.sections() if "contract" in name]
    faces = {section["allowed_importers"].strip() for section in sections if section["type"] == "protected"}
    floors = {section["containers"].strip() for section in sections if section["type"] == "layers"}

    assert [room for room in ROOMS if room not in faces | floors] == []


def test_outsiders_use_faces() -> None:
    """What `make contracts` proves of `edge` holds for benchmarks and models, too. Tests may look inside a room."""
    past = [
        f"{path.relative_to(ROOT)}:{node.lineno} {module}"
        for path in python_files("benchmarks", "models")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in _imported(node)
        if module.startswith("edge.") and module not in {*ROOMS, "edge.errors", "edge.shelf"}
    ]

    assert past == []


def test_unreadable_bytes_are_caught_whole() -> None:
    """`DECODE_ERRORS` names all that msgspec raises for a stranger's bytes: a tuple of one's own forgets some."""
    own = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files("edge")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"except .*msgspec\.(Decode|Msgspec)Error", line)
    ]

    assert own == []


def test_sessions_are_opened_in_one_place() -> None:
    """A session of aiohttp's own tells versions and keeps cookies; `new_http_session` does not. The demo's asks us."""
    opened = re.compile(r"^[^#]*= aiohttp\.ClientSession\(|(with|return|context\().*ClientSession\(", re.MULTILINE)
    own = [str(path.relative_to(ROOT)) for path in python_files("edge") if opened.search(path.read_text())]

    assert sorted(own) == ["edge/cli/demo/harness.py", "edge/client/__init__.py", "edge/wire/http/session.py"]


def test_commands_are_on_faces() -> None:
    """The command line finds every command by its room's face, and `skerry --help` lists it."""
    assert [name for room, name, _ in _COMMANDS.values() if name not in exported(room)] == []


def test_no_public_class_name_twice() -> None:
    """A name means one thing in the whole of `edge`."""
    places = defaultdict(list)
    for path in python_files("edge"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(ROOT)))

    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_folders_and_files_are_small() -> None:
    """A folder holds a dozen files at most, and no file is too long to be read in one go."""
    crowded = {}
    for folder in {path.parent for path in python_files("edge", "tests", "benchmarks", "models", "deploy")}:
        count = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        if count > MAX_FOLDER_FILES:
            crowded[str(folder.relative_to(ROOT))] = count
    long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files("edge", "benchmarks")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    }

    assert ({}, {}) == (crowded, long)


def test_functions_are_short() -> None:
    """Nine of ten have at most 16 lines below their docstring."""
    lengths = sorted(_length(node) for path in python_files("edge") for node in _functions(path))

    assert lengths[int(0.9 * len(lengths))] <= FUNCTION_P90_LINES_MAX


def test_tests_stand_where_the_code_stands() -> None:
    """A folder of tests is named as the room that it is about; one with many tests has folders inside."""
    folders = {path.parent.relative_to(ROOT / "tests") for path in python_files("tests") if path.name[:5] == "test_"}
    rooms = {str(file.relative_to(EDGE).with_suffix("")) for file in EDGE.glob("*.py")}
    rooms |= {room.removeprefix("edge.").replace(".", "/") for room in ROOMS} | INSIDE_A_ROOM
    lost = [
        str(folder)
        for folder in folders
        if folder.parts and folder.parts[0] not in BESIDE_ROOMS and str(folder) not in rooms
    ]

    assert len(folders) > len(BESIDE_ROOMS)
    assert [] == lost


@pytest.mark.parametrize("journey", ["One question", "One island"])
def test_walk_goes_forward(journey: str) -> None:
    """At most 25 files that exist, none entered twice but `decide/conversation.py`: to open, and to conclude."""
    hops = walk_of(journey)
    twice = {file for file in hops if hops.count(file) > 1}

    assert len(hops) <= MAX_HOPS
    assert [file for file in hops if not (EDGE / file).is_file()] == []
    assert twice <= {"decide/conversation.py"}
    assert not any(one == other for one, other in itertools.pairwise(hops))


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules that a statement imports; of `from edge.room import file` the file."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = node.module or ""
    files = [f"{module}.{alias.name}" for alias in node.names if module in ROOMS]
    return [module, *(file for file in files if (ROOT / f"{file.replace('.', '/')}.py").is_file())]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
