"""`skerry ask`: asks one question as a viewer would, and shows the whole response."""

import asyncio
import itertools
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from edge.cli.peers import ProxyFor, address_of, check_token_is_hidden, proxy_options
from edge.cli.terminal import echo_json_line
from edge.client import PopClient, read_key
from edge.errors import Cause, ConfigError, Reason, UnreachableError
from edge.foreign_words import in_lines
from edge.host import read_token
from edge.records import AskRequest, AskResponse, IslandName, Outcome
from edge.wire.http import new_http_session

COLOURS = {Outcome.ANSWER: "green", Outcome.CLARIFY: "yellow", Outcome.ESCALATE: "cyan", Outcome.IGNORE: "dim"}

_NOBODY = frozenset({Cause.NAME_UNKNOWN, Cause.CONNECTION_REFUSED, Cause.NO_ROUTE, Cause.SILENT, Cause.HUNG_UP})
"""Causes for which a PoP may not be running."""


class _FreeText(click.Command):
    """A command whose last argument is a text: a word that begins with a dash and is no option belongs to it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Sort options from words, so that `"-50% does not work"` is a question and `--jsn` is a mistake."""
        flags = {
            name: param.is_flag
            for param in self.get_params(ctx)
            if isinstance(param, click.Option)
            for name in param.opts
        }
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                words += rest
            elif _OPTION.fullmatch(arg) is None:
                words.append(arg)
            else:
                options.append(arg)
                options += itertools.islice(rest, 0 if flags.get(arg, True) else 1)
        return super().parse_args(ctx, [*options, "--", *words])


_OPTION = re.compile(r"-[a-z]|--[a-z][a-z-]*(=.*)?", re.DOTALL)


@click.command("ask", cls=_FreeText)
@click.argument("island", metavar="TENANT/ISLAND")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--url",
    default="http://127.0.0.1:8080",
    envvar="SKERRY_URL",
    show_default=True,
    help="Address of the PoP. Environment: SKERRY_URL.",
)
@click.option(
    "--session",
    default="",
    help="Id of the viewer's session; the PoP must trust this machine. Default: none.",
)
@click.option("--channel", default="", help="Where it was asked; `stream` is a public chat. Default: none.")
@click.option("--locale", default="", help="The viewer's language, as in de or pt-BR. Default: not known.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with a desk token of the tenant; then the response has candidates and the model.",
)
@click.option(
    "--pick",
    type=click.IntRange(0, 3),
    metavar="NUMBER",
    help="If answers are offered: pick the first (1) and so on, or none of these (0). Default: only show them.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    help="The tenant's public key in base64: an answer by another is refused. Default: what the PoP says it is.",
)
@proxy_options
@click.option("--json", "as_json", is_flag=True, help="Print the PoP's response, which is JSON.")
def ask_command(
    island: str,
    text: tuple[str, ...],
    url: str,
    session: str,
    channel: str,
    *,
    locale: str,
    token_file: Path | None,
    pick: int | None,
    keys: tuple[str, ...],
    proxy_for_url: ProxyFor,
    as_json: bool,
) -> None:
    """Ask a PoP one question, as a viewer would.

    TEXT is the question to the island TENANT/ISLAND; quotes around it are not needed.
    """
    token = read_token(token_file, advice="write a token of the tenant's desk there") if token_file else ""
    proxy = _proxy_of(url, token, proxy_for_url)
    known = {IslandName.parse(island).tenant: [read_key(key) for key in keys]} if keys else None
    question = AskRequest(island=island, text=" ".join(text), session=session, channel=channel, locale=locale)
    response = asyncio.run(_asked(url, question, token=token, pick=pick, keys=known, proxy=proxy))
    if as_json:
        echo_json_line(msgspec.json.encode(response))
        return
    Console().print(response_table(response))


def _proxy_of(url: str, token: str, proxy_for_url: ProxyFor) -> str | None:
    """The proxy on the way. Raises `ConfigError` if `url` is no URL, or if the proxy could read the token."""
    if not url.startswith(("http://", "https://")):
        raise ConfigError(
            f"found {address_of(url)!r}, expected a URL; run: skerry ask --url http://127.0.0.1:8080 ISLAND TEXT"
        )
    proxy = proxy_for_url(url)
    if proxy is not None and token:
        check_token_is_hidden(f"{url.rstrip('/')}/v1/ask")
    return proxy


async def _asked(
    url: str,
    question: AskRequest,
    *,
    token: str,
    pick: int | None,
    keys: Mapping[str, Collection[bytes]] | None,
    proxy: str | None,
) -> AskResponse:
    """The response to the question, or to what is picked from it. Raises as `PopClient`."""
    async with new_http_session() as http:
        pop = PopClient(http, url, keys=keys, via=lambda: {"ssl": True, "proxy": proxy})
        try:
            response = await pop.ask(question, bearer=token)
            if pick is None or not response.none_of_these:
                return response
            return await pop.choose(question, response, _picked(response, pick))
        except UnreachableError as error:
            if error.cause not in _NOBODY:
                raise
            advice = "start a PoP with: skerry pop serve --config pop.toml"
            raise UnreachableError(f"{error.text}; {advice}", cause=error.cause) from None


def _picked(offer: AskResponse, pick: int) -> str | None:
    """The snippet of that number. Raises `ConfigError` if there are fewer options than `pick`."""
    if pick > len(offer.options):
        raise ConfigError(f"found --pick {pick}, expected 0 to {len(offer.options)}: so many answers are offered")
    return offer.options[pick - 1].snippet if pick else None


def response_table(response: AskResponse) -> Table:
    """The response as a table for people."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim", justify="right")
    table.add_column(overflow="fold")
    for label, value in _rows(response):
        value.plain = in_lines(value.plain)
        table.add_row(label, value)
    return table


def _rows(response: AskResponse) -> list[tuple[str, Text]]:
    rows: list[tuple[str, Text]] = [
        ("outcome", Text(response.outcome.upper(), style=f"bold {COLOURS[response.outcome]}")),
        ("reason", Text(response.reason)),
    ]
    if response.answer is not None:
        rows.append(("answer", Text(response.answer)))
    if response.language_note:
        note = response.language_note
        rows.append(("language", Text(f"{note.locale}, and not {note.wanted} as the viewer wants")))
    rows += [("to another part", Text(f"{part.question}  {part.answer}")) for part in response.more]
    if response.notice is not None:
        rows.append(("to the viewer", Text(response.notice)))
    rows += _choice_rows(response)
    if response.confidence is not None:
        rows.append(("confidence", Text(f"{response.confidence:.2f}, threshold {response.target_precision or 0:.2f}")))
    for candidate in response.candidates or ():
        line = f"{candidate.confidence:.2f} {candidate.provenance.snippet}, nearest “{candidate.nearest_example}”"
        rows.append(("candidate", Text(line)))
    if response.provenance is not None:
        origin = response.provenance
        rows.append(("approved", Text(f"by {origin.approved_by}, {origin.approved_at:%Y-%m-%d %H:%M} UTC")))
        rows.append(("signed", Text(f"{origin.island} revision {origin.revision}, key {origin.key_id[:16]}…")))
    rows.append(("island", Text(f"{response.island} is {response.state}")))
    if response.model:
        rows.append(("model", Text(response.model)))
    rows.append(("took", Text(f"{response.elapsed_ms:.2f} ms in the PoP")))
    return rows


def _choice_rows(response: AskResponse) -> list[tuple[str, Text]]:
    """What can be picked, and what became of the ticket."""
    rows: list[tuple[str, Text]] = []
    is_waiting = response.outcome is Outcome.ESCALATE
    for number, option in enumerate(response.options, start=1):
        label = "while you wait" if is_waiting else "did you mean"
        rows.append((label, Text(f"{number}  {option.question}  [{option.snippet}]")))
    for tree in response.trees:
        step = f"{tree.say} {' / '.join(tree.labels)}"
        rows.append(("by buttons", Text(f"{step}  [POST /v1/trees/{response.island}/{tree.tree}]")))
    if response.none_of_these:
        none = "none of these" if is_waiting else "none of these, a person"
        rows.append(("or", Text(f"0  {none}; ask again with --pick NUMBER")))
    if response.ticket is not None:
        kept = "" if is_waiting else "; people keep it"
        rows.append(("ticket", Text(f"{response.ticket}, lane {response.lane}{kept}")))
    if response.reason is Reason.SOLVED_WAITING:
        rows.append(("ticket", Text("taken back: nobody need look at it")))
    return rows
