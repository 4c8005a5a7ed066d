"""The reasons of an outcome: why a question was answered, offered choices, handed to people or ignored."""

from typing import Final

from edge.errors import Reason
from edge.reasons.reason_text import ReasonText

_NOTHING_TO_DO = "Nothing."
_A_PERSON = "A person answers."

OUTCOMES: Final = {
    Reason.CONFIDENT: ReasonText("Answered: the confidence of the best snippet reaches the threshold.", _NOTHING_TO_DO),
    Reason.EXACT: ReasonText("Answered: the question is one of the author's examples, word for word.", _NOTHING_TO_DO),
    Reason.TREE: ReasonText("Answered: a step of a decision tree, or the answer at its end.", _NOTHING_TO_DO),
    Reason.PICKED: ReasonText("Answered: the viewer picked this snippet from those that were offered.", _NOTHING_TO_DO),
    Reason.SOLVED_WAITING: ReasonText(
        "Answered: the viewer picked this snippet while waiting for a person, and the ticket is taken back.",
        _NOTHING_TO_DO,
    ),
    Reason.CONSENT_MISSING: ReasonText(
        "Answered: the generic answer, because the viewer did not agree to one that depends on what her shop says of"
        " her.",
        "Show the purpose's sentence (`GET /v1/islands/{tenant}/{island}/purposes`), and ask again once she agreed.",
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
    Reason.FILTERED: ReasonText(
        "Escalated or ignored: a filter of the island found a scam, a link or personal data (`[filters]`).",
        "A person looks at it. The ticket's `context.filters` names the rules.",
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
}
