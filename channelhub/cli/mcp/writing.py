"""The tools that change something, each only after a person's yes: answer a customer, decide about an outage."""

import hashlib
from dataclasses import replace
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp_types import ToolAnnotations
from pydantic import Field

from channelhub.cli.mcp.arguments import ConversationId, CustomerId, OutageId
from channelhub.cli.mcp.confirming import Confirmation, question, require
from channelhub.cli.mcp.desk import OutageLine, outage_line
from channelhub.cli.mcp.drafting import Addressee, Text, addressee, hindered
from channelhub.cli.mcp.hub import Hub
from channelhub.cli.mcp.people import Address, address
from channelhub.cli.mcp.untrusted import Shape, untrusted_line
from channelhub.content.visible import visible

SENDS = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=True)
CONFIRMS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)
DISMISSES = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=False)


class Queued(Shape):
    """A reply that is on its way: its message's `state` on the timeline says what becomes of it."""

    message_id: str
    customer_id: str
    conversation_id: str
    to: Address


class Decided(Shape):
    """The outage as it is now."""

    outage: OutageLine = Field(description="With its new state.")


def add_writing(server: MCPServer, hub: Hub) -> None:
    """Tools for a server that may change something: its token is a person's, whom the hub's audit names."""
    _add_reply(server, hub)
    _add_decision(server, hub, "confirm", "Confirm that it is an outage", CONFIRMS)
    _add_decision(server, hub, "dismiss", "Say that it is no outage; the same words stay silent for days", DISMISSES)


def _add_reply(server: MCPServer, hub: Hub) -> None:
    async def find(customer_id: CustomerId, conversation_id: ConversationId, text: Text) -> Addressee:
        if visible(text) != text:
            raise ToolError("Refused: the text has hidden characters, which the person could not see.")
        if not text.strip():
            raise ToolError("The text has no visible character.")
        to = await addressee(hub, customer_id, conversation_id)
        way = (await hub.messages.conversation(conversation_id))["reply"]
        notes = hindered(text, way)
        if way["hindrance"]:
            raise ToolError(f"Refused: {notes[0]}")
        return replace(to, notes=tuple(notes))

    async def ask(ctx: Context[Any, Any], text: Text, to: Annotated[Addressee, Resolve(find)]) -> Elicit[Confirmation]:
        return question(ctx, _reply_question(to, text))

    async def send_reply(
        customer_id: CustomerId,  # noqa: ARG001 - for the resolver
        conversation_id: ConversationId,
        text: Text,
        to: Annotated[Addressee, Resolve(find)],
        answer: Annotated[ElicitationResult[Confirmation], Resolve(ask)],
    ) -> Queued:
        """Answer a customer in a conversation. The person is asked first and sees the text and the address.

        The same text in answer to the same message is sent once.
        """
        require(answer)
        key = _key(conversation_id, str(to.message["id"]), text)
        made = await hub.messages.reply(conversation_id, {"text": text}, key=key)
        return Queued(
            message_id=made["id"],
            customer_id=to.customer_id,
            conversation_id=conversation_id,
            to=address(to.identity),
        )

    server.add_tool(send_reply, title="Send a reply (asks first)", annotations=SENDS)


def _add_decision(server: MCPServer, hub: Hub, word: str, title: str, annotations: ToolAnnotations) -> None:
    decisions = {"confirm": hub.outages.confirm, "dismiss": hub.outages.dismiss}

    async def find(outage_id: OutageId) -> OutageLine:
        return outage_line(await hub.outages.get(outage_id))

    async def ask(ctx: Context[Any, Any], seen: Annotated[OutageLine, Resolve(find)]) -> Elicit[Confirmation]:
        return question(ctx, _decision_question(title, seen))

    async def decide(
        outage_id: OutageId,
        seen: Annotated[OutageLine, Resolve(find)],
        answer: Annotated[ElicitationResult[Confirmation], Resolve(ask)],
    ) -> Decided:
        require(answer)
        changed = await decisions[word](outage_id, {"version": seen.version})
        return Decided(outage=outage_line(changed))

    server.add_tool(
        decide,
        name=f"{word}_outage",
        title=f"{word.capitalize()} an outage (asks first)",
        description=f"{title}. The person is asked first; refused when somebody else has changed it meanwhile.",
        annotations=annotations,
    )


def _reply_question(to: Addressee, text: str) -> str:
    """Says where the reply goes, to which message, and all of it."""
    said = untrusted_line(to.message["text"]).untrusted_text
    shown = untrusted_line(to.identity["shown"]).untrusted_text
    notes = "".join(f"\n{note}" for note in to.notes)
    return (
        f"Send this reply by {to.message['channel']} ({to.message['account']}) to {shown}?{notes}\n\n{text}\n\n"
        f"It answers their message {to.message['id']} of {to.message['at']}: {said}"
    )


def _decision_question(title: str, seen: OutageLine) -> str:
    """Without counts: they grow while the person thinks, and the question would be another one."""
    return (
        f"{title}?\n\nOutage {seen.outage_id}, {seen.state} since {seen.began_at} (version {seen.version}), "
        f"in customers' words: {seen.title.untrusted_text}"
    )


def _key(*parts: str) -> str:
    """The same reply has the same key, whoever repeats the request."""
    return "mcp-" + hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]
