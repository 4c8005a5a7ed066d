"""Places on the push stream, by token and by address."""

import contextlib

from edge.publish.server.places import Places, Subscriber

AMS, FRA = Subscriber("ams", has_token=True), Subscriber("fra", has_token=True)
ADDRESS, OTHER = Subscriber("192.0.2.1", has_token=False), Subscriber("192.0.2.2", has_token=False)


class Streams:
    """Streams that are open, and those that were ended."""

    def __init__(self, most: int) -> None:
        self.places = Places(most)
        self.stack = contextlib.ExitStack()
        self.ended: list[str] = []

    def connect(self, subscriber: Subscriber, name: str = "") -> bool:
        """True if the subscriber gets a place."""
        self.places.end_oldest_of(subscriber)
        if self.places.refusal(subscriber):
            return False
        self.stack.enter_context(self.places.taken(subscriber, lambda: self.ended.append(name)))
        return True


def test_fifth_stream_of_a_token() -> None:
    """It has its place at once; the oldest is ended, and nobody else's."""
    streams = Streams(100)
    assert streams.connect(FRA, "fra")
    connected = [streams.connect(AMS, str(number)) for number in range(6)]

    assert [True] * 6 == connected
    assert ["0", "1"] == streams.ended


def test_pop_that_reconnects_while_all_places_are_taken() -> None:
    """It takes its own place over. A PoP without one is refused, and so is an address: the place may be another's."""
    streams = Streams(2)
    connected = [streams.connect(AMS, "old"), streams.connect(ADDRESS), streams.connect(AMS, "new")]

    assert [True, True, True] == connected
    assert ["old"] == streams.ended
    assert not streams.connect(FRA)
    assert not streams.connect(ADDRESS)


def test_address_that_takes_all_it_gets() -> None:
    """It has half of the places, and another address has room."""
    streams = Streams(100)
    connected = [streams.connect(ADDRESS) for _ in range(60)]

    assert 50 == sum(connected)
    assert streams.connect(OTHER)
    assert [] == streams.ended


def test_place_that_was_taken_over_is_counted_once() -> None:
    """When the ended stream has gone, no place is freed a second time."""
    streams = Streams(5)
    for number in range(8):
        streams.connect(AMS, str(number))
    streams.stack.close()
    connected = [streams.connect(FRA if number == 0 else ADDRESS) for number in range(6)]

    # Half of five is less than what a token has, so an address has four.
    assert [True] * 5 + [False] == connected
