"""The board of outages, and one outage."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.course import course
from channelhub.store import latest, outages, timeline
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.pages.chart import chart
from channelhub.web.pages.regrouping import Controls, controls
from channelhub.web.pages.rendering import language, render
from channelhub.web.pages.telling import kinds_for
from channelhub.web.parts import PARTS
from channelhub.web.routes.notices import outage_view
from channelhub.web.routes.outages import detail
from channelhub.web.routing import page
from channelhub.web.views import desk
from channelhub.web.views.explanation import chart_points
from channelhub.web.views.notices import NoticeView

PAGE = 50
DRAWN = 20  # open outages whose course the list draws


class BeforeQuery(msgspec.Struct, frozen=True, kw_only=True):
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = MAX_ID


async def outage_list(request: web.Request) -> web.Response:
    query = read_query(request, BeforeQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await outages.page(session, before=query.before, limit=PAGE)
        counts = await outages.counts(session, [one.id for one in found])
        drawn = [one.id for one in found if one.state.is_open][:DRAWN]
        courses = {one: course(await latest.report_times_us(session, one, limit=2000), {}, None) for one in drawn}
    views = [(one.state, desk.outage(one, counts)) for one in found if one.state is not OutageState.EMERGING]
    return render(
        request,
        "outages.html",
        current=[view for state, view in views if state.is_open],
        past=[view for state, view in views if not state.is_open],
        older=found[-1].id if len(found) == PAGE else None,
        charts={str(one): chart(chart_points(each)) for one, each in courses.items()},
    )


async def outage(request: web.Request) -> web.Response:
    outage_id, parts = path_id(request), request.app[PARTS]

    async def load(
        session: Session,
    ) -> tuple[desk.OutageDetail, dict[int, timeline.Entry], list[NoticeView], Controls]:
        one = await detail(session, outage_id, parts.explaining, language=language(request))
        shown = await timeline.get_many(session, [int(member.message_id) for member in one.members[:200]])
        return one, shown, (await outage_view(session, outage_id)).items, await controls(session, outage_id)

    one, shown, notices, offered = await parts.store.readers.look(load)
    state = OutageState(one.state)
    return render(
        request,
        "outage.html",
        one=one,
        notices=notices,
        notice_kinds=() if one.merged_into else kinds_for(state),
        chart=chart(one.chart, noticed_at=one.opened_at),
        texts={str(message_id): entry.preview[:300] for message_id, entry in shown.items()},
        controls=offered,
    )


ROUTES = (
    page("/outages", outage_list, "Outages"),
    page("/outages/{id}", outage, "An outage"),
)
