"""Where a PoP listens, and the limits of its door."""

import asyncio
from pathlib import Path

from aiohttp import web

from edge.config import PopConfig
from edge.daemon.tickets import trim_events_head
from edge.errors import ConfigError
from edge.host import url_of
from edge.host.door import (
    Address,
    Door,
    DoorLimits,
    bind_socket,
    connections_within,
    raise_file_limit,
)

_SOCKET_MODE = 0o660
"""The group may connect, such as a server in front."""


def make_door(config: PopConfig, app: web.Application) -> Door:
    """The door of a PoP. It also raises this process's limit of open files."""
    http = config.http
    files = raise_file_limit()
    return Door(
        app,
        limits=DoorLimits(
            max_connections=http.max_connections or connections_within(files),
            max_header_bytes=http.max_header_bytes,
            max_held_body_bytes=http.max_body_bytes,
            header_timeout_s=http.header_timeout_s,
            body_timeout_s=http.body_timeout_s,
            idle_timeout_s=http.idle_timeout_s,
        ),
        trim=trim_events_head,
        stop_grace_s=http.stop_grace_s,
    )


async def listen(door: Door, config: PopConfig) -> str:
    """Listen at every configured address; gives the URL of the first. Raises `ConfigError` if one cannot be used."""
    port = config.http.port
    bound: list[Address] = []
    for host in config.http.hosts:
        # With port 0, all hosts get the port that the first one got.
        bound += await _open(door, Address(host, bound[0].port if bound else port))
    if config.http.unix_socket:
        await _listen_on_socket(door, config.path(config.http.unix_socket))
    return url_of(bound[0].host, bound[0].port)


async def _open(door: Door, address: Address) -> list[Address]:
    try:
        return await door.open([address])
    except OSError as error:
        await door.close()
        where, port = f"{address.host}:{address.port}", address.port
        raise ConfigError(
            f"cannot listen on {where}: {error.strerror or error}; find the process that does with: "
            f"ss -ltnp 'sport = :{port}'"
        ) from error


async def _listen_on_socket(door: Door, path: Path) -> None:
    try:
        bound = await asyncio.to_thread(bind_socket, path, mode=_SOCKET_MODE)
    except ConfigError:
        await door.close()
        raise
    await door.open([Address(unix_socket=bound.listening)])
