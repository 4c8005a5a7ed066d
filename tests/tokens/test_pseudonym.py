"""`edge.tokens.pseudonym`: one viewer of an ingest is another one in each event and for each tenant."""

import itertools
import random

from edge.tokens import pseudonym_of, tenant_pseudonym_key

SECRET = b"s" * 44


def test_pseudonym_is_the_documented_hash() -> None:
    """A vector that OpenSSL made (`openssl dgst -sha256 -mac HMAC`), so that a tenant's own program agrees."""
    key = tenant_pseudonym_key(SECRET, "northwind")

    assert "c97e559b017fe275c56bc8009044b7a322afeb4a88f11620774ff9613ff6f2a7" == key.hex()
    assert "named:rrrDRZad9g2szLowVXsh" == pseudonym_of("v-81", event="hoodie-drop", key=key)
    assert "signed:ingest:_XmUtr3ISOQDxqcECzRA" == pseudonym_of("signed:ingest:v-81", event="hoodie-drop", key=key)


def test_no_two_pseudonyms_are_equal() -> None:
    """Of one name in another event, of another tenant, under another secret, signed or not; also where texts join."""
    rng = random.Random(194)
    names = [rng.choice(("v", "\n", "hoodie\nv", "v-81", "\ud800", "")) + str(rng.randrange(50)) for _ in range(100)]
    scopes = list(itertools.product((SECRET, b"t" * 44), ("northwind", "acme"), ("hoodie", "tour", "hoodie-tour")))
    found = [
        pseudonym_of(prefix + name, event=event, key=tenant_pseudonym_key(secret, tenant))
        for secret, tenant, event in scopes
        for prefix in ("", "signed:ingest:")
        for name in set(names)
    ]

    assert len(found) == len(set(found)) == len(scopes) * 2 * len(set(names))


def test_tenants_key_makes_its_own_pseudonyms_alone() -> None:
    """With it a tenant finds its viewer again; another tenant's key gives another pseudonym."""
    mine, other = (tenant_pseudonym_key(SECRET, tenant) for tenant in ("northwind", "acme"))
    carried = pseudonym_of("v-81", event="hoodie-drop", key=mine)

    assert carried == pseudonym_of("v-81", event="hoodie-drop", key=tenant_pseudonym_key(SECRET, "northwind"))
    assert carried != pseudonym_of("v-81", event="hoodie-drop", key=other)
