"""`edge.daemon.callers.address`: whose request it is, behind any front servers, which may be told anything."""

import pytest

from edge.config import networks_of
from edge.daemon.callers import client_address
from edge.daemon.callers.address import MAX_HOPS

PROXIES = networks_of(("10.0.0.0/8", "fd00::/8"))

CASES: dict[str, tuple[tuple[str, str, str], str]] = {
    "nobody in between": (("192.0.2.7", "", ""), "192.0.2.7"),
    "IPv6 counts by its network": (("2001:db8:1:2:3:4:5:6", "", ""), "2001:db8:1:2::/64"),
    "IPv4 written as IPv6": (("::ffff:192.0.2.7", "", ""), "192.0.2.7"),
    "an address of one link": (("fe80::1%eth0", "", ""), "fe80::/64"),
    "a unix socket": (("", "for=192.0.2.7", "192.0.2.7"), ""),
    "a stranger's header": (("192.0.2.7", "for=9.9.9.9", "9.9.9.9"), "192.0.2.7"),
    "a proxy that says nothing": (("10.0.0.1", "", ""), "10.0.0.1"),
    "X-Forwarded-For": (("10.0.0.1", "", "192.0.2.7"), "192.0.2.7"),
    "Forwarded": (("10.0.0.1", "for=192.0.2.7;proto=https", ""), "192.0.2.7"),
    "a proxy written as IPv6": (("::ffff:10.0.0.1", "", "192.0.2.7"), "192.0.2.7"),
    "an IPv6 proxy": (("fd00::1", "", "192.0.2.7"), "192.0.2.7"),
    "what the sender wrote before": (("10.0.0.1", "", "9.9.9.9, 192.0.2.7"), "192.0.2.7"),
    "two proxies": (("10.0.0.1", "", "9.9.9.9, 192.0.2.7, 10.0.0.2"), "192.0.2.7"),
    "nothing but proxies": (("10.0.0.1", "", "10.0.0.3, 10.0.0.2"), "10.0.0.3"),
    "in several headers": (("10.0.0.1", "", "9.9.9.9,192.0.2.7,10.0.0.2"), "192.0.2.7"),
    "IPv6 with brackets and port": (("10.0.0.1", 'for="[2001:db8::1]:4711"', ""), "2001:db8::/64"),
    "IPv6 without brackets": (("10.0.0.1", "", "2001:db8::1"), "2001:db8::/64"),
    "IPv4 with a port": (("10.0.0.1", "", "192.0.2.7:4711"), "192.0.2.7"),
    "upper case": (("10.0.0.1", 'Proto=http;FOR="192.0.2.7"', ""), "192.0.2.7"),
    "junk": (("10.0.0.1", "", "192.0.2.7, junk"), "10.0.0.1"),
    "junk behind a second proxy": (("10.0.0.1", "", "192.0.2.7, unknown, 10.0.0.2"), "10.0.0.2"),
    "a hidden sender": (("10.0.0.1", "for=_hidden", ""), "10.0.0.1"),
    "no for at all": (("10.0.0.1", "by=192.0.2.7", ""), "10.0.0.1"),
    "for twice": (("10.0.0.1", "for=192.0.2.7;for=9.9.9.9", ""), "10.0.0.1"),
    "a quote that is not closed": (("10.0.0.1", 'for="9.9.9.9, for=192.0.2.7', ""), "192.0.2.7"),
    "a comma in what the sender wrote": (("10.0.0.1", 'for=192.0.2.7;host="shop,for=9.9.9.9"', ""), "10.0.0.1"),
    "and a value that is left open": (("10.0.0.1", 'for=192.0.2.7;host="shop,for=9.9.9.9;x="', ""), "10.0.0.1"),
    "and an escaped quote": (("10.0.0.1", r'for=192.0.2.7;host="shop,for=9.9.9.9;x=\""', ""), "10.0.0.1"),
    "a semicolon in what the sender wrote": (("10.0.0.1", 'for=192.0.2.7;host="shop;for=9.9.9.9"', ""), "10.0.0.1"),
    "a host with a port": (("10.0.0.1", 'for=192.0.2.7; host="shop:443" ;', ""), "192.0.2.7"),
    "a port that is none": (("10.0.0.1", "", "192.0.2.7:x"), "10.0.0.1"),
    "a bracket that is not closed": (("10.0.0.1", "for=[192.0.2.7", ""), "10.0.0.1"),
    "both headers agree": (("10.0.0.1", "for=192.0.2.7", "192.0.2.7"), "192.0.2.7"),
    "a header that the proxy did not write": (("10.0.0.1", "for=9.9.9.9", "192.0.2.7"), "10.0.0.1"),
    "empty entries": (("10.0.0.1", "", ", ,"), "10.0.0.1"),
    "more proxies than there are": (("10.0.0.1", "", "192.0.2.7" + ", 10.0.0.2" * MAX_HOPS), "10.0.0.2"),
}


@pytest.mark.parametrize(("told", "expected"), CASES.values(), ids=CASES.keys())
def test_client_address(told: tuple[str, str, str], expected: str) -> None:
    """The last address that a trusted proxy vouches for."""
    peer, forwarded, forwarded_for = told

    assert expected == client_address(peer, forwarded=forwarded, forwarded_for=forwarded_for, proxies=PROXIES)
