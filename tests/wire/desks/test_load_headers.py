"""Load reports in the headers of a reply: read strictly, or refused with a text that quotes no value."""

import pytest

from edge.errors import Reason, RefusedError
from edge.records import LoadReport
from edge.wire.desks import is_load_header, read_load_headers

HEADERS = {
    "Skerry-Desk-Token": "t" * 24,
    "Skerry-Queue-Depth": "12",
    "Skerry-Wait-Seconds": "30.5",
    "Skerry-Agents": "4",
}


def read(headers: dict[str, str]) -> tuple[LoadReport, str]:
    """Read the headers of a reply to a ticket of northwind."""
    return read_load_headers(headers.items(), tenant="northwind")


def test_whole_report() -> None:
    """Case of the names is ignored."""
    more = {"skerry-free-agents": "1", "SKERRY-CALLBACKS": "3", "Skerry-Handle-Seconds": "90", "Skerry-Pops": "2"}
    report, token = read(HEADERS | more)

    assert "t" * 24 == token
    assert report == LoadReport(
        tenant="northwind", queue_depth=12, wait_s=30.5, agents=4, free_agents=1, callbacks=3, handle_s=90.0, pops=2
    )


def test_load_headers_are_recognised() -> None:
    """The desk token is one of them."""
    names = ("skerry-AGENTS", "Skerry-Desk-Token", "Skerry-Mood", "Content-Type")

    assert [True, True, False, False] == [is_load_header(name) for name in names]


REFUSED = {
    "negative": (
        {"Skerry-Queue-Depth": "-1"},
        "header skerry-queue-depth of the reply is not a number, expected digits without",
    ),
    "a negative wait": (
        {"Skerry-Wait-Seconds": "-0.5"},
        "header skerry-wait-seconds of the reply is not a number, expected",
    ),
    "a fraction of a person": (
        {"Skerry-Agents": "4.5"},
        "header skerry-agents of the reply is not a number, expected digits",
    ),
    "no number": (
        {"Skerry-Agents": "four"},
        "header skerry-agents of the reply is not a number, expected digits without a sign",
    ),
    "not finite": (
        {"Skerry-Wait-Seconds": "inf"},
        "header skerry-wait-seconds of the reply is not a number, expected digits",
    ),
    "empty": (
        {"Skerry-Wait-Seconds": ""},
        "header skerry-wait-seconds of the reply is not a number, expected digits without",
    ),
    "digits of another script": (
        {"Skerry-Agents": "٤"},
        "header skerry-agents of the reply is not a number, expected digits",
    ),
    "out of range": (
        {"Skerry-Queue-Depth": "1000001"},
        "the reply is not a load report: expected `int` <= 1000000 - at `$.queue_depth`",
    ),
    "no PoP": ({"Skerry-Pops": "0"}, "the reply is not a load report: expected `int` >= 1 - at `$.pops`"),
}


@pytest.mark.parametrize(("changes", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_value_that_is_not_a_number(changes: dict[str, str], text: str) -> None:
    """The whole report is refused."""
    with pytest.raises(RefusedError) as caught:
        read(HEADERS | changes)

    assert Reason.MALFORMED == caught.value.reason
    assert caught.value.text.startswith(text)


@pytest.mark.parametrize("missing", ["Skerry-Queue-Depth", "Skerry-Wait-Seconds", "Skerry-Agents"])
def test_incomplete_report(missing: str) -> None:
    """A required header is missing."""
    with pytest.raises(RefusedError, match=r"^the reply is not a load report: object missing required field `"):
        read({name: value for name, value in HEADERS.items() if name != missing})


def test_repeated_header() -> None:
    """No value is better than the other, so both are refused."""
    with pytest.raises(RefusedError, match=r"^the reply has header skerry-agents twice, expected it once$") as caught:
        read_load_headers([*HEADERS.items(), ("skerry-agents", "40")], tenant="northwind")

    assert Reason.CONTRADICTORY == caught.value.reason
