"""A DNS server over UDP on this machine, which knows the records of a test and no other."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from socketserver import DatagramRequestHandler, UDPServer

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from dns.resolver import Resolver

from newsletter.doctor.dns import Dns

# A name -> its records as a zone file has them ("TXT \"v=spf1\""), or what the server does instead.
Zone = Mapping[str, Sequence[str]]
SERVFAIL, SILENCE = ["SERVFAIL"], ["silence"]


def text(words: str) -> str:
    """Return a TXT record, in strings of at most 255 bytes."""
    pieces = [words[at : at + 255] for at in range(0, len(words), 255)]
    return "TXT " + " ".join(f'"{each}"' for each in pieces)


def answer_to(question: bytes, zone: Zone) -> bytes | None:
    """Return the answer, an alias followed; None where the server is silent."""
    query = dns.message.from_wire(question)
    answer = dns.message.make_response(query)
    asked = query.question[0]
    name, kind = asked.name.to_text(omit_final_dot=True).lower(), asked.rdtype
    while True:
        records = zone.get(name)
        if records == SILENCE:
            return None
        if records is None or records == SERVFAIL:
            answer.set_rcode(dns.rcode.NXDOMAIN if records is None else dns.rcode.SERVFAIL)
            return answer.to_wire()
        for wanted in (kind, dns.rdatatype.CNAME):
            word = dns.rdatatype.to_text(wanted)
            said = [each.partition(" ")[2] for each in records if each.startswith(f"{word} ")]
            if said:
                answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", word, *said))
                break
        if not said or wanted == kind:
            return answer.to_wire()
        name = said[0].removesuffix(".")


@pytest.fixture(name="dns_with")
def dns_server() -> Iterator[Callable[[Zone], Dns]]:
    """What returns the DNS of the records given."""
    started: list[UDPServer] = []

    def dns_with(zone: Zone) -> Dns:
        class Handler(DatagramRequestHandler):
            def handle(self) -> None:
                self.wfile.write(answer_to(self.rfile.read(), zone) or b"")

        server = UDPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        started.append(server)
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        resolver.lifetime = 1
        return Dns(resolver)

    yield dns_with
    for server in started:
        server.shutdown()
        server.server_close()
