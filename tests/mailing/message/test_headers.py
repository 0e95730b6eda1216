"""Lines of a head: folded, in ASCII, never more than were meant."""

import pytest

from newsletter.mailing.message.head import address_header, exact_header, one_line, text_header


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\0", "\x85", "\u2028", "\t", "\x0b"])
def test_what_could_begin_a_header_becomes_a_space(sign: str) -> None:
    assert one_line(f"Mai{sign}Bcc: x@example.org") == "Mai Bcc: x@example.org"


@pytest.mark.parametrize("value", ["a\r\nBcc: x", "é", "a\0b", "x" * 1000])
def test_what_cannot_stand_in_a_line_as_it_is_is_no_exact_header(value: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        exact_header("X-Essai", value)


def test_no_break_spaces_stay() -> None:
    assert one_line("Mai\u00a0: l’IA\u202f!") == "Mai\u00a0: l’IA\u202f!"


def test_an_accented_subject_is_encoded_in_words_of_75_signs_on_lines_of_76() -> None:
    lines = text_header("Subject", "été " * 60).split("\r\n")[:-1]

    assert max(map(len, lines)) <= 76
    assert all(line.startswith(" =?utf-8?q?") for line in lines[1:])


def test_a_subject_that_looks_encoded_is_encoded() -> None:
    assert "=?utf-8?q?=3D=3Futf-8=3Fq=3F=C3=A9=3F=3D?=" in text_header("Subject", "=?utf-8?q?é?=")


def test_a_name_with_quotation_marks_is_quoted() -> None:
    line = address_header("From", "a@example.org", 'Les "amis", \\ et Cie')

    assert line == 'From: "Les \\"amis\\", \\\\ et Cie" <a@example.org>\r\n'
