"""What an operator should know of a configuration that is sound. A start, `--check` and `/statusz` say it."""

import ipaddress
from collections.abc import Iterator

from edge.config.callers import is_loopback_host, networks_of
from edge.config.pop import PopConfig

LOOPBACK_TRUSTED = "everything on this machine is trusted as an ingest; behind a proxy use `trusted_proxies`"
OPEN_TO_OTHERS = "/statusz is open to everybody who reaches `http.host`; let only a front server reach it"

_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


def notices_of(config: PopConfig) -> Iterator[str]:
    """The notices that apply to a configuration."""
    if config.http.trusts_loopback and _names_loopback(config):
        yield LOOPBACK_TRUSTED
    if not all(is_loopback_host(host) for host in config.http.hosts):
        yield OPEN_TO_OTHERS


def _names_loopback(config: PopConfig) -> bool:
    networks = networks_of(config.http.trusted_ingests.networks)
    return any(network.overlaps(loopback) for network in networks for loopback in _LOOPBACK if _same(network, loopback))


def _same(one: object, other: object) -> bool:
    """True for two networks of one version of IP; others cannot be compared."""
    return type(one) is type(other)
