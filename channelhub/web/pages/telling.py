"""The pages on which people write a notice, see whom it would reach, and approve it."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from channelhub.domain.notices import NoticeKind, NoticeState, NoticeText
from channelhub.domain.outages import OutageState
from channelhub.pipeline.commands import notices as commands
from channelhub.pipeline.commands import resending
from channelhub.rules.notices import season
from channelhub.store import outages
from channelhub.web.auth import AGENT, LEAD, PRINCIPAL, Role
from channelhub.web.bodies import MAX_ID, path_id
from channelhub.web.pages.doing import Form, read_form
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.notices import read_detail
from channelhub.web.routing import Handler, Route

Work = Callable[[web.Request, Form], Awaitable[int]]  # the notice to go to


def kinds_for(state: OutageState) -> Sequence[str]:
    """What may be written about an outage in a state, as its page offers it."""
    return [str(kind) for kind in NoticeKind if season.is_in_season(kind, state)]


async def show(request: web.Request) -> web.Response:
    acting = request.app[PARTS].acting
    one = await read_detail(acting, path_id(request))
    async with acting.store.readers.read() as session:
        outage = await outages.get(session, int(one.outage_id))
    if outage is None:
        raise Problem(Kind.NOT_FOUND, "Its outage is gone.")
    is_draft = one.state == NoticeState.DRAFT
    is_merged = outage.merged_into is not None
    return render(
        request,
        "notice.html",
        one=one,
        outage=outage,
        is_draft=is_draft,
        is_refused=is_draft and season.refusal(NoticeKind(one.kind), outage.state, is_merged=is_merged) != "",
        max_subject=commands.MAX_SUBJECT,
        max_chars=commands.MAX_CHARS,
    )


async def begin(request: web.Request, form: Form) -> int:
    try:
        kind = NoticeKind(form.get("kind", ""))
    except ValueError as exc:
        raise Problem(Kind.INVALID, "The form names no kind of notice.") from exc
    return await commands.draft(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request), kind)


async def save(request: web.Request, form: Form) -> int:
    languages = [name.removeprefix("text-") for name in form if name.startswith("text-")]
    texts = {
        code: NoticeText(
            subject=form.get(f"subject-{code}", "").strip(),
            text=_lines(form.get(f"text-{code}", "")),
            short=_lines(form.get(f"short-{code}", "")),
        )
        for code in languages
    }
    notice_id = path_id(request)
    await commands.change(
        request.app[PARTS].acting, request[PRINCIPAL].actor, notice_id, version=_version(form), texts=texts
    )
    return notice_id


async def approve(request: web.Request, form: Form) -> int:
    """As it was shown: with texts that somebody changed since, it is refused."""
    notice_id = path_id(request)
    await commands.approve(request.app[PARTS].acting, request[PRINCIPAL].actor, notice_id, version=_version(form))
    return notice_id


async def cancel(request: web.Request, form: Form) -> int:  # noqa: ARG001 - a button without fields
    notice_id = path_id(request)
    await commands.cancel(request.app[PARTS].acting, request[PRINCIPAL].actor, notice_id)
    return notice_id


async def resend(request: web.Request, form: Form) -> int:
    """One message of it: who presses has looked at this one."""
    notice_id, message_id = path_id(request), form.get("message", "")
    if not (message_id.isascii() and message_id.isdigit() and len(message_id) <= 19 and int(message_id) <= MAX_ID):
        raise Problem(Kind.INVALID, "The form names no message.")
    acting = request.app[PARTS].acting
    await resending.send_notice_again(acting, request[PRINCIPAL].actor, notice_id, [int(message_id)])
    return notice_id


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _version(form: Form) -> int:
    text = form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problem(Kind.INVALID, "The form names no version.")
    return int(text)


def _posted(work: Work) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther(f"/notices/{await work(request, await read_form(request))}")

    return handle


def _button(path: str, work: Work, summary: str, roles: frozenset[Role] = LEAD) -> Route:
    return Route(
        method="POST", path=path, handler=_posted(work), summary=summary, roles=roles, is_page=True,
        media_type="text/html",
    )  # fmt: skip


ROUTES = (
    Route(
        method="GET", path="/notices/{id}", handler=show, summary="A notice", is_page=True, media_type="text/html"
    ),
    _button("/outages/{id}/notices", begin, "Begin a notice", AGENT),
    _button("/notices/{id}", save, "Change a draft", AGENT),
    _button("/notices/{id}/approve", approve, "Let a notice go out"),
    _button("/notices/{id}/cancel", cancel, "Send nobody else this notice"),
    _button("/notices/{id}/resend", resend, "Send a message of it again"),
)  # fmt: skip
