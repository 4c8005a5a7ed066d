"""Which requests are answered from bytes that are there already, before aiohttp sees them?

`reading` finds requests of the plainest form, `pages` makes the bytes, and `snippet_fast_path` puts both together. Only
signed snippets and the files of the widget (`widget_pages`) are answered here. The bytes come from the same functions
that the routes use (`daemon/api/snippets`, `daemon/widget`).
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.fast_path.snippet_fast_path import SnippetFastPath
else:
    __getattr__ = lazy_face(__name__, {"snippet_fast_path": "SnippetFastPath"})

__all__ = ["SnippetFastPath"]
