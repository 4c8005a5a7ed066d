"""`skerry ledger bundle`: what proves one answer or one ticket years later, in one file."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec

from edge.cli.ledger.collecting import collect
from edge.cli.ledger.given import read_answers, read_openings
from edge.cli.ledger.opening import KEY_HELP, open_log, witness_option
from edge.cli.ledger.prove import read_leaf_hash
from edge.cli.peers import ProxyFor, proxy_options
from edge.cli.terminal import echo
from edge.cli.zipped import zip_of
from edge.client import PopClient, fetch_signed, saved_answer
from edge.errors import RefusedError
from edge.host import replace_private
from edge.ledger import EvidenceBundle, evidence_files, read_evidence
from edge.records import IslandName, SignedAnswer
from edge.records.ledger import LeafPayload, ShownAnswer
from edge.wire.http import new_http_session


@click.command("bundle")
@click.argument("sources", metavar="DIR|URL...", nargs=-1, required=True)
@click.option("--key", "keys", multiple=True, required=True, metavar="KEY", help=f"{KEY_HELP} Again for each log.")
@witness_option
@proxy_options
@click.option("--receipt", metavar="LEAF", help="Hash of the leaf that the bundle is about, as a receipt has it.")
@click.option("--ticket", metavar="ID", help="Instead of --receipt: the ticket. Needs --openings.")
@click.option(
    "--openings",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What leaves commit to: JSON lines of leaf, salt and payload, as `skerry ledger read` prints them."
    " Without it, the bundle has no words.",
)
@click.option(
    "--answer",
    "answers",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="An answer that was shown, saved with curl -i; again for more.",
)
@click.option("--pop", "pop_url", metavar="URL", help="PoP that still serves the answers, and names the tenant's keys.")
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The bundle."
)
def bundle_command(
    *,
    sources: tuple[str, ...],
    keys: tuple[str, ...],
    witnesses: tuple[str, ...],
    proxy_for_url: ProxyFor,
    receipt: str | None,
    ticket: str | None,
    openings: Path | None,
    answers: tuple[Path, ...],
    pop_url: str | None,
    output: Path,
) -> None:
    """Collect what proves an answer or a ticket into one file, for `skerry verify --bundle`.

    It has the leaf, the leaves that belong to it, their proofs with the checkpoints, and as much of the words, the
    answers and the tenant's keys as the options give. Name every log that may have leaves of the ticket: replies may
    be in another PoP's, or in a later one of the event.
    """
    if (receipt is None) == (ticket is None):
        raise click.UsageError("found both or neither of --receipt and --ticket, expected one of them")
    known = {} if openings is None else read_openings(openings)
    logs = [open_log(source, keys, witnesses, proxy_for_url) for source in sources]
    found_in = collect(logs, known, receipt=read_leaf_hash(receipt) if receipt else None, ticket=ticket or "")
    log, leaves = found_in[0][0], tuple(leaf for _, leaf in found_in)
    payloads = [payload for leaf in leaves if (payload := leaf.payload) is not None]
    saved = read_answers(answers)
    if pop_url is not None:
        saved += asyncio.run(_fetched(payloads, pop_url, known={one.unencoded_digest for one in saved}))
    shown = {one.digest for payload in payloads for one in payload.answers}
    found = {one.unencoded_digest: one for one in saved if one.unencoded_digest in shown}
    tenant = asyncio.run(_tenant(payloads, pop_url)) if pop_url is not None and payloads else None
    also = tuple(dict.fromkeys(one.log for one, _ in found_in if one.log != log.log))
    evidence = EvidenceBundle(log.log, log.witnesses, leaves, tuple(map(saved_answer, found.values())), tenant, also)
    files = evidence_files(evidence)
    # A bundle that does not verify is none.
    read_evidence(files)
    replace_private(output, zip_of(files))
    echo(f"{output} has {len(leaves)} leaves and {len(found)} of {len(shown)} answers")


async def _fetched(payloads: Sequence[LeafPayload], pop_url: str, *, known: set[str]) -> list[SignedAnswer]:
    """The answers that the PoP still serves as they were shown."""
    wanted = {(payload.island, one) for payload in payloads for one in payload.answers if one.digest not in known}
    fetched = []
    async with new_http_session() as http:
        for island, one in sorted(wanted, key=str):
            try:
                signed = await fetch_signed(http, _address(pop_url, island, one))
            except RefusedError:
                # It serves no such snippet any more; the bundle says which answers it lacks.
                continue
            fetched += [signed] if signed.unencoded_digest == one.digest else []
    return fetched


async def _tenant(payloads: Iterable[LeafPayload], pop_url: str) -> bytes | None:
    """The keys of the payloads' tenant, as the PoP names them."""
    names = {IslandName.parse(payload.island).tenant for payload in payloads}
    async with new_http_session() as http:
        tenants = await PopClient(http, pop_url).keys()
    return next((msgspec.json.encode(one) for one in tenants if one.tenant in names), None)


def _address(pop_url: str, island: str, one: ShownAnswer) -> str:
    return f"{pop_url.rstrip('/')}/v1/islands/{IslandName.parse(island)}/snippets/{one.snippet}"
