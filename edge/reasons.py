"""What each reason means and what to do about it: the table behind every problem document, and the page of it.

A problem document's `type` is `/problems#REASON`, and every process serves that page. `edge/http.md` says the same; a
test holds both together.
"""

from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

from edge.errors import Reason

REASONS_PATH: Final = "/problems"


class ReasonText(NamedTuple):
    """`means` and `todo` are sentences for the reader of a response, a log line or a ticket."""

    means: str
    todo: str
    status: int | None = None
    """HTTP status of a problem document with this reason; None: it is no problem, or 500."""


_NOTHING_TO_DO = "Nothing."

REASONS: Final = {
    Reason.CONFIDENT: ReasonText("Answered: the confidence of the best snippet reaches the threshold.", _NOTHING_TO_DO),
    Reason.EXACT: ReasonText("Answered: the question is one of the author's examples, word for word.", _NOTHING_TO_DO),
    Reason.TREE: ReasonText("The step of a decision tree, or the answer at its end.", _NOTHING_TO_DO),
    Reason.AMBIGUOUS: ReasonText(
        "Clarify: several snippets are likely, and together they reach the threshold.",
        "Show the options; ask again with the text of the one that the viewer picks.",
    ),
    Reason.LOW_CONFIDENCE: ReasonText(
        "Escalated: a snippet is likely, but its confidence is below the threshold.",
        "Add the viewers' wording to the snippet's examples, if it is a question that the snippet answers.",
    ),
    Reason.OUT_OF_SCOPE: ReasonText(
        "No snippet is likely. A question is escalated; a greeting or a cheer is ignored.",
        "If viewers keep asking it, write a snippet for it.",
    ),
    Reason.REVIEW_REQUIRED: ReasonText(
        'Escalated: the likely snippet has `automation = "review"`, or a route wants review.',
        "A person reads the suggested answer and sends it.",
    ),
    Reason.NEVER_AUTOMATE: ReasonText(
        'Escalated: the likely snippet has `automation = "never"`.', "A person answers; there is no suggestion."
    ),
    Reason.LANGUAGE_UNSUPPORTED: ReasonText(
        "Escalated: the question is not in English, and no example of the island is like it.",
        "A person answers. Examples in that language open the island to it.",
    ),
    Reason.HUMAN_ACTIVE: ReasonText(
        "Escalated: people have this session, so the machine keeps silent in it.",
        "Release the session (`POST /v1/release`) or resolve its tickets when people are done.",
    ),
    Reason.CLARIFY_STREAK: ReasonText(
        "Escalated: the session was asked back too often in a row (`max_clarify_streak`).", "A person answers."
    ),
    Reason.REPEATED_ANSWER: ReasonText(
        "Escalated: the session would get the same answer too often in a row (`max_repeats`).", "A person answers."
    ),
    Reason.INCIDENT: ReasonText(
        "Escalated: many viewers suddenly ask for this snippet, so its answer may no longer be right.",
        "Check the answer; replace it with `skerry incident`, or wait until the rate falls.",
    ),
    Reason.SURGE: ReasonText(
        "Escalated: people cannot keep up, so the viewer is promised a call back instead of a place in the queue.",
        "Show the promise (`POST /v1/callback-promises` with the `callback_token` of the response).",
    ),
    Reason.OVERLOADED: ReasonText(
        "Too much at once: triage, the outbox or the disk's queue is full, or the oldest ticket is too old.",
        "Try again after `Retry-After`. If it lasts, look whether origin takes tickets: `skerry outbox list`.",
        503,
    ),
    Reason.ISLAND_UNKNOWN: ReasonText(
        "Neither signed metadata nor the configuration names this island.",
        "Check the spelling; `GET /v1/islands` lists the islands of this PoP.",
        404,
    ),
    Reason.ISLAND_NOT_OPEN: ReasonText(
        "The island is loaded, but its event has not opened.", "Ask again after the island's `opens`.", 404
    ),
    Reason.ISLAND_STALE: ReasonText(
        "The publisher has been silent for longer than the island's `max_stale`, so nothing is answered from it.",
        "Look why the PoP does not reach its publisher.",
        503,
    ),
    Reason.ISLAND_EXPIRED: ReasonText(
        "The island is past its `expires`.", "Publish it again with a later `expires`, if it should go on.", 410
    ),
    Reason.ISLAND_WITHDRAWN: ReasonText(
        "The tenant took the island back.", "Read why in `GET /v1/islands`; publish a new revision to go on.", 410
    ),
    Reason.MODEL_UNAVAILABLE: ReasonText(
        "Escalated: triage failed on this question.", "Look for `triage failed` in the log, and report it as a bug."
    ),
    Reason.COOLING_DOWN: ReasonText(
        "Ignored: the same answer was posted in this chat a moment ago (`cool_down_s`).", _NOTHING_TO_DO
    ),
    Reason.NOT_A_VIEWER: ReasonText("Ignored: a bot or the tenant's own staff wrote it.", _NOTHING_TO_DO),
    Reason.MALFORMED: ReasonText(
        "The request, file or message does not have the expected form.",
        "Change what `detail` names. Trying again unchanged gives the same result.",
        400,
    ),
    Reason.TOO_LARGE: ReasonText("It is larger than the limit that `detail` names.", "Send less.", 413),
    Reason.TEXT_INVALID: ReasonText(
        "The text of a question is empty, too long or holds characters that no question has.",
        "Send 1 to 2,000 characters of text.",
        422,
    ),
    Reason.NOT_FOUND: ReasonText(
        "There is nothing under this path or name.", "Check the path; `/openapi.json` lists what there is.", 404
    ),
    Reason.UNAUTHORISED: ReasonText(
        "The bearer token is missing, or not good for this tenant.",
        "Send `Authorization: Bearer TOKEN` with a token from `people.desk_tokens_file`.",
        401,
    ),
    Reason.CONTRADICTORY: ReasonText(
        "The report contradicts itself or an earlier one.", "Correct the values that `detail` names.", 409
    ),
    Reason.TOKEN_INVALID: ReasonText(
        "The receipt, the callback token or the place in a tree was not made by this PoP, or is too old.",
        "Begin again: ask, or start the tree without a token.",
        403,
    ),
    Reason.SIGNATURE_INVALID: ReasonText(
        "A signature is missing, wrong, or by a key that is not good for this.",
        "Check which key or secret signs, and which one is expected.",
        401,
    ),
    Reason.HASH_MISMATCH: ReasonText(
        "The bytes are not those that signed metadata lists.",
        "A PoP keeps what it has and fetches again. If it lasts, compare repository and mirror.",
    ),
    Reason.LENGTH_MISMATCH: ReasonText(
        "The bytes are more or fewer than signed metadata lists.",
        "A PoP keeps what it has and fetches again. If it lasts, compare repository and mirror.",
    ),
    Reason.ROLLBACK: ReasonText(
        "Signed metadata or an island is older than what this PoP has already seen.",
        "Look whether an old copy of the repository is served.",
    ),
    Reason.METADATA_EXPIRED: ReasonText(
        "Signed metadata is past its expiry.", "Keep `skerry publisher serve` running, or run `skerry keys renew`."
    ),
    Reason.METADATA_INVALID: ReasonText(
        "Signed metadata or an island breaks a rule of the format.", "Publish it again; `detail` names the rule."
    ),
    Reason.MODEL_MISMATCH: ReasonText(
        "The island was compiled with another encoder than this PoP has.",
        "Run the same release at publisher and PoP, and publish the island again.",
    ),
    Reason.MODEL_SELFTEST_FAILED: ReasonText(
        "The model does not give this island's golden questions the results that the publisher computed.",
        "Run the same release at publisher and PoP; if it lasts, reinstall the model files.",
    ),
    Reason.POP_UNKNOWN: ReasonText(
        "The publisher does not know this PoP's key.", "Run the `skerry publisher pops add` line of `detail`.", 403
    ),
    Reason.REPLAYED: ReasonText(
        "The publisher has a newer status of this PoP already.",
        "Nothing, if it happens once. If it lasts, look for a second PoP with the same name and key.",
        409,
    ),
    Reason.UNREACHABLE: ReasonText("A peer did not answer as it should.", "Wait; it is tried again with backoff."),
    Reason.STORAGE: ReasonText(
        "The disk failed, is full, or holds something that it should not.",
        "Free space or replace the disk; the log names file and fault.",
        503,
    ),
    Reason.CONFIG: ReasonText("The configuration cannot be used.", "Run the command at the end of the message."),
    Reason.INTERNAL: ReasonText("Something unforeseen broke; the log says where.", "Report it as a bug.", 500),
}


def problem_type(reason: Reason) -> str:
    """What a problem document's `type` says: a reference relative to the process that answered (RFC 9457, 3.1.1)."""
    return f"{REASONS_PATH}#{reason.value}"


def reasons_page() -> str:
    """The page at `REASONS_PATH`: HTML without scripts, one section a reason, its name as the anchor."""
    return "\n".join(
        (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Reasons</title>',
            '<meta name="viewport" content="width=device-width">',
            "<style>:root{color-scheme:light dark}",
            "body{font:1rem/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}",
            "h2{font:600 1rem ui-monospace,monospace;margin:2rem 0 0}p{margin:.25rem 0}h2:target{background:Mark}",
            "</style>",
            "<h1>Reasons</h1>",
            "<p>The same word stands in a response, a log line, a metric label and a ticket.</p>",
            *_sections(),
            "</html>",
        )
    )


def _sections() -> Iterator[str]:
    for reason, text in REASONS.items():
        status = f"<p>HTTP status {text.status}.</p>" if text.status else ""
        yield f'<h2 id="{reason.value}">{reason.value}</h2>'
        yield f"<p>{_inline(text.means)}</p><p><b>What to do:</b> {_inline(text.todo)}</p>{status}"


def _inline(sentence: str) -> str:
    """Text as HTML; what stands in backticks is code."""
    parts = escape(sentence, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
