"""Whom an answer of the server is about: one recipient, or all that comes from us."""

import pytest

from newsletter.mailing.smtp.connection import Answer


@pytest.mark.parametrize(
    ("code", "words", "command", "is_about"),
    [
        (450, "4.2.2 mailbox full", "RCPT", "recipient"),
        (550, "5.1.1 no such user", "RCPT", "recipient"),
        (550, "5.1.1 no such user", "END", ""),
        (450, "4.1.8 sender domain not found", "RCPT", ""),
        (450, "4.1.7 bad sender", "MAIL", "us"),
        (451, "try later", "MAIL", "us"),
        (452, "4.3.1 out of memory", "RCPT", "us"),
        (451, "4.4.2 too many connections", "DATA", "us"),
        (452, "4.5.3 too many messages", "RCPT", "us"),
        (451, "4.3.0 queue file write error", "END", ""),
        (451, "4.7.1 greylisted", "RCPT", ""),
        (550, "5.3.4 message too big", "RCPT", ""),
        (550, "User unknown", "RCPT", "recipient"),
        (
            550,
            "5.5.0 Adresse destinataire invalide. Invalid recipient LPN007_416",
            "RCPT",
            "recipient",
        ),
        (550, "5.4.1 Recipient address rejected: Access denied", "RCPT", "recipient"),
        (450, "User unknown", "RCPT", ""),
        (550, "unknown sender", "RCPT", ""),
        (554, "5.7.1 Relay access denied", "RCPT", ""),
    ],
)
def test_an_answer_is_about_a_recipient_or_us_or_neither(
    code: int, words: str, command: str, is_about: str
) -> None:
    answer = Answer(code, words, command)

    assert {"recipient": answer.is_about_recipient, "us": answer.is_about_us} == {
        "recipient": is_about == "recipient",
        "us": is_about == "us",
    }


def test_a_server_that_leaves_with_it_is_done_with_us() -> None:
    assert Answer(421, "4.7.0 busy", "END", closes=True).is_about_us
