"""Writes the lock files in this folder from `pyproject.toml`, with hashes and without any index's address."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

SELECTIONS = {
    "pop.txt": (),
    "publisher.txt": ("--extra", "publisher", "--group", "install"),
    "dev.txt": ("--extra", "publisher", "--group", "dev"),
}


def main() -> None:
    """Resolve each selection for every platform that Python 3.11 and newer run on."""
    for name, selection in SELECTIONS.items():
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *selection]
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        quiet = ["--no-header", "--no-annotate", "--quiet"]
        subprocess.run([*command, *options, *quiet, "--output-file", str(HERE / name)], cwd=ROOT, check=True)
        print(f"{name}: {(HERE / name).read_text().count('==')} packages")


if __name__ == "__main__":
    main()
