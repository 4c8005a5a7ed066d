"""The reasons of a refusal or a fault."""

from typing import Final

from edge.errors import Reason
from edge.reasons.reason_text import ReasonText

_FETCHED_AGAIN = "The PoP fetches again. If it lasts, compare the publisher's repository with its mirror."

REFUSALS: Final = {
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
