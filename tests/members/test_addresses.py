"""Which addresses a mail can go to, and what is said of the others."""

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.members.addresses import address_meant, address_warning, read_address
from newsletter.problems.problem import Fault

_SIGNS = "aZ09.-_+'!#é@ "
_LABELS = st.text("abz09-_", min_size=0, max_size=8)
_DOMAINS = st.lists(_LABELS, min_size=1, max_size=4).map(".".join)
_LONG = st.integers(1, 70).map(lambda count: "a" * count)
_TEXTS = st.one_of(
    st.text(_SIGNS, max_size=20),
    st.builds("{}@{}".format, st.one_of(st.text(_SIGNS, max_size=8), _LONG), _DOMAINS),
    st.builds(
        "a@{}.{}".format,
        st.lists(_LONG, min_size=1, max_size=5).map(".".join),
        st.sampled_from([*SPECIAL_USE_DOMAIN_NAMES, "fr", "FR", "c", "c1", "org"]),
    ),
)


@given(_TEXTS)
@example("a@x--y.fr")
@example("a@ab--cd.fr")
@example("a@xn--caf-dma.fr")
@example("A.B@EXAMPLE.Org")
@example(f"{'a' * 65}@example.org")
@example(f"a@{('b' * 60 + '.') * 4}example.org")
@example("a@example.test")
def test_an_address_is_read_as_the_library_reads_it(text: str) -> None:
    try:
        expected = validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = None

    read = read_address(text)

    assert (None if isinstance(read, Fault) else read) == expected


FAULTS = {
    "camille": "is not an email address",
    "camille@exemple": "is not an email address",
    "camille@exemple,fr": "is not an email address",
    "camille durand@exemple.fr": "is not an email address",
    "camille@exemple.test": "reaches nobody: no address on the internet ends in .test",
    "camille@serveur.local": "reaches nobody: no address on the internet ends in .local",
    "Camille <c@exemple.fr>": "is more than just an address (write only c@exemple.fr)",
    "c@exemple.fr (Camille)": "is more than just an address (write only c@exemple.fr)",
    "Mail : c@exemple.fr": "is more than just an address (write only c@exemple.fr)",
    "http://c@exemple.fr": "is more than just an address (write only c@exemple.fr)",
    "c@exemple.fr#mailto:c@exemple.fr#": "is more than just an address (write only c@exemple.fr)",
    "c@exemple.fr,Camille": "is more than just an address (write only c@exemple.fr)",
    "c@exemple.fr;d@exemple.fr": "is more than one address (keep one",
    "c@exemple.fr / d@exemple.fr": "is more than one address (keep one",
}


@pytest.mark.parametrize("text", FAULTS)
def test_what_is_no_address_is_told_with_what_to_write(text: str) -> None:
    fault = read_address(text)

    assert isinstance(fault, Fault)
    sentence = f"{fault.message} ({fault.hint})"
    assert sentence.startswith(f"'{text}' {FAULTS[text]}")


def test_an_address_in_another_script_is_read() -> None:
    assert read_address("hélène@société.fr") == "hélène@société.fr"


REPAIRED = (
    "mailto:zoe@exemple.fr", "MAILTO: zoe@exemple.fr", "zoe@exemple.fr.", "zoe@exemple.fr;",
    "<zoe@exemple.fr>", "< zoe@exemple.fr >", "<mailto:zoe@exemple.fr>", "'zoe@exemple.fr'",
    "zoe @exemple.fr", "zoe@ exemple.fr", "zoe@exemple,fr", "zoe@exemple..fr", "zoe@exemple. fr",
    "zoe@\u200bexemple.fr", "zoe@exemple.fr ,", "zoe@@exemple.fr", "« zoe@exemple.fr »",
)  # fmt: skip


@pytest.mark.parametrize("text", REPAIRED)
def test_an_address_that_can_only_mean_one_is_repaired_and_told(text: str) -> None:
    assert address_meant(text) == "zoe@exemple.fr"
    fault = address_warning(text, "zoe@exemple.fr")
    assert fault is not None
    assert fault.message.endswith("is read as zoe@exemple.fr")


def test_a_sign_before_an_address_is_told_though_a_mailbox_may_begin_so() -> None:
    fault = address_warning("'zoe@exemple.fr", "'zoe@exemple.fr")
    assert fault is not None
    assert (fault.rule, fault.hint) == ("address-misspelt", "did you mean 'zoe@exemple.fr'?")


NOT_REPAIRED = (
    "zoe durand@exemple.fr", "zoe@exemple fr", "zoe..d@exemple.fr", "a@x.fr, b@x.fr", "zoe@exemple",
    "zoe.exemple.fr", "Zoé <zoe@exemple.fr>", f"<{' ' * 100_000}zoe@exemple.fr", "@exemple.fr",
    "zoe@exemple.fr,Zoe",
)  # fmt: skip


@pytest.mark.parametrize("text", NOT_REPAIRED)
def test_an_address_that_may_mean_another_is_not_repaired(text: str) -> None:
    assert isinstance(address_meant(text), Fault)


@given(_TEXTS)
def test_a_good_address_is_never_repaired(text: str) -> None:
    read = read_address(text)

    assert isinstance(read, Fault) or address_meant(text) == read


MISSPELT = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gmail.con": "gmail.com",
    "gmail.co": "gmail.com", "gmail.fr": "gmail.com", "hotmial.fr": "hotmail.fr",
    "hotmal.com": "hotmail.com", "orang.fr": "orange.fr", "orange.f": "orange.fr",
    "wanado.fr": "wanadoo.fr",
    "yahooo.fr": "yahoo.fr", "outlok.com": "outlook.com", "free.ft": "free.fr",
    "orange.ft": "orange.fr", "exemple.con": "exemple.com", "mairie-lyon.frr": "mairie-lyon.fr",
    "mail.asso.ogr": "mail.asso.org", "boite.nte": "boite.net", "europa.ue": "europa.eu",
}  # fmt: skip


@pytest.mark.parametrize("domain", MISSPELT)
def test_a_slip_in_a_great_provider_s_name_or_in_an_end_is_told_and_costs_nothing(
    domain: str,
) -> None:
    address = f"zoe@{domain}"

    fault = address_warning(address, address)

    assert read_address(address) == address
    assert fault is not None
    assert fault.hint == f"did you mean '{MISSPELT[domain]}'?"


@pytest.mark.parametrize(
    "domain", ["gmail.com", "ymail.com", "orange.fr", "orange.be", "sfr.fr", "efr.fr", "yahoo.ca",
               "hotmail.it", "tree.fr", "grange.fr", "laposte.fr", "exemple.fr", "live.com",
               "exemple.co", "exemple.cm", "exemple.frl", "exemple.ong"]
)  # fmt: skip
def test_another_domain_is_no_slip(domain: str) -> None:
    assert address_warning(f"zoe@{domain}", f"zoe@{domain}") is None
