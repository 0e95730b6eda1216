"""The list of servers that may send for a domain, as receivers read it."""

import pytest

from newsletter.doctor.identity import look_at_spf
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level
from tests.dns_server import SERVFAIL, SILENCE, text

SERVER = "smtp.relais.fr"
OTHERS = {
    "smtp.relais.fr": ["A 192.0.2.7", "AAAA 2001:db8::7"],
    "spf.relais.fr": ['TXT "v=spf1 ip4:192.0.2.0/24 -all"'],
    "alias.relais.fr": ["CNAME spf.relais.fr."],
    "rien.fr": ['TXT "bonjour"'],
    "deux.fr": ['TXT "v=spf1 -all"', 'TXT "v=spf1 a -all"'],
    "boucle.fr": ['TXT "v=spf1 include:boucle.fr -all"'],
    "mx.fr": ["MX 10 smtp.relais.fr."],
    "tout.fr": ['TXT "v=spf1 +all"'],
}
LONG = " ".join(f"ip4:198.51.100.{number}" for number in range(40))


@pytest.mark.parametrize(
    ("record", "level", "words"),
    [
        ("v=spf1 ip4:192.0.2.7 -all", None, "has smtp.relais.fr"),
        ("v=spf1 ip6:2001:db8::/32 ~all", None, "has smtp.relais.fr"),
        ("v=spf1 a:smtp.relais.fr ~all", None, "has smtp.relais.fr"),
        ("V=SPF1 INCLUDE:SPF.RELAIS.FR ~ALL", None, "has smtp.relais.fr"),
        ("v=spf1 include:alias.relais.fr ~all", None, "has smtp.relais.fr"),
        ("v=spf1 redirect=spf.relais.fr", None, "has smtp.relais.fr"),
        ("v=spf1 mx:mx.fr -all", None, "has smtp.relais.fr"),
        ("v=spf1 exists:%{i}.a.fr ip4:192.0.2.7 exp=a.fr x-new=1 -all", None, "has smtp"),
        (f"v=spf1 {LONG} ip4:192.0.2.7 -all", None, "has"),
        ("v=spf1 ip4:198.51.100.1 -all", Level.ADVICE, "does not name smtp.relais.fr"),
        ("v=spf1 -ip4:192.0.2.7 ~all", Level.ADVICE, "does not name smtp.relais.fr"),
        ("v=spf1 +all", Level.ERROR, "everyone send in your name"),
        ("v=spf1 all", Level.ERROR, "everyone send in your name"),
        ("v=spf1 include:tout.fr -all", Level.ERROR, "everyone send in your name"),
        ("v=spf1 include:rien.fr -all", Level.ERROR, "rien.fr, which it names, has 0"),
        ("v=spf1 include:nulle.part.fr -all", Level.ERROR, "nulle.part.fr, which it names"),
        ("v=spf1 include:deux.fr -all", Level.ERROR, "deux.fr, which it names, has 2"),
        ("v=spf1 include:boucle.fr -all", Level.ERROR, "more than 10 times"),
        (f"v=spf1 {'a:smtp.relais.fr ' * 11}-all", Level.ERROR, "more than 10 times"),
        ("v=spf1 ip4:192.0.2 -all", Level.ERROR, "understand 'ip4:192.0.2'"),
        ("v=spf1 ipv4:192.0.2.7 -all", Level.ERROR, "understand 'ipv4:192.0.2.7'"),
        ("v=spf1 192.0.2.7 -all", Level.ERROR, "understand '192.0.2.7'"),
        ("v=spf10 ip4:192.0.2.7 -all", Level.ERROR, "has no SPF record"),
    ],
)
def test_a_list_is_read_as_receivers_do(record, level, words, dns_with) -> None:
    dns = dns_with({"exemple.fr": [text(record)], **OTHERS})

    (found,) = look_at_spf(dns, "exemple.fr", SERVER)

    assert found.level == level
    assert words in found.message


@pytest.mark.parametrize(
    ("server", "record"),
    [
        ("smtp.relais.fr", "v=spf1 a:smtp.relais.fr ~all"),
        ("smtp.office365.com", "v=spf1 include:spf.protection.outlook.com ~all"),
        ("smtp-relay.gmail.com", "v=spf1 include:_spf.google.com ~all"),
        ("ssl0.ovh.net", "v=spf1 include:mx.ovh.com ~all"),
        ("mail.gandi.net", "v=spf1 include:_mailcust.gandi.net ~all"),
        ("mail.infomaniak.com", "v=spf1 include:spf.infomaniak.ch ~all"),
        ("in-v3.mailjet.com", "v=spf1 include:spf.mailjet.com ~all"),
        ("smtp-relay.brevo.com", "v=spf1 include:spf.brevo.com ~all"),
        ("localhost", "v=spf1 ~all"),
        ("192.0.2.7", "v=spf1 ~all"),
    ],
)
def test_without_a_list_there_is_a_record_to_paste(server, record, dns_with) -> None:
    (found,) = look_at_spf(dns_with({"exemple.fr": []}), "exemple.fr", server)

    assert found.record == f'exemple.fr. IN TXT "{record}"'
    assert found.hint == "ask whoever manages the DNS of exemple.fr to add this record:"


def test_two_lists_are_none(dns_with) -> None:
    texts = ['TXT "v=spf1 a -all"', 'TXT "v=spf1 mx -all"']

    (found,) = look_at_spf(dns_with({"exemple.fr": texts}), "exemple.fr", SERVER)

    assert found.level is Level.ERROR
    assert "has 2 SPF records" in found.message


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ({"exemple.fr": SERVFAIL}, "answer with an error"),
        ({"exemple.fr": SILENCE}, "did not answer in time"),
        ({"exemple.fr": ['TXT "v=spf1 include:a..fr -all"']}, "cannot be asked about 'a..fr'"),
        ({"exemple.fr": [f'TXT "v=spf1 include:{"a" * 64}.fr -all"']}, "cannot be asked about"),
    ],
)
def test_a_dns_without_answer_gets_a_sentence(zone, words, dns_with) -> None:
    with pytest.raises(NewsletterError, match=words) as told:
        list(look_at_spf(dns_with(zone), "exemple.fr", SERVER))

    assert told.value.hint


def test_a_record_cannot_paint_the_screen(dns_with) -> None:
    dns = dns_with({"exemple.fr": [r'TXT "v=spf1 \027[31mrouge -all"']})

    (found,) = look_at_spf(dns, "exemple.fr", SERVER)

    assert "\x1b" not in found.message + found.record
