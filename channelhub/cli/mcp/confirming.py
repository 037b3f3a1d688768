"""A person says yes before anything changes, asked by the assistant's program (elicitation of the protocol).

The question holds all that the answer is for, so that an answer to one question is none to another: the SDK takes an
answer only for the very words that were asked.
"""

from typing import Any

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import Elicit
from pydantic import BaseModel, Field


class Confirmation(BaseModel):
    """What the person answers."""

    confirm: bool = Field(title="Yes, do it", description="Unset, nothing is done.")


def question(ctx: Context[Any, Any], words: str) -> Elicit[Confirmation]:
    """Asks the person. Raises ToolError where the assistant's program can't ask."""
    capabilities = ctx.client_capabilities
    asks = capabilities.elicitation if capabilities is not None else None
    if asks is None or (asks.form is None and asks.url is not None):
        raise ToolError("Refused: this needs a person's confirmation, and your program can't ask (no elicitation).")
    return Elicit(words, Confirmation)


def require(answer: ElicitationResult[Confirmation]) -> None:
    """Raises ToolError unless the person said yes."""
    if not isinstance(answer, AcceptedElicitation) or not answer.data.confirm:
        raise ToolError("The person did not confirm: nothing was done. Don't ask again unless they say so.")
