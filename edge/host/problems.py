"""Errors on their way out: RFC 9457 problem documents whose `reason` is the closed word that logs and metrics use."""

from collections.abc import Callable

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from edge.errors import Reason, RefusedError, SkerryError, StorageError
from edge.host.log import error_location, get_logger
from edge.reasons import REASONS, REASONS_PATH, problem_type, reasons_page
from edge.records import Problem

RETRY_AFTER_S = 5
"""What a viewer's page is asked to wait when the outbox cannot take a question."""

_STATUS = {reason: text.status for reason, text in REASONS.items() if text.status is not None}

_TITLE = {
    400: "the request is malformed",
    401: "missing or wrong signature or token",
    403: "the token is not good here",
    404: "not found",
    405: "method not allowed",
    409: "the report contradicts itself or an earlier one",
    410: "no longer served",
    413: "the request is too large",
    422: "the question cannot be taken",
    500: "something broke here",
    503: "not now, try again",
}


def problem_response(
    status: int, reason: Reason, detail: str, *, title: str | None = None, retry_after_s: int = RETRY_AFTER_S
) -> web.Response:
    """A problem document as a response, by default with its status's usual title; a 503 says when to try again."""
    title = title or _TITLE.get(status, "refused")
    problem = Problem(type=problem_type(reason), title=title, status=status, detail=detail, reason=reason)
    headers = {"Retry-After": str(retry_after_s)} if status == web.HTTPServiceUnavailable.status_code else None
    return web.Response(
        body=msgspec.json.encode(problem), status=status, content_type="application/problem+json", headers=headers
    )


def problem_of(error: SkerryError, *, retry_after_s: int = RETRY_AFTER_S) -> web.Response:
    """The problem document for what Skerry raised on purpose; 500 for a reason that is no sender's fault."""
    return problem_response(_STATUS.get(error.reason, 500), error.reason, error.text, retry_after_s=retry_after_s)


def reasons_route() -> web.RouteDef:
    """The page that every problem document's `type` points to."""
    return web.get(REASONS_PATH, _reasons_page)


async def _reasons_page(_request: web.Request) -> web.Response:
    return web.Response(
        text=reasons_page(),
        content_type="text/html",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


def problems_middleware(on_refused: Callable[[Reason], None]) -> Middleware:
    """Turn everything that a handler raises into a problem document; `on_refused` hears each reason."""
    log = get_logger()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except SkerryError as error:
            status, reason, detail = _STATUS.get(error.reason, 500), error.reason, error.text
            if isinstance(error, StorageError):
                log.error("storage failed", error=error.text)
                detail = "this node cannot keep what was sent, expected a working disk"
            elif not isinstance(error, RefusedError):
                log.error("request failed", error=error.text)
        except web.HTTPException as error:
            status, reason, detail = _from_http(request, error)
        except Exception as error:  # noqa: BLE001 - the last line of defence; a viewer gets no traceback
            log.error("request broke", path=request.path, error=type(error).__name__, where=error_location(error))
            status, reason, detail = 500, Reason.INTERNAL, "an unexpected error was logged here"
        on_refused(reason)
        return problem_response(status, reason, detail)

    return middleware


def _from_http(request: web.Request, error: web.HTTPException) -> tuple[int, Reason, str]:
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return 413, Reason.TOO_LARGE, f"the body is too large, expected at most {request.client_max_size} bytes"
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return 405, Reason.MALFORMED, f"found {request.method}, expected {allowed}"
    if error.status == web.HTTPNotFound.status_code:
        return 404, Reason.NOT_FOUND, "there is nothing at this path, expected one listed in /openapi.json"
    return error.status, Reason.MALFORMED, error.reason
