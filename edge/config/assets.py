"""What the wheel carries in addition to the program."""

from collections.abc import Iterable
from pathlib import Path

from edge.errors import ConfigError

ASSETS = Path(__file__).parents[1] / "assets"
"""Where the wheel carries `models/` and `islands/`; a checkout has them at its top instead."""


def asset_folder(name: str) -> Path:
    """`models` or `islands`, as carried by the wheel or lying at the top of a checkout."""
    carried = ASSETS / name
    return carried if carried.is_dir() else Path(__file__).parents[2] / name


def model_files(names: Iterable[str], folder: Path | None = None) -> dict[str, bytes]:
    """Files below `models/` by their path there; a missing one is a `ConfigError`."""
    root = folder or asset_folder("models")
    try:
        return {name: (root / name).read_bytes() for name in names}
    except OSError as error:
        raise ConfigError(
            f"cannot read the model file {error.filename}: {error.strerror}; reinstall with: pip install skerry"
        ) from error
