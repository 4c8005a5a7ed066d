"""Model files and sample islands, which come with the program."""

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

import edge
from edge.errors import ConfigError

CHECKOUT = Path(__file__).parents[2]
"""The repository's top folder, if the program runs from a checkout."""

ASSETS = Path(__file__).parents[1] / "assets"
"""Folder of `models/` and `islands/` in an installed wheel. A checkout has them in its top folder instead."""


def asset_folder(name: str) -> Path:
    """Folder `name` (`models` or `islands`) of the wheel, or of the checkout."""
    in_wheel = ASSETS / name
    return in_wheel if in_wheel.is_dir() else CHECKOUT / name


def model_files(names: Iterable[str], folder: Path | None = None) -> dict[str, bytes]:
    """Contents of files below `folder` (by default the program's `models/`), by their path there.

    Raises `ConfigError` when a file cannot be read; its text ends with the command that restores the files.
    """
    root = folder or asset_folder("models")
    try:
        return {name: (root / name).read_bytes() for name in names}
    except OSError as error:
        raise ConfigError(
            f"cannot read the model file {error.filename}: {error.strerror}; run: {restore_model_command(folder)}"
        ) from error


def restore_model_command(folder: Path | None = None) -> str:
    """Shell command that restores the model files: in the operator's `folder`, or else in the program's own."""
    if folder is not None:
        command = ["cp", "-r", f"{asset_folder('models')}/.", str(folder)]
    elif (CHECKOUT / "pyproject.toml").is_file():
        command = ["git", "-C", str(CHECKOUT), "checkout", "--", "models"]
    else:
        wheel = f"skerry-{edge.__version__}-py3-none-any.whl"
        command = [sys.executable, "-m", "pip", "install", "--force-reinstall", "--no-deps", wheel]
    return shlex.join(command)
