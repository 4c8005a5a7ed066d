"""The difference of two texts, as `git apply` and `patch` take it."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def unified_patch(before: bytes, after: bytes, path: Path) -> bytes:
    """A unified diff; empty if nothing changes. Both texts are UTF-8. Line ends are kept as they are."""
    name = path.as_posix().lstrip("/") if str(path).isprintable() and not path.is_absolute() else path.name
    name = name if name.isprintable() and '"' not in name else "island.toml"
    lines = unified_diff(_lines(before), _lines(after), fromfile=f"a/{name}", tofile=f"b/{name}", lineterm="\n")
    return "".join(_whole(lines)).encode()


def _lines(text: bytes) -> list[str]:
    # Not `splitlines`, which also splits at signs that are no line end in TOML.
    return [line + "\n" for line in text.decode().split("\n")[:-1]] + [
        line for line in text.decode().split("\n")[-1:] if line
    ]


def _whole(lines: Iterator[str]) -> Iterator[str]:
    return (line if line.endswith("\n") else line + _NO_NEWLINE for line in lines)
