"""Which addresses a mail can go to, and what is said of the others."""

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.members.addresses import read_address
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
