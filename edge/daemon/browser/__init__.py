"""What does a web page need of every request? To be allowed to read the response, and to repeat a lost request."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.browser.cors import PREFLIGHT, cors_headers, is_viewer_path, let_pages_in
    from edge.daemon.browser.repeats import Repeats
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "cors": "PREFLIGHT cors_headers is_viewer_path let_pages_in",
            "repeats": "Repeats",
        },
    )

__all__ = ["PREFLIGHT", "Repeats", "cors_headers", "is_viewer_path", "let_pages_in"]
