"""Addresses of links: what an email can open, and what the others were meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.values.links import url_fault
from newsletter.values.markdown_faults import find_markdown_faults

ONLINE = "an email carries no attachment: put the file online and write its address"
MEANT = {
    "www.example.org/bulletin.pdf": "https://www.example.org/bulletin.pdf",
    "example.org": "https://example.org",
    "//example.org": "https://example.org",
    "https//example.org": "https://example.org",
    "http:/example.org/a": "http://example.org/a",
    "http:example.org": "http://example.org",
    "https;//example.org": "https://example.org",
    "https:// example.org": "https://example.org",
    "ttps://example.org": "https://example.org",
    "htp://example.org": "http://example.org",
    "http://http://example.org": "http://example.org",
    "https://https//example.org": "https://example.org",
    "https://example.org.": "https://example.org",
    "https://example.org,": "https://example.org",
    '"https://example.org/a"': "https://example.org/a",
    "« https://example.org/a »": "https://example.org/a",
    "<https://example.org/a>": "https://example.org/a",
    "https://example.org/re\u200bport": "https://example.org/report",
    "https://example.org/a b.pdf": "https://example.org/a%20b.pdf",
    "example.org/?n=((first name)) x": "https://example.org/?n=((first name))%20x",
    "sam@example.org": "mailto:sam@example.org",
    "mailto: sam@example.org": "mailto:sam@example.org",
    "mailto://sam@example.org": "mailto:sam@example.org",
    "mailto sam@example.org": "mailto:sam@example.org",
    "01 99 00 00 00": "tel:0199000000",
    "tel:01 99 00 00 00": "tel:0199000000",
    "+33 (0)1 99.00.00.00": "tel:+33199000000",
}


@pytest.mark.parametrize("typed", MEANT)
def test_an_address_with_a_slip_is_answered_with_the_one_that_was_meant(typed: str) -> None:
    fault = url_fault(typed)

    assert fault is not None
    assert fault.hint == f"write {MEANT[typed]}"
    assert url_fault(MEANT[typed]) is None


@pytest.mark.parametrize("typed", [each for each in MEANT if "<" not in each])
def test_a_link_in_a_text_gets_the_hint_that_a_field_gets(typed: str) -> None:
    (found,) = find_markdown_faults(f"Voir [le rapport]({typed}) ici.")

    assert found.fault == url_fault(typed)


@pytest.mark.parametrize(
    "url",
    [
        "bulletin.pdf",
        "docs/Bulletin de juin.docx",
        r"C:\Users\Inès\rapport.PDF",
        "file:///home/ines/a.png",
    ],
)
def test_a_file_s_name_in_place_of_an_address_is_told_what_an_email_cannot_carry(url: str) -> None:
    fault = url_fault(url)

    assert fault is not None
    assert fault.hint == ONLINE


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/bulletin.pdf",
        "https://((region)).example.org/((first name))",
        "HTTPS://Bücher.example:8080?a=b,c.#d",
        "https://[2001:db8::1]/a",
        "https://a_b.example.org/(x)",
        "((profile url))",
        "mailto:presse@example.zip",
        "tel:+33199000000",
        "#bas",
    ],
)
def test_an_address_that_an_email_can_open_is_none_to_tell(url: str) -> None:
    assert url_fault(url) is None


@pytest.mark.parametrize(
    "url", ["https://a..org", "https://-a.org", "https://", "ville", "à venir"]
)
def test_an_address_of_no_site_is_told(url: str) -> None:
    assert url_fault(url) is not None


@given(
    st.lists(st.sampled_from(["https", "http", ":", "/", "//", "a.org", "@", " ", ".", ",", "b"]))
)
def test_what_is_proposed_has_no_fault_itself(parts: list[str]) -> None:
    fault = url_fault("".join(parts))

    proposed = fault.hint.removeprefix("write ") if fault else ""
    assert not proposed.startswith(("https://a", "http://a", "mailto:")) or not url_fault(proposed)
