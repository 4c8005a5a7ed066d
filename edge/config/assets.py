"""What the wheel carries in addition to the program."""

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

import edge
from edge.errors import ConfigError

CHECKOUT = Path(__file__).parents[2]
"""The top of a checkout, where this is one."""

ASSETS = Path(__file__).parents[1] / "assets"
"""Where the wheel carries `models/` and `islands/`; a checkout has them at its top instead."""


def asset_folder(name: str) -> Path:
    """`models` or `islands`, as carried by the wheel or lying at the top of a checkout."""
    carried = ASSETS / name
    return carried if carried.is_dir() else CHECKOUT / name


def model_files(names: Iterable[str], folder: Path | None = None) -> dict[str, bytes]:
    """Files below `models/` by their path there; a missing one is a `ConfigError`."""
    root = folder or asset_folder("models")
    try:
        return {name: (root / name).read_bytes() for name in names}
    except OSError as error:
        raise ConfigError(
            f"cannot read the model file {error.filename}: {error.strerror}; run: {restore_model_command(folder)}"
        ) from error


def restore_model_command(folder: Path | None = None) -> str:
    """What brings back the model's files: into the operator's `folder`, or where the program carries them."""
    if folder is not None:
        command = ["cp", "-r", f"{asset_folder('models')}/.", str(folder)]
    elif (CHECKOUT / "pyproject.toml").is_file():
        command = ["git", "-C", str(CHECKOUT), "checkout", "--", "models"]
    else:
        wheel = f"skerry-{edge.__version__}-py3-none-any.whl"
        command = [sys.executable, "-m", "pip", "install", "--force-reinstall", "--no-deps", wheel]
    return shlex.join(command)
