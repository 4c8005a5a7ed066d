"""A PoP with two tenants' islands, and Chromium."""

from tests.browser.widget.conftest import browser, keys, pop

__all__ = ["browser", "keys", "pop"]
