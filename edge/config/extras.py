"""Libraries that only some uses of Skerry need. Skerry itself is in no registry; its libraries are."""

import shlex
import sys

from edge.errors import ConfigError

EXTRAS = {
    "nats": ("nats-py[nkeys]",),
    "plot": ("matplotlib",),
    "publisher": ("scikit-learn", "threadpoolctl", "tree-sitter", "tree-sitter-toml"),
}
"""The libraries of each extra in `pyproject.toml`, by the name under which a registry has them."""


def library_missing(module: str, *, extra: str, needed_by: str) -> ConfigError:
    """The error for a module of `extra` that cannot be imported; it ends with what installs the extra."""
    command = shlex.join([sys.executable, "-m", "pip", "install", *EXTRAS[extra]])
    return ConfigError(f"{module} is not installed, {needed_by} needs it; run: {command}")
