"""One slot for each subscriber."""

import asyncio

from edge.publish.server import Hub


async def test_subscriber_starts_with_the_greeting() -> None:
    """A new subscriber gets the current state first and then the next events."""
    hub = Hub()
    hub.publish(b"first", greeting=b"state")
    with hub.subscribe() as mailbox:
        taken = await mailbox.take()
        hub.publish(b"second", greeting=b"state 2")

        assert [b"state", b"second"] == [taken, await mailbox.take()]


async def test_slow_subscriber_gets_the_newest() -> None:
    """A subscriber that does not take its events finds only the newest one."""
    hub = Hub()
    hub.publish(b"", greeting=b"state")
    with hub.subscribe() as mailbox:
        for number in range(100):
            hub.publish(b"%d" % number, greeting=b"")

        assert b"99" == await mailbox.take()


async def test_subscriber_waits_for_news() -> None:
    """Taking twice takes two events."""
    hub = Hub()
    with hub.subscribe() as mailbox:
        await mailbox.take()
        waiting = asyncio.ensure_future(mailbox.take())
        await asyncio.sleep(0)
        assert not waiting.done()
        hub.publish(b"news", greeting=b"")

        assert b"news" == await waiting


async def test_closed_hub_lets_everyone_go() -> None:
    """At once, also those who wait and those who have something left."""
    hub = Hub()
    with hub.subscribe() as first, hub.subscribe() as second:
        await first.take()
        waiting = asyncio.ensure_future(first.take())
        hub.close()

        assert await waiting is None
        assert await second.take() is None


async def test_subscriber_that_left_is_forgotten() -> None:
    """Also when it left with an error."""
    hub = Hub()
    try:
        with hub.subscribe():
            assert 1 == len(hub)
            raise ConnectionResetError
    except ConnectionResetError:
        pass

    assert 0 == len(hub)
