"""Answers of a channel's servers, read with a bound: one that is endless must not fill the memory."""

import aiohttp

_PIECE_BYTES = 64 * 1024


class AnswerTooLong(ValueError):
    """The answer has more bytes than any that the channel documents. What was asked for may have been done."""


async def read_answer(answer: aiohttp.ClientResponse, *, max_bytes: int) -> bytes:
    """The whole body. Raises AnswerTooLong, and what aiohttp raises where it is cut off or comes too slowly."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(_PIECE_BYTES):
        body += piece
        if len(body) > max_bytes:
            raise AnswerTooLong(f"an answer of more than {max_bytes} bytes")
    return bytes(body)
