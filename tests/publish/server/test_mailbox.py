"""Each subscriber has a mailbox for one event."""

import asyncio

from edge.publish.server import Hub


async def test_subscriber_starts_with_the_greeting() -> None:
    """A new subscriber gets the current state first and then the next events."""
    hub = Hub()
    hub.publish(b"first", greeting=b"state")
    with hub.subscribe() as mailbox:
        first = await mailbox.receive()
        hub.publish(b"second", greeting=b"state 2")

        assert [b"state", b"second"] == [first, await mailbox.receive()]


async def test_slow_subscriber_gets_the_newest() -> None:
    """A subscriber that does not read in time gets only the newest event."""
    hub = Hub()
    hub.publish(b"", greeting=b"state")
    with hub.subscribe() as mailbox:
        for number in range(100):
            hub.publish(b"%d" % number, greeting=b"")

        assert b"99" == await mailbox.receive()


async def test_subscriber_waits_for_the_next_event() -> None:
    """The same event is not received twice."""
    hub = Hub()
    with hub.subscribe() as mailbox:
        await mailbox.receive()
        waiting = asyncio.ensure_future(mailbox.receive())
        await asyncio.sleep(0)
        assert not waiting.done()
        hub.publish(b"news", greeting=b"")

        assert b"news" == await waiting


async def test_closed_hub_ends_all_subscriptions() -> None:
    """A subscriber that waits and one that has an unread event both end at once."""
    hub = Hub()
    with hub.subscribe() as first, hub.subscribe() as second:
        await first.receive()
        waiting = asyncio.ensure_future(first.receive())
        hub.close()

        assert await waiting is None
        assert await second.receive() is None


async def test_subscriber_that_fails_is_removed() -> None:
    """Its mailbox is removed although the block ended with an error."""
    hub = Hub()
    try:
        with hub.subscribe():
            assert 1 == len(hub)
            raise ConnectionResetError
    except ConnectionResetError:
        pass

    assert 0 == len(hub)
