"""The running hub, asked by its HTTP API. What it refuses becomes a sentence for the assistant."""

from typing import Final

from mcp.server.mcpserver.exceptions import ToolError

from channelhub.client.awaiting import AsyncHubClient
from channelhub.client.calling import Answer, Call, T, Token
from channelhub.client.patience import Patience
from channelhub.client.problems import HubError, HubProblem
from channelhub.content.visible import visible

MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
MAX_SENTENCE_CHARS: Final = 500
PATIENCE_S: Final = 5.0  # an assistant and its person wait


class HubRefused(ToolError):
    """The hub's answer is no; `status` is HTTP's, 0 where there was no answer. Its text is a sentence."""

    def __init__(self, sentence: str, *, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class Hub(AsyncHubClient):
    """A hub at `url`. `token` is read for each request, because a daemon's own token changes when it starts; it may
    raise HubError. Each call raises HubRefused."""

    def __init__(self, url: str, token: Token) -> None:
        super().__init__(url, token, max_answer_bytes=MAX_ANSWER_BYTES, patience=Patience(wait_s=PATIENCE_S))

    async def exchange(self, call: Call[T]) -> tuple[T, Answer]:
        """The hub's answer. Raises HubRefused."""
        try:
            return await super().exchange(call)
        except HubError as exc:
            status = exc.status if isinstance(exc, HubProblem) else 0
            raise HubRefused(_sentence(exc), status=status) from exc


def _sentence(exc: HubError) -> str:
    told = visible(str(exc)[:MAX_SENTENCE_CHARS])
    return f"{told[:1].upper()}{told[1:]}{'' if told.endswith('.') else '.'}"
