"""The word that unsubscribes: whose it is, and that nobody else can write one."""

import pytest

from newsletter.mailing.message.unsubscribe import Tokens, list_id_of, unsubscribe_secret
from newsletter.problems.errors import NewsletterError
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced

SECRET = "s" * 32


def with_url(settings: Settings) -> Settings:
    url = "https://lettres.example.org/{token}"
    return replaced(settings, unsubscribe=replaced(settings.unsubscribe, url=url))


def test_a_word_says_whose_it_is_and_not_their_address() -> None:
    tokens = Tokens(SECRET, "lettre.example.org")

    token = tokens.token_for("ab12cd34")

    assert tokens.read(token) == ("lettre.example.org", "ab12cd34")
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


@pytest.mark.parametrize(
    "reader", [Tokens("t" * 32, "lettre.example.org"), Tokens(SECRET, "presse.example.org")]
)
def test_a_word_of_another_secret_or_list_is_nobody_s(reader: Tokens) -> None:
    assert reader.read(Tokens(SECRET, "lettre.example.org").token_for("ab12")) is None


@pytest.mark.parametrize("spoilt", ["", "a", "a.b", "é.è", "." * 300])
def test_a_spoilt_word_is_nobody_s(spoilt: str) -> None:
    assert Tokens(SECRET, "lettre.example.org").read(spoilt) is None


@pytest.mark.parametrize("secret", [{}, {"NEWSLETTER_SECRET": "court"}])
def test_without_a_good_secret_nothing_is_signed(settings: Settings, secret: dict) -> None:
    with pytest.raises(NewsletterError, match="NEWSLETTER_SECRET"):
        unsubscribe_secret(with_url(settings), secret)


def test_who_leaves_by_mail_alone_needs_no_secret(settings: Settings) -> None:
    assert unsubscribe_secret(settings, {}) == ""


def test_a_list_is_named_after_the_sender() -> None:
    assert list_id_of("Lettre.Du+mois@example.org") == "lettre-du-mois.example.org"


def test_a_word_of_the_secret_of_before_is_read_and_none_is_written_with_it() -> None:
    old = Tokens("t" * 32, "lettre.example.org").token_for("ab12")
    now = Tokens(SECRET, "lettre.example.org", old_secret="t" * 32)

    assert now.read(old) == ("lettre.example.org", "ab12")
    assert now.token_for("ab12") == Tokens(SECRET, "lettre.example.org").token_for("ab12")
