"""A DNS server on a port of its own that answers from a table, late or not at all where a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class Zone:
    """(name, type) → values, as in a zone file. `broken` names get SERVFAIL, `silent` ones nothing."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    def txt(self, name: str, text: str) -> None:
        chunks = [text[at : at + 250] for at in range(0, len(text), 250)]
        self.records[name, "TXT"] = [" ".join(f'"{chunk}"' for chunk in chunks)]

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self.port}"


class _Answering(asyncio.DatagramProtocol):
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def connection_made(self, transport: Any) -> None:  # no subclass of DatagramTransport, although it is one
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
        self._zone.asked.append((name, kind))
        if name in self._zone.silent:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        values = self._zone.records.get((name, kind), [])
        if name in self._zone.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif values:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(known == name for known, _ in self._zone.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def serving(zone: Zone) -> AsyncIterator[Zone]:
    """Answers until the block ends."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Answering(zone), local_addr=("127.0.0.1", 0))
    zone.port = transport.get_extra_info("sockname")[1]
    try:
        yield zone
    finally:
        transport.close()
