"""Errors as HTTP responses: RFC 9457 problem documents. `reason` is the same word as in logs and metrics."""

from collections.abc import Callable

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from edge.errors import (
    BrokenRuleError,
    DiskFullError,
    LimitedError,
    Reason,
    RefusedError,
    SkerryError,
    StorageError,
    text_for_others,
)
from edge.host.log import RepeatedLines, error_location, get_logger
from edge.reasons import REASONS, REASONS_PATH, problem_type
from edge.reasons_page import reasons_page
from edge.records import Problem

RETRY_AFTER_S = 5
"""`Retry-After` of a 503 unless the caller gives another."""

_STATUS = {reason: text.status for reason, text in REASONS.items() if text.status is not None}

_TITLE = {
    400: "the request is malformed",
    401: "missing or wrong signature or token",
    403: "the token is not valid here",
    404: "not found",
    405: "method not allowed",
    408: "the request took too long",
    409: "the request contradicts itself or an earlier one",
    410: "no longer served",
    413: "the request is too large",
    415: "the body's encoding is not supported",
    417: "the expectation cannot be met",
    422: "the request breaks a rule",
    429: "asked too often, try again later",
    431: "the headers are too large",
    500: "an unexpected error occurred",
    503: "not available now, try again later",
}


def problem_response(
    status: int, reason: Reason, detail: str, *, title: str | None = None, retry_after_s: int = RETRY_AFTER_S
) -> web.Response:
    """A problem document as a response. `title` defaults to the usual one of `status`; a 503 has `Retry-After`."""
    problem = problem_document(status, reason, detail, title=title)
    headers = {"Retry-After": str(retry_after_s)} if status == web.HTTPServiceUnavailable.status_code else None
    return web.Response(
        body=msgspec.json.encode(problem), status=status, content_type="application/problem+json", headers=headers
    )


def problem_document(status: int, reason: Reason, detail: str, *, title: str | None = None) -> Problem:
    """A problem document. `title` defaults to the usual one of `status`."""
    title = title or _TITLE.get(status, "refused")
    return Problem(type=problem_type(reason), title=title, status=status, detail=detail, reason=reason)


def problem_of(error: SkerryError, *, retry_after_s: int = RETRY_AFTER_S) -> web.Response:
    """The problem document for an error that Skerry raised. The status is 500 if no sender is at fault.

    It names no file of this machine (`text_for_others`).
    """
    return problem_response(_status_of(error), error.reason, text_for_others(error), retry_after_s=retry_after_s)


def _status_of(error: SkerryError) -> int:
    if isinstance(error, BrokenRuleError):
        return web.HTTPUnprocessableEntity.status_code
    return _STATUS.get(error.reason, web.HTTPInternalServerError.status_code)


def reasons_route() -> web.RouteDef:
    """Route of the page to which the `type` of every problem document points."""
    return web.get(REASONS_PATH, _reasons_page)


async def _reasons_page(_request: web.Request) -> web.Response:
    return web.Response(
        text=reasons_page(),
        content_type="text/html",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


def problems_middleware(
    on_refused: Callable[[Reason], None], *, text_of: Callable[[SkerryError], str] = text_for_others
) -> Middleware:
    """Turn every exception of a handler into a problem document, and calls `on_refused` with its reason.

    The response never contains a traceback, a path on this machine or a viewer's words. The log has the first two.
    `text_of` an error is what the response says: another one where only the operator asks.
    """
    log, log_storage = get_logger(), _storage_log()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            # Before a handler reads the body: what is not decompressed can be no bomb, and no fault of ours.
            if request.headers.get("Content-Encoding", "identity").lower() != "identity":
                on_refused(Reason.MALFORMED)
                return problem_response(415, Reason.MALFORMED, "the body is encoded, expected no Content-Encoding")
            return await handler(request)
        except LimitedError as error:
            on_refused(error.reason)
            response = problem_of(error)
            response.headers.update(error.fields)
            return response
        except SkerryError as error:
            status, reason, detail = _status_of(error), error.reason, text_of(error)
            if isinstance(error, StorageError):
                # The text names a path on this machine: it is for the log only.
                log_storage(error)
                detail = "the request cannot be stored here, expected a working disk"
            elif not isinstance(error, RefusedError):
                # The caller can repair neither a peer nor our configuration: an operator should look.
                log.error("request failed", error=error.text)
        except web.HTTPException as error:
            reason, response = _from_http(request, error)
            on_refused(reason)
            return response
        except (ConnectionError, web.RequestPayloadError):
            # The sender hung up within its body, or cut it into wrong pieces: nobody here has to look.
            status, reason, detail = 400, Reason.MALFORMED, "the body ended early, expected all of it"
        except Exception as error:  # noqa: BLE001 - no caller may get a traceback
            log.error(
                "request failed unexpectedly",
                route=_route(request),
                error=type(error).__name__,
                where=error_location(error),
            )
            status, reason, detail = 500, Reason.INTERNAL, "an unexpected error was logged here"
        on_refused(reason)
        return problem_response(status, reason, detail)

    return middleware


def _storage_log() -> Callable[[StorageError], None]:
    """Logs a failing disk once a minute. A full disk has a line of its own, when it begins and when it ends."""
    log, repeated = get_logger(), RepeatedLines()

    def log_storage(error: StorageError) -> None:
        left_out = None if isinstance(error, DiskFullError) else repeated.left_out(error.reason)
        if left_out is not None:
            log.error("storage failed", error=error.text, left_out=left_out)

    return log_storage


def _route(request: web.Request) -> str:
    """The pattern of the path, as in `/v1/islands/{tenant}/{island}`. The path itself is a stranger's words."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _not_allowed(error: web.HTTPMethodNotAllowed) -> web.Response:
    """A 405 names what the path takes (RFC 9110, section 15.5.6)."""
    allowed = ", ".join(sorted(error.allowed_methods))
    response = problem_response(405, Reason.MALFORMED, f"this method does nothing here, expected {allowed}")
    response.headers["Allow"] = allowed
    return response


def _from_http(request: web.Request, error: web.HTTPException) -> tuple[Reason, web.Response]:
    if isinstance(error, web.HTTPMethodNotAllowed):
        return Reason.MALFORMED, _not_allowed(error)
    status, reason, detail = error.status, Reason.MALFORMED, error.reason
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        reason = Reason.TOO_LARGE
        detail = f"the body is too large, expected at most {request.client_max_size} bytes"
    elif status == web.HTTPNotFound.status_code:
        reason, detail = Reason.NOT_FOUND, "there is nothing at this path, expected one listed in /openapi.json"
    return reason, problem_response(status, reason, detail)
