"""A ConfigMap and a Secret that are swapped under a running PoP, with a real publisher."""

import asyncio

import pytest

from edge.cli.demo import SKERRY, Harness
from tests.journeys.steps import until_serving
from tests.journeys.swapped.mounted_volume import MountedVolume
from tests.journeys.swapped.said import events, until_said
from tests.pen import Pen

pytestmark = pytest.mark.journey

CONFIG = """
[pop]
name = "test-pop"
state_dir = "../state"
[http]
port = {pop_port}
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}
[publisher]
url = "http://127.0.0.1:{port}"
trusted_root = "root.json"
token_file = "token"
initial_poll_jitter_s = 0.01
max_reconnect_delay_s = 0.2
[fleet]
enabled = false
[origin]
url = "http://127.0.0.1:1/tickets"
"""


async def start_publisher(harness: Harness) -> None:
    """A publisher that needs tokens."""
    words = ("--home", harness.home, "--port", harness.publisher_port, "--tokens", harness.folder / "tokens")
    await harness._start("publisher", *SKERRY, "publisher", "serve", *map(str, words))
    await harness._wait_live("publisher", harness.publisher_url)


async def new_token(harness: Harness) -> bytes:
    """A token for the PoP; the one before is good no more."""
    return (await harness.skerry("publisher", "token", "test-pop", "--tokens", str(harness.folder / "tokens"))).encode()


async def test_config_map_that_is_swapped(harness: Harness, pen: Pen) -> None:
    """The PoP takes a new token and a new root of trust from it, and stays connected to its publisher."""
    root = await asyncio.to_thread((harness.home / "root.json").read_bytes)
    text = CONFIG.format(pop_port=harness.pop_port, port=harness.publisher_port)
    files = {"pop.toml": text.encode(), "root.json": root, "token": await new_token(harness)}
    volume = await asyncio.to_thread(MountedVolume, harness.folder / "etc", files)
    await start_publisher(harness)
    await harness._start("pop", *SKERRY, "pop", "serve", "--config", str(volume.folder / "pop.toml"))
    await harness._wait_live("pop", harness.pop_url)
    await until_serving(harness, 1)

    # The folder that was there at the start is gone after the swap, and a restarted publisher knows the new token only.
    await harness.stop("publisher")
    await asyncio.to_thread(volume.update, token=await new_token(harness))
    await until_said(harness, "pop", "file took effect", "publisher.token_file")
    await start_publisher(harness)
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 2)

    await harness.skerry("recover", "root-of-trust", "--home", str(harness.home))
    new_root = await asyncio.to_thread((harness.home / "root.json").read_bytes)
    await asyncio.to_thread(volume.update, root_json=new_root)
    await until_said(harness, "pop", "file took effect", "publisher.trusted_root")
    await until_said(harness, "pop", "new trusted root is in force")
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 3)

    said = await events(harness, "pop")
    assert root != new_root
    assert [] == [name for event, name in said if event.startswith("file not taken")]
    assert (harness.folder / "state" / "verified").is_dir()
    assert [harness.folder / "etc" / "..data"] == list(volume.folder.glob("..data*"))
