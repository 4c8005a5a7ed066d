"""`skerry audit`: a public chat against the logs of all PoPs."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from edge.cli.ledger.collecting import entries_of
from edge.cli.ledger.given import read_answers, read_openings
from edge.cli.ledger.opening import LogReader, open_log
from edge.cli.peers import ProxyFor, proxy_options
from edge.cli.terminal import echo, echo_json
from edge.cli.transcript import read_transcript
from edge.errors import Reason, RefusedError
from edge.foreign_words import one_line
from edge.ledger import (
    AuditFinding,
    AuditWord,
    ChatLine,
    LoggedAnswer,
    NoteKey,
    compare,
    leaf_hash,
    open_leaf,
    read_leaf,
    verify_log,
)
from edge.records import DECODE_ERRORS, SignedAnswer, SnippetDocument
from edge.records.ledger import LeafKind
from edge.trust import digest_header

FINDINGS = 1
"""Exit status if anything is missing, altered or extra."""

_SHOWING = frozenset({LeafKind.DECISION, LeafKind.TAP, LeafKind.HAND_OVER})
"""Kinds of leaves whose acts may show answers: a ticket may come with an answer to a part of the question."""

_FILE = click.Path(dir_okay=False, path_type=Path)


class AuditedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line, one answer, or both, of `--json`."""

    word: AuditWord
    at: datetime
    line: int | None = None
    """Row of the transcript, from 1."""
    said: str | None = None
    """What the chat shows."""
    snippet: str | None = None
    logged: str | None = None
    """What the log says was shown."""
    leaf: str | None = None
    log: str | None = None
    proof: str | None = None
    """That the leaf is in the log (C2SP tlog-proof). Without one, nothing shows that this was answered."""


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints."""

    logs: tuple[str, ...]
    counts: dict[str, int]
    gaps: int
    """Acts of which the logs say that they have no leaf: they may be among what is extra."""
    replies_alone: int
    """Replies of people whose hand-over has no leaf: an older release took it, or the ledger had no room."""
    unreadable: int
    """Leaves that may have shown an answer, and whose words nobody gave: they may be among what is extra."""
    findings: tuple[AuditedLine, ...]


@click.command("audit")
@click.argument("sources", metavar="DIR|URL...", nargs=-1, required=True)
@click.option("--transcript", required=True, type=_FILE, help="The chat's export: CSV with a head, or JSON lines.")
@click.option("--key", "keys", multiple=True, required=True, metavar="KEY", help="Key of a log; again for each log.")
@click.option("--author", "authors", multiple=True, required=True, help="Account that posts the answers in the chat.")
@click.option("--channel", required=True, help="The chat's channel, as PoPs know it, such as stream:twitch-mara.")
@click.option(
    "--openings",
    multiple=True,
    required=True,
    type=_FILE,
    help="What leaves commit to, as `skerry ledger read` prints it; again for more.",
)
@click.option("--answer", "answers", multiple=True, type=_FILE, metavar="FILE", help="An answer, saved with curl -i.")
@click.option(
    "--within", "within_s", type=click.FloatRange(min=0), default=120.0, show_default=True, metavar="SECONDS",
    help="How far apart chat and log may be.",
)  # fmt: skip
@proxy_options
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, with a proof for each leaf.")
def audit_command(
    *,
    sources: tuple[str, ...],
    transcript: Path,
    keys: tuple[str, ...],
    authors: tuple[str, ...],
    channel: str,
    openings: tuple[Path, ...],
    answers: tuple[Path, ...],
    within_s: float,
    proxy_for_url: ProxyFor,
    as_json: bool,
) -> None:
    """Compare a public chat with the logs of all PoPs.

    It says which answers of the chat are proven, altered or extra, and which logged answers the chat does not show.
    Every log is verified first. Exit status 1 if anything is missing, altered or extra.
    """
    logs = _newest([open_log(source, keys, (), proxy_for_url) for source in sources])
    known = {digest: opening for path in openings for digest, opening in read_openings(path).items()}
    documents = {one.unencoded_digest: _document(one) for one in read_answers(answers)}
    lines = [line for line in read_transcript(transcript) if line.author in authors]
    audit = _Audit(logs, known, documents, channel)
    span = (min((line.at_s for line in lines), default=0.0), max((line.at_s for line in lines), default=0.0))
    shown = [one for one in audit.answers if span[0] - within_s <= one.at_s <= span[1] + within_s]
    report = audit.report(compare(lines, shown, within_s=within_s), with_proofs=as_json)
    if as_json:
        echo_json(report)
    else:
        _echo(report)
    sys.exit(FINDINGS if set(report.counts) - {AuditWord.PROVEN} else 0)


def _newest(logs: Sequence[LogReader]) -> list[LogReader]:
    """Each log once, in its newest state. Raises `RefusedError` if that does not begin with each other one."""
    newest = dict[NoteKey, LogReader]()
    for log in sorted(logs, key=lambda log: log.checkpoint.size, reverse=True):
        whole = newest.setdefault(log.log, log)
        if whole is not log:
            verify_log(whole.checkpoint, whole.read, since=log.checkpoint)
    return [log for log in logs if newest[log.log] is log]


class _Audit:
    """What the logs say of one channel."""

    def __init__(
        self,
        logs: Sequence[LogReader],
        openings: Mapping[bytes, bytes],
        documents: Mapping[str, SnippetDocument],
        channel: str,
    ) -> None:
        self._logs, self._openings, self._documents, self._channel = logs, openings, documents, channel
        self._places = dict[bytes, tuple[LogReader, int]]()
        self._gaps = self._alone = self._unreadable = 0
        self.answers = [answer for log in logs for answer in self._of(log)]

    def report(self, findings: Sequence[AuditFinding], *, with_proofs: bool) -> AuditReport:
        """The findings, for people and programs."""
        words = [finding.word for finding in findings]
        return AuditReport(
            logs=tuple(log.checkpoint.origin for log in self._logs),
            counts={str(word): words.count(word) for word in AuditWord if word in words},
            gaps=self._gaps,
            replies_alone=self._alone,
            unreadable=self._unreadable,
            findings=tuple(self._line(finding, with_proof=with_proofs) for finding in findings),
        )

    def _of(self, log: LogReader) -> Iterator[LoggedAnswer]:
        verify_log(log.checkpoint, log.read, also=log.files.tiles())
        for index, entry in entries_of(log):
            leaf, digest = read_leaf(entry), leaf_hash(entry)
            self._gaps += leaf.missing if isinstance(leaf.missing, int) else 0
            self._alone += leaf.kind is LeafKind.REPLY and not leaf.about
            if digest not in self._openings:
                self._unreadable += leaf.kind in _SHOWING
                continue
            payload = open_leaf(leaf, self._openings[digest])
            if payload.channel != self._channel:
                continue
            self._places[digest] = log, index
            for one in payload.answers:
                document = self._documents.get(one.digest)
                if document is None:
                    text = f"answer {one.snippet!r} of {payload.island} is logged, and its words are not given"
                    raise RefusedError(f"{text}; save it with: curl -si URL > FILE, and add: --answer FILE")
                yield LoggedAnswer(leaf.at_ms / 1000, document.answer, one.snippet, digest)

    def _line(self, finding: AuditFinding, *, with_proof: bool) -> AuditedLine:
        line, answer = finding.line, finding.answer
        log, index = self._places[answer.leaf] if answer else (None, 0)
        return AuditedLine(
            word=finding.word,
            at=_moment(line, answer),
            line=line.number if line else None,
            said=line.text if line else None,
            snippet=answer.snippet if answer else None,
            logged=answer.text if answer else None,
            leaf=answer.leaf.hex() if answer else None,
            log=log.checkpoint.origin if log else None,
            proof=log.prover()(index).text if log and with_proof else None,
        )


def _document(signed: SignedAnswer) -> SnippetDocument:
    """What an answer says. That it is the one that was shown is seen by its digest."""
    digest = digest_header(signed.document.encode())
    try:
        document = msgspec.json.decode(signed.document, type=SnippetDocument)
    except DECODE_ERRORS:
        raise RefusedError("a file of --answer is no snippet; save it with: curl -si URL > FILE") from None
    if digest != signed.unencoded_digest:
        raise RefusedError("a file of --answer was changed, its digest is another", reason=Reason.HASH_MISMATCH)
    return document


def _moment(line: ChatLine | None, answer: LoggedAnswer | None) -> datetime:
    one = line or answer
    try:
        return datetime.fromtimestamp(one.at_s if one else 0, UTC)
    except (OverflowError, ValueError, OSError):
        raise RefusedError("a line of the transcript has a time that no calendar has") from None


def _echo(report: AuditReport) -> None:
    counts = ", ".join(f"{report.counts.get(word, 0)} {word}" for word in AuditWord)
    echo(f"{counts}; in {len(report.logs)} logs")
    if report.gaps or report.unreadable:
        echo(f"{report.gaps} acts have no leaf, and {report.unreadable} that may have shown an answer cannot be read")
    if report.replies_alone:
        echo(f"{report.replies_alone} replies of people belong to hand-overs without a leaf")
    for one in report.findings:
        if one.word is AuditWord.PROVEN:
            continue
        place = f"row {one.line}" if one.line else f"leaf {one.leaf}"
        echo(f"{one.word:<8} {one.at:%Y-%m-%d %H:%M:%S} {place}: {one_line(one.said or one.logged or '')}")
        if one.word is AuditWord.ALTERED:
            echo(f"         the log has: {one_line(one.logged or '')} (leaf {one.leaf})")
