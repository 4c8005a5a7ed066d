"""What each reason means and what to do about it.

The `type` of a problem document is `/problems#REASON`. Every process serves that page (`edge.reasons_page`).
"""

from typing import Final, NamedTuple

from edge.errors import Reason

REASONS_PATH: Final = "/problems"


class ReasonText(NamedTuple):
    """What a reason means and what to do, in sentences for readers of a response, a log line or a ticket."""

    means: str
    todo: str
    status: int | None = None
    """HTTP status of a problem document with this reason. None: the reason is no problem, or its status is 500."""


_NOTHING_TO_DO = "Nothing."
_A_PERSON = "A person answers."
_FETCHED_AGAIN = "The PoP fetches again. If it lasts, compare the publisher's repository with its mirror."

REASONS: Final = {
    Reason.CONFIDENT: ReasonText("Answered: the confidence of the best snippet reaches the threshold.", _NOTHING_TO_DO),
    Reason.EXACT: ReasonText("Answered: the question is one of the author's examples, word for word.", _NOTHING_TO_DO),
    Reason.TREE: ReasonText("Answered: a step of a decision tree, or the answer at its end.", _NOTHING_TO_DO),
    Reason.PICKED: ReasonText("Answered: the viewer picked this snippet from those that were offered.", _NOTHING_TO_DO),
    Reason.SOLVED_WAITING: ReasonText(
        "Answered: the viewer picked this snippet while waiting for a person, and the ticket is taken back.",
        _NOTHING_TO_DO,
    ),
    Reason.AMBIGUOUS: ReasonText(
        "Clarified: no answer is sure, but it is likely that one of the options is right (`[offers] floor`).",
        "Show the options. With `none_of_these`, show that choice, too, and send what is picked to `POST /v1/choice`; "
        "without it, ask again with the picked option's text.",
    ),
    Reason.RAMP: ReasonText(
        "Clarified: the drop has just begun, and choices and trees come before people (`[ramp]`).",
        "Show `trees` and `options`, and `none_of_these`: that goes on to people, by `POST /v1/choice`.",
    ),
    Reason.PARTS: ReasonText(
        "Answered or clarified: the message asks for several things, and each has a likely snippet.",
        "Show `answer` and every answer in `more`; or the options, and ask again with the text of each that is picked.",
    ),
    Reason.ASKED_FOR_PERSON: ReasonText(
        'Escalated: the viewer asked for a person (`"want": "person"`), so the machine did not judge the question.',
        "A person answers.",
    ),
    Reason.LOW_CONFIDENCE: ReasonText(
        "Escalated: a snippet is likely, but its confidence is below the threshold.",
        "If the snippet answers the question, add the viewers' wording to its examples.",
    ),
    Reason.OUT_OF_SCOPE: ReasonText(
        "Escalated: no snippet is likely.", "If viewers ask it often, write a snippet for it."
    ),
    Reason.REVIEW_REQUIRED: ReasonText(
        'Escalated: the likely snippet has `automation = "review"`, or a route asks for a review.',
        "A person reads the suggested answer and sends it.",
    ),
    Reason.NEVER_AUTOMATE: ReasonText(
        'Escalated: the likely snippet has `automation = "never"`.', "A person answers; there is no suggestion."
    ),
    Reason.HARM: ReasonText(
        "Escalated: the message probably tells of harm to somebody, or of fraud, so no machine answers it.",
        "A person of that lane reads it at once. Show the viewer the `notice` of the response, if there is one.",
    ),
    Reason.HARM_POSSIBLE: ReasonText(
        "Escalated: the message may tell of harm to somebody, or of fraud. The ticket has the flag `possible_safety` or"
        " `possible_fraud`.",
        "A person reads it first, and hands it on if need be. The island's `[harm]` sets the two probabilities.",
    ),
    Reason.LANGUAGE_UNSUPPORTED: ReasonText(
        "Escalated: the question is not in English, and no example of the island is similar to it.",
        "A person answers. Add examples in that language, or switch on `[triage] languages`.",
    ),
    Reason.HUMAN_ACTIVE: ReasonText(
        "Escalated: this session belongs to people, so the machine does not answer in it.",
        "When people are done, resolve the session's tickets or release it (`POST /v1/release`).",
    ),
    Reason.NONE_OF_THESE: ReasonText(
        "Escalated: the viewer picked none of the snippets that were offered. A new ticket has them in `refused`.",
        "A person answers. If a snippet was meant, add the viewers' wording to its examples.",
    ),
    Reason.POSTED: ReasonText(
        "Escalated: the tenant's own system posted the message for people (`POST /v1/tickets`).", _A_PERSON
    ),
    Reason.CLARIFY_STREAK: ReasonText(
        "Escalated: too many questions of the session in a row were clarified (`max_clarify_streak`).", _A_PERSON
    ),
    Reason.REPEATED_ANSWER: ReasonText(
        "Escalated: the session would get the same answer too often in a row (`max_repeats`).", _A_PERSON
    ),
    Reason.INCIDENT: ReasonText(
        "Escalated: far more viewers than usual ask for this snippet, so its answer may no longer be right.",
        "Check the answer. Replace it with `skerry incident`, or wait until it is asked less again.",
    ),
    Reason.SURGE: ReasonText(
        "Escalated: people cannot keep up, so the viewer is promised a callback instead of a place in the queue.",
        "Show the viewer the promise: `POST /v1/callback-promises` with the `callback_token` of the response.",
    ),
    Reason.OVERLOADED: ReasonText(
        "Too much at once: a limit of triage, outbox, subscribers or feedback is reached, or a ticket is too old.",
        "Try again after `Retry-After`. If it lasts, check whether origin accepts tickets: `skerry outbox list`.",
        503,
    ),
    Reason.ISLAND_UNKNOWN: ReasonText(
        "The island is not here. A question is escalated if signed metadata or the configuration names its tenant.",
        "Check the spelling. `GET /v1/islands` lists the islands of this PoP.",
        404,
    ),
    Reason.ISLAND_EVICTED: ReasonText(
        "An operator took the island off this PoP. A question is escalated; anything else is refused.",
        "Ask another PoP, or try again later. To serve it here again: `skerry island restore`.",
        503,
    ),
    Reason.ISLAND_NOT_OPEN: ReasonText(
        "The island is loaded, but its event has not opened.", "Ask again after the island's time `opens`.", 404
    ),
    Reason.ISLAND_STALE: ReasonText(
        "The PoP has had no newer metadata for longer than the island's `max_stale`, so the island is not served.",
        "Check why the PoP does not reach its publisher.",
        503,
    ),
    Reason.ISLAND_EXPIRED: ReasonText(
        "The island is past its time `expires`.", "To go on, publish it again with a later `expires`.", 410
    ),
    Reason.ISLAND_WITHDRAWN: ReasonText(
        "The tenant has withdrawn the island.", "`GET /v1/islands` says why. To go on, publish a new revision.", 410
    ),
    Reason.MODEL_UNAVAILABLE: ReasonText(
        "Escalated: triage failed on this question.", "Find `triage failed` in the log, and report it as a bug."
    ),
    Reason.COOLING_DOWN: ReasonText(
        "Ignored: the same answer was posted in this chat a moment ago (`cool_down_s`).", _NOTHING_TO_DO
    ),
    Reason.CHATTER: ReasonText(
        "Ignored: a line of a stream's public chat that asks the event's team for nothing.", _NOTHING_TO_DO
    ),
    Reason.ALREADY_ASKED: ReasonText(
        "Ignored: people have a ticket with nearly equal words from the same public chat.", _NOTHING_TO_DO
    ),
    Reason.OUT_OF_SCOPE_BUDGET: ReasonText(
        "Ignored: no snippet is about it, and people have had as many such questions of this minute from the stream's"
        " chat as the island allows.",
        "If such questions matter, write snippets for them, or raise `[stream] max_out_of_scope_per_minute`.",
    ),
    Reason.NOT_A_VIEWER: ReasonText("Ignored: a bot or the tenant's own staff wrote it.", _NOTHING_TO_DO),
    Reason.MALFORMED: ReasonText(
        "The request, file or message does not have the expected form. An encoded body is answered with 415.",
        "Change what `detail` names. The same input gives the same result again.",
        400,
    ),
    Reason.TOO_LARGE: ReasonText("The input is larger than the limit that `detail` names.", "Send less.", 413),
    Reason.TIMEOUT: ReasonText(
        "The headers or the body of the request did not arrive in time.", "Send the request again, without pauses.", 408
    ),
    Reason.TEXT_INVALID: ReasonText(
        "The text of a question is empty or too long, or it or a label has characters that are not allowed.",
        "Send 1 to 2,000 characters of text. Session, channel, locale and consent have only characters that are seen.",
        422,
    ),
    Reason.KEY_REUSED: ReasonText(
        "The same `Idempotency-Key` came with another body.", "Make a new key for each new request.", 422
    ),
    Reason.NOT_FOUND: ReasonText(
        "There is nothing under this path or name.", "Check the path. `/openapi.json` lists all paths.", 404
    ),
    Reason.UNAUTHORISED: ReasonText(
        "A token is missing, or not valid here or for this tenant.",
        "Send `Authorization: Bearer TOKEN`: a ticket's `ticket_token`, a token of `people.desk_tokens_file` or of"
        " `skerry desk token`. Ingests send `Skerry-Ingest-Token: TOKEN` with a token from `http.trusted_ingests`.",
        401,
    ),
    Reason.RATE_LIMITED: ReasonText(
        "This session or address has asked more often than `[limits]` allows, or it made too many tickets.",
        "Wait for `Retry-After`. `RateLimit-Policy` names the limit. A stream's ingest signs sessions of its own.",
        429,
    ),
    Reason.CONTRADICTORY: ReasonText(
        "It contradicts itself, an earlier one or what is stored; see `detail`.", "Do what `detail` names.", 409
    ),
    Reason.TOKEN_INVALID: ReasonText(
        "The receipt, the callback token, the ticket token or the tree token was not made by this PoP for this use, is"
        " too old, or was used for a choice before.",
        "Begin again: ask the question, or start the tree without a token.",
        403,
    ),
    Reason.SESSION_INVALID: ReasonText(
        "The session in `Authorization` is not valid: no known key signed it, it ended, or it is for another event.",
        "Make a new one for this island with `POST /v1/sessions`, or have your ingest sign one.",
        401,
    ),
    Reason.SESSION_UNTRUSTED: ReasonText(
        "The body names a session, and the sender is no trusted ingest, so nothing proves that it may speak for it.",
        "Leave `session` out, or make one with `POST /v1/sessions` and send it in `Authorization`. If the sender is"
        " your ingest, name it in `http.trusted_ingests`.",
        403,
    ),
    Reason.SIGNATURE_INVALID: ReasonText(
        "A signature is missing or wrong, or its key is not allowed to sign this.",
        "Compare the key or secret that signs with the one that is expected.",
        401,
    ),
    Reason.HASH_MISMATCH: ReasonText("The bytes are not those that signed metadata lists.", _FETCHED_AGAIN),
    Reason.LENGTH_MISMATCH: ReasonText("There are more or fewer bytes than signed metadata lists.", _FETCHED_AGAIN),
    Reason.ROLLBACK: ReasonText(
        "Signed metadata or an island is older than what this PoP has already seen.",
        "Check whether an old copy of the repository is served.",
    ),
    Reason.METADATA_EXPIRED: ReasonText(
        "Signed metadata has expired.", "Keep `skerry publisher serve` running, or run `skerry keys renew`."
    ),
    Reason.METADATA_INVALID: ReasonText(
        "Signed metadata or an island breaks a rule of the format.", "Publish it again. `detail` names the rule."
    ),
    Reason.MODEL_MISMATCH: ReasonText(
        "The island was compiled with another encoder than the one on this PoP.",
        "Install the same release at publisher and PoP, then publish the island again.",
    ),
    Reason.MODEL_SELFTEST_FAILED: ReasonText(
        "The model on this PoP gives other results for the island's golden questions than at the publisher.",
        "Install the same release at publisher and PoP. If it lasts, install the model files again.",
    ),
    Reason.POP_UNKNOWN: ReasonText(
        "The publisher does not know this PoP's key.", "Run the command in `detail`: `skerry publisher pops add`.", 403
    ),
    Reason.REPLAYED: ReasonText(
        "The publisher already has a newer status of this PoP.",
        "If it happens once, nothing. If it lasts, find a second PoP with the same name and key.",
        409,
    ),
    Reason.UNREACHABLE: ReasonText(
        "Another machine did not answer as it should.", "Wait: it is tried again, less and less often."
    ),
    Reason.STORAGE: ReasonText(
        "The disk failed or is full, or a stored file is not as it should be.",
        "Free space, or replace the disk. The log names the file and the fault.",
        503,
    ),
    Reason.CONFIG: ReasonText("The configuration cannot be used.", "Run the command at the end of the message."),
    Reason.INTERNAL: ReasonText("An unexpected error occurred. The log says where.", "Report it as a bug.", 500),
}


def problem_type(reason: Reason) -> str:
    """The `type` of a problem document: a URL relative to the process that answered (RFC 9457, section 3.1.1)."""
    return f"{REASONS_PATH}#{reason.value}"
