"""What single values are read as, and what is told of those that cannot be."""

import pytest

from newsletter.values.fields import url_fault

ONLINE = "an email carries no attachment: put the file online and write its address"


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("bulletin.pdf", ONLINE),
        ("docs/Bulletin de juin.docx", ONLINE),
        (r"C:\Users\Inès\rapport.PDF", ONLINE),
        ("file:///home/ines/rapport.pdf", ONLINE),
        ("www.example.org/bulletin.pdf", "write https://www.example.org/bulletin.pdf"),
        ("example.org", "write https://example.org"),
        ("lettre@example.org", "write mailto:lettre@example.org"),
    ],
)
def test_a_file_s_name_in_place_of_an_address_is_told_what_an_email_cannot_carry(
    url: str, hint: str
) -> None:
    fault = url_fault(url)

    assert fault is not None
    assert fault.hint == hint


@pytest.mark.parametrize("url", ["https://example.org/bulletin.pdf", "mailto:presse@example.zip"])
def test_an_address_of_a_file_online_is_one(url: str) -> None:
    assert url_fault(url) is None
