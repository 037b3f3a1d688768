"""Whatever a client says, every reply is one of SMTP's and the conversation ends."""

import asyncio
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.sdk.testing.hub import MemoryHub
from tests.connectors.email.dialog import DEADLINE_S, MAIL, listening
from tests.examples import examples

MAIL_COMMANDS = [
    b"EHLO c",
    b"HELO c",
    b"MAIL FROM:<a@example.com>",
    b"MAIL FROM:<>",
    b"RCPT TO:<b@example.org>",
    b"DATA",
]
OTHER_COMMANDS = [b"NOOP", b"HELP", b"HELP MAIL", b"HELP x", b"VRFY b", b"EXPN b", b"RSET", b"STARTTLS", b"AUTH LOGIN"]
NONSENSE = [
    b".",
    MAIL,
    b"BDAT 3",
    b"\xff\xfe",
    b"\0",
    b"",
    b"QUIT now",
    b"MAIL",
    b"RCPT",
    b"MAIL FROM:<\xd0\xb0@b.example>",
]
WORDS = st.sampled_from([*MAIL_COMMANDS, *OTHER_COMMANDS, *NONSENSE])
LINE_ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n.\r\n"])
DIALOGS = st.lists(st.tuples(WORDS | st.binary(max_size=40), LINE_ENDS), max_size=30)
REPLY = re.compile(rb"(?:[2345][0-9]{2}[ -][^\r\n]*\r\n)*\Z")
#: RFC 2034: the class of the enhanced code is that of the reply. The greeting, 3xx and the answer to a hello have none.
ENHANCED = re.compile(rb"(?:220 hub\.example|250[ -](?![0-9]\.)|3|([245])[0-9]{2}[ -]\1\.[0-9]{1,3}\.[0-9]{1,3} )")


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dialog=DIALOGS)
def test_every_reply_is_well_formed_and_the_connection_ends(
    dialog: list[tuple[bytes, bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    async def converse() -> tuple[bytes, int]:
        async with MemoryHub() as hub, listening(hub) as receiver:
            reader, writer = await asyncio.open_connection("127.0.0.1", receiver.bound_port)
            writer.write(b"".join(line + end for line, end in dialog))
            writer.write_eof()
            said = await asyncio.wait_for(reader.read(), DEADLINE_S)
            writer.close()
            return said, len(hub.raws)

    said, stored = asyncio.run(converse())

    assert REPLY.match(said), said
    assert [line for line in said.splitlines() if not ENHANCED.match(line)] == []
    assert said.count(b"250 2.0.0 Stored") == stored
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
