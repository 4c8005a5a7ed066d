"""axe-core, and the widget in a pseudo-locale."""

import asyncio
import re
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.desk.faces import build, installed
from tests.browser.widget.access.pseudo import pseudo

_WORD = re.compile(r'^(    \w+: )"(.*)",$', re.MULTILINE)


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, at the version of the lock."""
    return (installed() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pseudo_widget(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the widget's files, built from the sources with every word of each language replaced."""
    return await asyncio.to_thread(build, tmp_path_factory.mktemp("pseudo"), _translate) / "widget"


def _translate(sources: Path) -> None:
    english = (sources / "widget" / "locales" / "en.ts").read_text(encoding="utf-8")
    translated = _WORD.sub(lambda found: f'{found[1]}"{pseudo(found[2])}",', english)
    for path in (sources / "widget" / "locales").glob("*.ts"):
        path.write_text(translated, encoding="utf-8")
    labels = sources / "widget" / "loader" / "labels.ts"
    content = labels.read_text(encoding="utf-8")
    labels.write_text(_WORD.sub(lambda found: f'{found[1]}"{pseudo(found[2])}",', content), encoding="utf-8")
