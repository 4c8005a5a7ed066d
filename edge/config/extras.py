"""Libraries that only some uses of Skerry need.

The commands below install the libraries by name, not `skerry[EXTRA]`: Skerry itself is in no package registry.
"""

import shlex
import sys

from edge.errors import ConfigError

EXTRAS = {
    "nats": ("nats-py[nkeys]",),
    "plot": ("matplotlib",),
    "publisher": ("scikit-learn", "threadpoolctl", "tree-sitter", "tree-sitter-toml"),
}
"""Libraries of each extra in `pyproject.toml`, by their names in the package registry."""


def library_missing(module: str, *, extra: str, needed_by: str) -> ConfigError:
    """The error for a module of `extra` that cannot be imported. Its text ends with the command that installs it."""
    command = shlex.join([sys.executable, "-m", "pip", "install", *EXTRAS[extra]])
    return ConfigError(f"{module} is not installed, {needed_by} needs it; run: {command}")
