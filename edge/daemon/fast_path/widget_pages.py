"""The widget's files as responses in bytes: made when one is asked for first, and good as long as the process runs."""

import re
from collections.abc import Mapping

from edge.daemon.fast_path.pages import body_of, head_of
from edge.daemon.widget import WidgetRoutes

_TARGET = re.compile(rb"/widget/([A-Za-z0-9._-]+)")


class WidgetPages:
    """Finds the response for a file of the widget. It has the bytes of the route's own responses."""

    def __init__(self, widget: WidgetRoutes) -> None:
        self._widget = widget
        self._heads: dict[tuple[bytes, int, bool, str], bytes] = {}
        """By file, status, whether it is compressed, and `ETag`. All files together have a few dozens. The loader has
        others after each signature, every few weeks.
        """

    def find(self, target: bytes, headers: Mapping[bytes, bytes]) -> tuple[bytes, bytes] | None:
        """Head and body; None for an address that is no file's. Raises `RefusedError` if no file has the name."""
        found = _TARGET.fullmatch(target)
        if found is None:
            return None
        cached, accepted = (_text(headers.get(name, b"")) for name in (b"if-none-match", b"accept-encoding"))
        response = self._widget.response(found[1].decode("ascii"), cached=cached, accepted=accepted)
        key = found[1], response.status, "Content-Encoding" in response.headers, response.headers["ETag"]
        head = self._heads.get(key)
        if head is None:
            head = self._heads[key] = head_of(response)
        return head, body_of(response)


def _text(value: bytes) -> str:
    """A header's value as aiohttp reads it."""
    return value.decode("utf-8", "surrogateescape")
