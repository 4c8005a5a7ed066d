"""The address of a request's sender, also behind front servers. Pure: header texts in, addresses out.

A front server in `trusted_proxies` tells by `Forwarded` (RFC 7239) or `X-Forwarded-For` whose request it passes on. Its
own entry is the last one; what stands before it came with the request, and may be invented. So the list is read from
its end, for as long as the entry is a trusted proxy too. What is no address ends the walk at the last good one.

An IPv6 address counts with its network of 64 bits, the smallest that one household gets.

>>> from ipaddress import ip_network
>>> client_address("10.0.0.1", forwarded="", forwarded_for="9.9.9.9, 192.0.2.7", proxies=(ip_network("10.0.0.0/8"),))
'192.0.2.7'
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from edge.config import Network

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_HOPS = 16
"""Entries that are read. No chain of trusted proxies is longer."""

_NETWORK_BITS = 64

_PAIR = r"""(?:[\w!#$%&'*+.^`|~-]++=(?:"(?:[^"\\]|\\.)*+"|[^\s",;\\]*+))?+"""
_ENTRY = re.compile(rf"\s*+{_PAIR}\s*+(?:;\s*+{_PAIR}\s*+)*+", re.ASCII)
"""One entry of `Forwarded`. A value without quotes may have colons and brackets, as many servers write it."""


def client_address(peer: str, *, forwarded: str, forwarded_for: str, proxies: Sequence[Network]) -> str:
    """The sender's address: IPv4, or an IPv6 /64. Empty if the peer has none, as on a unix socket.

    `forwarded` and `forwarded_for` are the headers' values, several joined by commas. They count only if `peer` is one
    of `proxies`. If both are there and do not agree, one of them may be the sender's invention, so the peer counts.
    """
    address = parse_address(peer)
    if address is None:
        return ""
    if not is_in(address, proxies):
        return _name(address)
    walks = [
        _walk(address, entries, proxies)
        for header, entries in ((forwarded, _forwarded(forwarded)), (forwarded_for, iter(_reversed(forwarded_for))))
        if header
    ]
    return _name(walks[0] if walks and walks[0] == walks[-1] else address)


def parse_address(text: str) -> Address | None:
    """The IP address in `text`, or None. An IPv4 address that is written as IPv6 becomes IPv4 again."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_in(address: Address, networks: Sequence[Network]) -> bool:
    """True if one of `networks` has this address."""
    return any(address in network for network in networks)


def _walk(peer: Address, entries: Iterator[str], proxies: Sequence[Network]) -> Address:
    """The first address from the end of the list that is no proxy, or the last one before an entry that has none."""
    last = peer
    for entry in entries:
        address = _node(entry)
        if address is None:
            return last
        last = address
        if not is_in(address, proxies):
            return last
    return last


def _reversed(header: str) -> list[str]:
    # Split at every comma, also within quotes: no address has one, and an unclosed quote of the sender's must not hide
    # the proxy's own entry behind it.
    return header.rsplit(",", MAX_HOPS)[: -MAX_HOPS - 1 : -1]


def _forwarded(header: str) -> Iterator[str]:
    """The `for` of each entry of a `Forwarded` header, from its end; empty for an entry without exactly one."""
    for entry in _reversed(header):
        # Half an entry may be the end of a quoted text that the sender chose, such as the host, with a comma in it.
        pairs = (pair.partition("=") for pair in entry.split(";")) if _ENTRY.fullmatch(entry) else ()
        found = [value for name, _, value in pairs if name.strip().lower() == "for"]
        yield found[0].strip().strip('"') if len(found) == 1 else ""


def _node(text: str) -> Address | None:
    """The address in an entry: `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::1`, `[2001:db8::1]`, or with a port."""
    text = text.strip()
    if text.startswith("["):
        inside, _, after = text[1:].partition("]")
        is_sound = not after or (after[0] == ":" and after[1:].isdigit())
        return parse_address(inside) if is_sound and ":" in inside else None
    host, colon, port = text.partition(":")
    if colon and ":" not in port:
        return parse_address(host) if port.isdigit() else None
    return parse_address(text)


def _name(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    network = int(address) >> _NETWORK_BITS << _NETWORK_BITS
    return f"{ipaddress.IPv6Address(network)}/{_NETWORK_BITS}"
