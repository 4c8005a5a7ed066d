"""`skerry ask` shows what a viewer gets, and with a desk's token what a desk gets."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from rich.console import Console

from edge.cli import cli
from edge.cli.pop.ask import response_table
from edge.errors import Reason
from edge.host import utc_now
from edge.records import AskResponse, IslandState, Option, Outcome, Provenance, RankedCandidate, TenantKey, TenantKeys
from edge.records.people import RampFirst
from edge.records.trees import TreeRoot
from tests.client.answers import DROP, OTHER_KEY, response_of, text_of
from tests.local_server import LocalServer, QuietHandler

TOKEN = "northwind-desk-token-000001"
SOURCE = Provenance(
    island="northwind/drop", revision=1, snippet="price", approved_by="D", approved_at=utc_now(), key_id="k"
)
VIEWERS = AskResponse(
    outcome=Outcome.ESCALATE, reason=Reason.LOW_CONFIDENCE, island="northwind/drop", revision=1,
    state=IslandState.FRESH, ticket="t-1", ticket_token="a-capability", lane="fast", elapsed_ms=1.0,
)  # fmt: skip
DESKS = msgspec.structs.replace(
    VIEWERS,
    candidates=(RankedCandidate(confidence=0.3, nearest_example="price?", similarity=0.5, provenance=SOURCE),),
    model="a model",
)


OFFER = msgspec.structs.replace(
    VIEWERS,
    outcome=Outcome.CLARIFY,
    reason=Reason.AMBIGUOUS,
    options=(Option(snippet="price", question="how much"), Option(snippet="sizes", question="how big")),
    none_of_these=True,
    ticket=None,
    receipt="a-receipt",
)
WAITING = msgspec.structs.replace(OFFER, outcome=Outcome.ESCALATE, reason=Reason.LOW_CONFIDENCE, ticket="t-1")
UNCLEAR, UNLIKELY = "unclear", "unlikely"


CHOSEN = {
    "price": response_of("It is 68.", reason=Reason.SOLVED_WAITING),
    "sizes": msgspec.structs.replace(
        response_of("Sizes run small.", reason=Reason.PICKED), ticket="t-1", ticket_token="a-capability", lane="fast"
    ),
    None: msgspec.structs.replace(VIEWERS, reason=Reason.NONE_OF_THESE),
}
"""The response to a pick while the viewer waits, by snippet."""


class Pop(QuietHandler):
    """Answers every question, in the desk's form if its token is shown. A choice is repeated as the answer."""

    def do_POST(self) -> None:  # noqa: N802 - the name that the library calls
        """One question."""
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        is_desk = self.headers["Authorization"] == f"Bearer {TOKEN}"
        document = DESKS if is_desk else OFFER if UNCLEAR.encode() in sent else VIEWERS
        if UNLIKELY.encode() in sent:
            document = WAITING
        if self.path == "/v1/choice":
            document = response_of(sent.decode())
            if UNLIKELY.encode() in sent:
                document = CHOSEN[msgspec.json.decode(sent)["snippet"]]
        self._reply(202, document)

    def do_GET(self) -> None:  # noqa: N802 - the name that the library calls
        """The keys."""
        keys = TenantKeys(tenant=DROP.tenant, keys=(TenantKey(key_id="k", ed25519=text_of()),))
        self._reply(200, {"tenants": [keys]})

    def _reply(self, status: int, document: object) -> None:
        body = msgspec.json.encode(document)
        BaseHTTPRequestHandler.send_response(self, status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def url() -> Iterator[str]:
    """Address of the stand-in for a PoP."""
    server = LocalServer(Pop)
    yield server.url
    server.close()


def test_ask_with_and_without_a_desk_s_token(url: str, tmp_path: Path) -> None:
    """Candidates and the model are shown to a desk only; the ticket's token is in the JSON only, not on the screen."""
    file = tmp_path / "desk.token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    arguments = ["ask", "northwind/drop", "how much", "--url", url]
    runs = [CliRunner().invoke(cli, [*arguments, *more]) for more in ([], ["--token-file", str(file)], ["--json"])]
    viewers, desks, as_json = [run.output for run in runs]

    assert [0, 0, 0] == [run.exit_code for run in runs]
    assert ("candidate" in viewers, "model" in viewers) == (False, False)
    assert ("0.30 price, nearest “price?”" in desks, "a model" in desks) == (True, True)
    assert "a-capability" not in viewers + desks
    assert "a-capability" == msgspec.json.decode(as_json, type=AskResponse).ticket_token


def test_pick_from_what_is_offered(url: str) -> None:
    """By its number; 0 is none of these. The question goes along, and the receipt is on no screen."""
    arguments = ["ask", "northwind/drop", UNCLEAR, "--session", "v", "--url", url]
    shown, second, none, third = (
        CliRunner().invoke(cli, [*arguments, *more])
        for more in ([], ["--pick", "2", "--json"], ["--pick", "0", "--json"], ["--pick", "3"])
    )
    unoffered = CliRunner().invoke(cli, ["ask", "northwind/drop", "how much", "--url", url, "--pick", "1"])
    sent = [msgspec.json.decode(msgspec.json.decode(run.output)["answer"]) for run in (second, none)]
    same = {"text": UNCLEAR, "session": "v", "receipt": "a-receipt"}

    assert ("1  how much  [price]" in shown.output, "--pick NUMBER" in shown.output) == (True, True)
    assert "a-receipt" not in shown.output
    assert [same | {"snippet": "sizes"}, same | {"snippet": None}] == sent
    assert "found --pick 3, expected 0 to 2: so many answers are offered" in third.output
    assert (0, True) == (unoffered.exit_code, "t-1" in unoffered.output)


def test_trees_of_a_ramp() -> None:
    """Each with its first step and its address, and "none of these" as with any offer."""
    tree = TreeRoot(tree="help", say="What is it?", labels=("Money", "Sizes"))
    ramp = msgspec.structs.replace(OFFER, reason=Reason.RAMP, options=(), trees=(tree,), show_first=RampFirst.TREES)
    console = Console(width=120)
    with console.capture() as captured:
        console.print(response_table(ramp))

    assert "by buttons  What is it? Money / Sizes  [POST /v1/trees/northwind/drop/help]" in captured.get()
    assert "0  none of these, a person; ask again with --pick NUMBER" in captured.get()


def test_pick_while_people_have_the_question(url: str) -> None:
    """What is offered meanwhile, and what became of the ticket: taken back, kept by a person, or as it was."""
    arguments = ["ask", "northwind/drop", UNLIKELY, "--session", "v", "--url", url]
    shown, solved, late, none = (
        CliRunner().invoke(cli, [*arguments, *more]).output
        for more in ([], ["--pick", "1"], ["--pick", "2"], ["--pick", "0"])
    )

    assert "while you wait  1  how much  [price]" in shown
    assert "0  none of these; ask again with --pick NUMBER" in shown
    assert "t-1, lane fast" in shown
    assert ("It is 68." in solved, "taken back: nobody need look at it" in solved, "t-1" in solved) == (
        True,
        True,
        False,
    )
    assert ("Sizes run small." in late, "t-1, lane fast; people keep it" in late) == (True, True)
    assert ("none_of_these" in none, "t-1, lane fast" in none, "people keep" in none) == (True, True, False)
    assert [] == [line for line in (shown + solved + late + none).splitlines() if len(line) > 80]


def test_answer_by_another_key_is_not_shown(url: str) -> None:
    """The tenant's key is believed, and what the PoP names only if there is none."""
    arguments = ["ask", "northwind/drop", UNCLEAR, "--session", "v", "--url", url, "--pick", "1"]
    good, bad, none = (
        CliRunner().invoke(cli, [*arguments, "--key", key]) for key in (text_of(), text_of(OTHER_KEY), "abc")
    )

    assert [0, 1, 1] == [one.exit_code for one in (good, bad, none)]
    assert f"error: the answer is signed by key {text_of()}, expected a key of the tenant\n" == bad.output
    assert "found 'abc', expected the 32 bytes of an Ed25519 public key in base64" in none.output
