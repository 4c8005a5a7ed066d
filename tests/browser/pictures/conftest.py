"""A PoP with the demo's island, and a shop's page."""

from tests.browser.widget.conftest import browser, keys, pop, shop

__all__ = ["browser", "keys", "pop", "shop"]
