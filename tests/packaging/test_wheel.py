"""The wheel carries what a process runs, and nothing else."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import edge

ROOT = Path(__file__).parents[2]
MAX_WHEEL_BYTES = 27_000_000

CARRIED = {
    "the program": ("edge/**/*.py", "edge/", "edge/"),
    "its types": ("edge/py.typed", "edge/", "edge/"),
    "the pages": ("edge/faces/built/**/*", "edge/", "edge/"),
    "the encoder": ("models/encoder/*", "models/", "edge/assets/models/"),
    "the acceptor": ("models/acceptor/*", "models/", "edge/assets/models/"),
    "the reader": ("models/reader/*", "models/", "edge/assets/models/"),
    "names of things": ("models/things/*", "models/", "edge/assets/models/"),
    "the second model's guard": ("models/languages/*", "models/", "edge/assets/models/"),
    "sample islands": ("islands/**/*.toml", "islands/", "edge/assets/islands/"),
}
"""What it is: the files in a checkout, the folder they are in, and the folder in the wheel."""

METADATA = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def carried() -> Iterator[str]:
    """The members of the wheel by the rules above."""
    for pattern, folder, folder_in_wheel in CARRIED.values():
        for path in ROOT.glob(pattern):
            if path.is_file() and path.suffix != ".md":
                yield folder_in_wheel + path.relative_to(ROOT / folder).as_posix()
    for name in METADATA:
        yield f"skerry-{edge.__version__}.dist-info/{name}"


@pytest.mark.journey
def test_wheel(tmp_path: Path) -> None:
    """It holds every file of the rules, no other file, and stays below 27 MB."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == built.returncode, built.stdout + built.stderr
    wheel = tmp_path / f"skerry-{edge.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as opened:
        members = opened.namelist()

    assert sorted(carried()) == sorted(members)
    assert wheel.stat().st_size < MAX_WHEEL_BYTES
