import base64
import itertools
import tracemalloc
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import Reason, RefusedError
from edge.records import Bundle
from edge.wire.publisher import EventParser, encode_event

SMALL = Bundle(files={"metadata/timestamp.json": b'{"v":1}'})
OTHER = Bundle(files={"metadata/2.acme.json": bytes(range(256)), "targets/acme/x.island": b""})
PACKED = base64.b64encode(msgspec.msgpack.encode(SMALL))


def parse(pieces: Iterable[bytes], max_event_bytes: int = 10_000) -> list[Bundle]:
    """All bundles in a stream that arrives in these pieces."""
    parser = EventParser(max_event_bytes=max_event_bytes)
    return [bundle for piece in pieces for bundle in parser.receive(piece)]


def single_bytes(stream: bytes) -> list[bytes]:
    """The stream as single bytes."""
    return [stream[index : index + 1] for index in range(len(stream))]


def test_event_is_encoded_as_documented() -> None:
    """These bytes are the same in every release."""
    assert encode_event(SMALL) == b"event: state\ndata: " + PACKED + b"\n\n"


STREAMS = {
    "one event": (encode_event(SMALL), [SMALL]),
    "two events": (encode_event(SMALL) + encode_event(OTHER), [SMALL, OTHER]),
    "comments around and inside": (
        b": ping\n\n:\n" + encode_event(SMALL).replace(b"\ndata", b"\n: ping\ndata") + b": ping\n\n",
        [SMALL],
    ),
    "lines end in CR LF": (encode_event(SMALL).replace(b"\n", b"\r\n") * 2, [SMALL, SMALL]),
    "lines end in CR": (encode_event(SMALL).replace(b"\n", b"\r") * 2, [SMALL, SMALL]),
    "data in several lines": (
        b"event: state\ndata: " + PACKED[:7] + b"\ndata: " + PACKED[7:20] + b"\ndata:" + PACKED[20:] + b"\n\n",
        [SMALL],
    ),
    "no space after the colon": (b"event:state\ndata:" + PACKED + b"\n\n", [SMALL]),
    "a byte order mark first": (b"\xef\xbb\xbf" + encode_event(SMALL), [SMALL]),
    "unknown fields": (b"id: 7\nretry: 10\nx\nx: y\n" + encode_event(SMALL), [SMALL]),
    "an event of another kind": (b"event: party\ndata: x\n\n" + encode_event(SMALL), [SMALL]),
    "an event without a kind": (b"data: x\n\n" + encode_event(SMALL), [SMALL]),
    "an event without data": (b"event: state\n\n" + encode_event(SMALL), [SMALL]),
    "an event that is not ended": (encode_event(SMALL) + encode_event(OTHER)[:-1], [SMALL]),
    "nothing": (b"", []),
}
each_stream = pytest.mark.parametrize(("stream", "expected"), STREAMS.values(), ids=STREAMS.keys())


@each_stream
def test_stream_in_one_piece(stream: bytes, expected: list[Bundle]) -> None:
    """The whole stream at once."""
    assert expected == parse([stream])


@each_stream
def test_stream_byte_by_byte(stream: bytes, expected: list[Bundle]) -> None:
    """Also with empty pieces in between."""
    assert expected == parse(piece for byte in single_bytes(stream) for piece in (byte, b""))


@given(cuts=st.lists(st.integers(0, 1000)), line_end=st.sampled_from([b"\n", b"\r", b"\r\n"]))
def test_stream_cut_anywhere(cuts: list[int], line_end: bytes) -> None:
    """The pieces do not matter."""
    stream = (b": ping\n\n" + encode_event(SMALL) + encode_event(OTHER)).replace(b"\n", line_end)
    cut_points = [0, *sorted(cuts), len(stream)]

    pieces = [stream[start:end] for start, end in itertools.pairwise(cut_points)]

    assert parse(pieces) == [SMALL, OTHER]


REFUSED = {
    "not base64": (b"event: state\ndata: ****\n\n", "a pushed event is not base64$"),
    "base64 cut short": (b"event: state\ndata: " + PACKED[:-1] + b"\n\n", "a pushed event is not base64$"),
    "junk after base64": (b"event: state\ndata: " + PACKED + b" x\n\n", "a pushed event is not base64$"),
    "not MessagePack": (
        b"event: state\ndata: wQ==\n\n",
        "a pushed event is not a bundle: .+",
    ),
    "not a bundle": (
        b"event: state\ndata: AQ==\n\n",
        "a pushed event is not a bundle: .+",
    ),
    "a path that is not UTF-8": (
        b"event: state\ndata: " + base64.b64encode(b"\x81\xa5files\x81\xa1\xff\xc4\x00") + b"\n\n",
        "a pushed event is not a bundle: .+",
    ),
    "a bundle of text": (
        b"event: state\ndata: " + base64.b64encode(msgspec.msgpack.encode({"files": {"a": 1}})) + b"\n\n",
        "a pushed event is not a bundle: .+",
    ),
}


@pytest.mark.parametrize("cut", [lambda stream: [stream], single_bytes], ids=["in one piece", "byte by byte"])
@pytest.mark.parametrize(("stream", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_event_that_is_not_a_bundle_is_refused(stream: bytes, text: str, cut: object) -> None:
    """It is refused as malformed."""
    assert callable(cut)

    with pytest.raises(RefusedError, match=text) as caught:
        parse(cut(stream))
    assert caught.value.reason == Reason.MALFORMED


TOO_LARGE = {
    "one endless line": [b"data: ", *[b"x" * 50] * 3],
    "data in endless lines": [b"data: 123456789\n"] * 12,
    "an endless comment": [b": ", *[b"x" * 50] * 3],
    "an event just too large": [b"data: " + b"x" * 95 + b"\n\n"],
}


@pytest.mark.parametrize("pieces", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_event_that_is_too_large_is_refused(pieces: list[bytes]) -> None:
    """It is refused before it ends, so it cannot fill the memory."""
    with pytest.raises(RefusedError, match=r"a pushed event is \d+ bytes or more, expected at most 100") as caught:
        parse(pieces, max_event_bytes=100)
    assert caught.value.reason == Reason.TOO_LARGE


def test_event_as_large_as_allowed() -> None:
    """The limit counts the longest line and the data before it."""
    line = len(b"data: ") + len(PACKED)

    assert parse([encode_event(SMALL)], max_event_bytes=line) == [SMALL]
    with pytest.raises(RefusedError):
        parse([encode_event(SMALL)], max_event_bytes=line - 1)


def test_any_number_of_small_events_costs_no_memory() -> None:
    """Parsed events are not kept."""
    parser = EventParser(max_event_bytes=1000)
    stream = encode_event(SMALL) + b": ping\n\nid: 1\n"
    parser.receive(stream)
    tracemalloc.start()
    for _ in range(2000):
        parser.receive(stream)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 20_000


@given(st.binary(max_size=200))
def test_junk_is_skipped_or_refused(junk: bytes) -> None:
    """Any bytes from a peer are skipped or raise RefusedError, nothing else."""
    try:
        parse([junk, b"\n\n"])
    except RefusedError:
        return


@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=300), max_size=5))
def test_bundle_is_decoded_as_it_was_encoded(files: dict[str, bytes]) -> None:
    """With any files and names."""
    bundle = Bundle(files=files)

    assert [bundle] == parse([encode_event(bundle)])
