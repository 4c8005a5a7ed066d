"""What a recording of packets says: the connections with the bytes of both directions, and all other packets."""

import socket
from pathlib import Path
from typing import NamedTuple

import dpkt

_ARP = dpkt.ethernet.ETH_TYPE_ARP
_WRAP = 1 << 32


class Stream:
    """The bytes of one direction of a connection, in their order; what was sent twice is there once."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._pieces: dict[int, bytes] = {}

    def take(self, packet: dpkt.tcp.TCP) -> None:
        """One more packet of it."""
        is_start = bool(packet.flags & dpkt.tcp.TH_SYN)
        if is_start:
            self._first = (packet.seq + 1) % _WRAP
        if packet.data and self._first is not None:
            at = (packet.seq - self._first) % _WRAP
            if len(packet.data) > len(self._pieces.get(at, b"")):
                self._pieces[at] = packet.data

    @property
    def content(self) -> bytes:
        """All of it. Raises `ValueError` if a part is missing in the recording."""
        found = bytearray()
        for at, piece in sorted(self._pieces.items()):
            if at > len(found):
                raise ValueError(f"bytes {len(found)} to {at} of a connection are not in the recording")
            found += piece[len(found) - at :] if at + len(piece) > len(found) else b""
        return bytes(found)


class Connection(NamedTuple):
    """One TCP connection. Addresses are as text."""

    client: str
    server: str
    port: int
    sent: Stream
    """What the client sent."""
    got: Stream


class Record(NamedTuple):
    """A recording."""

    connections: tuple[Connection, ...]
    others: tuple[str, ...]
    """Every packet that belongs to no connection that was opened while recording, in words."""


def read_record(path: Path) -> Record:
    """Read a file of tcpdump. Packets by which machines find each other on a bridge (ARP, ICMPv6) are left out."""
    connections: dict[tuple[str, int, str, int], Connection] = {}
    others: list[str] = []
    with path.open("rb") as file:
        for _, frame in dpkt.pcap.Reader(file):
            packet = dpkt.ethernet.Ethernet(frame)
            if packet.type == _ARP:
                continue
            inner = packet.data
            if not isinstance(inner, (dpkt.ip.IP, dpkt.ip6.IP6)):
                others.append(f"a frame of type {packet.type:#x}")
                continue
            source, to = _text(inner.src), _text(inner.dst)
            below = inner.data
            if isinstance(below, dpkt.icmp6.ICMP6):
                continue
            if not isinstance(below, dpkt.tcp.TCP):
                others.append(f"{type(below).__name__} from {source} to {to}: {bytes(inner.data)!r}")
                continue
            forth, back = (source, below.sport, to, below.dport), (to, below.dport, source, below.sport)
            if below.flags & dpkt.tcp.TH_SYN and not below.flags & dpkt.tcp.TH_ACK:
                connections.setdefault(forth, Connection(source, to, below.dport, Stream(), Stream()))
            if forth in connections:
                connections[forth].sent.take(below)
            elif back in connections:
                connections[back].got.take(below)
            else:
                others.append(f"TCP of no connection, from {source} to {to}, port {below.dport}")
    return Record(tuple(connections.values()), tuple(others))


def _text(address: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address)
