"""A fleet with the demo's island, which asks for consent, a desk, and a shop's page."""

from tests.browser.widget.conftest import browser
from tests.browser.widget.consent.conftest import fleet, shop

__all__ = ["browser", "fleet", "shop"]
