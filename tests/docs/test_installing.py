"""Nobody is told to install Skerry from a registry: it is in none."""

import re

import pytest

from tests.docs.pages import ROOT, files

SUFFIXES = ("md", "py", "toml", "conf", "sh", "service", "yaml", "txt")

ADVICE = re.compile(r"""pip install (-\S+ )*['"]?skerry(?![-\w])""")
"""`skerry-….whl` is a file, and may be installed."""

TEXTS = {
    "the name alone": ("pip install skerry", True),
    "an extra": ("pip install 'skerry[plot]'", True),
    "with options": ("pip install --force-reinstall --no-deps skerry", True),
    "a wheel": ("pip install --no-deps dist/skerry-*.whl", False),
    "a wheel in this folder": ("pip install --no-deps skerry-1.0.0-py3-none-any.whl", False),
    "a library": ("pip install matplotlib", False),
}


@pytest.mark.parametrize(("text", "is_advice"), TEXTS.values(), ids=TEXTS.keys())
def test_advice_is_recognised(text: str, is_advice: bool) -> None:
    """Whether the text tells somebody to ask a registry."""
    assert is_advice == bool(ADVICE.search(text))


def test_nobody_is_sent_to_a_registry() -> None:
    """No page, message or script says so; this file has to."""
    names = [path for suffix in SUFFIXES for path in files(f"*.{suffix}")]
    others = [ROOT / "Makefile", ROOT / ".ci" / "run", *files("Dockerfile")]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in [*names, *others]}
    found = [name for name, text in texts.items() if ADVICE.search(text)]

    assert len(texts) > len(others)
    assert ["tests/docs/test_installing.py"] == found
