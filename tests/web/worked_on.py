"""What colleagues leave in a hub, in words of a test's choice: tags, assignees, saved views, drafts, templates."""

import json
from collections.abc import Sequence
from string import Template
from typing import Any

from channelhub.domain.times import to_us
from channelhub.pipeline.commands.workplace import MAX_VIEW_NAME, MOST_VIEWS, save_view
from channelhub.rules.inbox import MAX_TAG_CHARS, TagRefused, tag_of
from channelhub.rules.reply_templates import ReplyTemplate
from channelhub.store import drafts
from channelhub.store.workplace import Filter
from tests.web.chats import get, receive_updates
from tests.web.conftest import BEGAN, Hub

#: Who has views, and a draft in each chat: who came by a sign-in link, and who shows the local token.
READERS = ("page", "local")


def templates_of(packs: Sequence[Sequence[str]]) -> dict[str, object]:
    """Settings of a hub: a beginning of answers for each pack, with its words."""
    made = (
        ReplyTemplate(name=f"t{number}", texts={"en": (pack[0], Template("\n".join(pack)))})
        for number, pack in enumerate(packs)
    )
    return {"reply_templates": tuple(made)}


def tags_of(texts: Sequence[str]) -> list[str]:
    """What of the texts can be a tag."""
    found = set()
    for text in texts:
        try:
            found.add(tag_of(text[:MAX_TAG_CHARS]))
        except TagRefused:
            continue
    return sorted(found)


async def chats(hub: Hub, packs: Sequence[Sequence[str]]) -> list[str]:
    """A chat that can be answered for each pack, in which somebody writes an answer; the ids of the conversations."""
    made = []
    for number, pack in enumerate(packs, start=1):
        person = {"id": number, "first_name": pack[0][:60] or "x", "is_bot": False}
        chat = {"id": number, "type": "private"}
        sent = {
            "message_id": 1,
            "date": to_us(BEGAN) // 1_000_000,
            "from": person,
            "chat": chat,
            "text": pack[0][:4000],
        }
        update = {"update_id": number, "message": sent}
        [message_id] = await receive_updates(hub, json.dumps(update).encode())
        conversation = (await get(hub, f"/api/v1/messages/{message_id}"))["conversation_id"]
        for author in READERS:
            words = "\n".join(pack)
            await hub.store.writer.command(
                lambda session, author=author, words=words, conversation=int(conversation): drafts.save(
                    session, conversation, author, words, at_us=to_us(BEGAN)
                )
            )
        token = await asked(hub, "POST", "/tokens", {"name": pack[0][:100] or "x", "role": "agent"})
        writer = {"Authorization": f"Bearer {token['token']}"}
        async with hub.http.post(f"{hub.url}/api/v1/conversations/{conversation}/writing", headers=writer) as answer:
            assert answer.status == 200, await answer.text()
        made.append(conversation)
    return made


async def desk(hub: Hub, packs: Sequence[Sequence[str]]) -> None:
    """Incidents with tags and an assignee, and views of them for each reader."""
    found = (await get(hub, "/api/v1/incidents?limit=1000"))["items"]
    for one, pack in zip(found, packs, strict=False):
        path = f"/incidents/{one['id']}"
        done = await asked(hub, "PUT", f"{path}/tags", {"tags": tags_of(pack)[:20]})
        await asked(hub, "PATCH", path, {"version": done["version"], "assignee": pack[0][:200]})
    for text in [text for pack in packs for text in pack][:MOST_VIEWS]:
        shown = Filter(tag=text[:100], assignee=text[:200])
        name = " ".join(text.split())[:MAX_VIEW_NAME].strip() or "x"
        for owner in READERS:
            await save_view(hub.parts.acting, f"admin:{owner}", name, shown, owner=owner, is_shared=False)


async def asked(hub: Hub, method: str, path: str, body: dict[str, Any]) -> Any:
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", json=body, headers=hub.admin()) as answer:
        assert answer.status < 300, (path, body, await answer.text())
        return await answer.json()
