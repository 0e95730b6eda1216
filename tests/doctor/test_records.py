"""Whatever a record says, it gets a sentence: strangers write the DNS."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.doctor.dns import with_failures
from newsletter.doctor.identity import look_at_dmarc, look_at_key, look_at_spf
from newsletter.settings.smtp import Dkim

WORDS = st.lists(
    st.sampled_from(
        ["v=spf1", "include:", "a:", "mx/", "ip4:1.2.3.4", "ip6:", "%{i}", "..", "redirect=", "all",
         "v=DMARC1;", "p=", "p=none;", "sp=", ";", "=", "t=y;", "MIIBIjANBgkq", "é", "\x1b", " "]
    )
    | st.text(max_size=8),
    max_size=12,
)  # fmt: skip


@given(words=WORDS, start=st.sampled_from(["v=spf1 ", "v=DMARC1; ", "p=", ""]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_record_gets_a_sentence(words, start, dns_with) -> None:
    written = (start + "".join(words)).encode("utf-8", errors="replace")[:255]
    record = 'TXT "' + "".join(f"\\{byte:03}" for byte in written) + '"'
    names = ("exemple.fr", "a._domainkey.exemple.fr", "_dmarc.exemple.fr")
    dns = dns_with({name: [record] for name in names})

    found = [
        *with_failures(look_at_spf(dns, "exemple.fr", "smtp.relais.fr")),
        *with_failures(look_at_key(dns, Dkim(selector="a", domain="exemple.fr"), None)),
        *with_failures(look_at_dmarc(dns, "exemple.fr", returns_to="exemple.fr", dkim=None)),
    ]

    assert len(found) >= 3
    assert all(line.isprintable() for each in found for line in each.lines())
