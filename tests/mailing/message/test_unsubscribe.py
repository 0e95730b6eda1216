"""The word that unsubscribes: whose it is, and that nobody else can write one."""

import pytest

from newsletter.mailing.message.unsubscribe import Tokens, list_id_of, unsubscribe_secret
from newsletter.members.addresses import read_address
from newsletter.problems.errors import NewsletterError
from newsletter.sending.unsubscribed import ids_named, read_unsubscribed
from newsletter.settings.settings import Settings

SECRET = "s" * 32


def with_url(settings: Settings) -> Settings:
    url = "https://lettres.example.org/{token}"
    return settings.model_copy(
        update={"unsubscribe": settings.unsubscribe.model_copy(update={"url": url})}
    )


def test_a_word_says_whose_it_is_and_not_their_address() -> None:
    tokens = Tokens(SECRET, "lettre.example.org")

    token = tokens.token_for("ab12cd34")

    assert tokens.recipient_of(token) == "ab12cd34"
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


@pytest.mark.parametrize(
    "reader", [Tokens("t" * 32, "lettre.example.org"), Tokens(SECRET, "presse.example.org")]
)
def test_a_word_of_another_secret_or_list_is_nobody_s(reader: Tokens) -> None:
    assert reader.recipient_of(Tokens(SECRET, "lettre.example.org").token_for("ab12")) is None


@pytest.mark.parametrize("spoilt", ["", "a", "a.b", "é.è", "." * 300])
def test_a_spoilt_word_is_nobody_s(spoilt: str) -> None:
    assert Tokens(SECRET, "lettre.example.org").recipient_of(spoilt) is None


@pytest.mark.parametrize("secret", [{}, {"NEWSLETTER_SECRET": "court"}])
def test_without_a_good_secret_nothing_is_signed(settings: Settings, secret: dict) -> None:
    with pytest.raises(NewsletterError, match="NEWSLETTER_SECRET"):
        unsubscribe_secret(with_url(settings), secret)


def test_who_leaves_by_mail_alone_needs_no_secret(settings: Settings) -> None:
    assert unsubscribe_secret(settings, {}) == ""


def test_a_list_is_named_after_the_sender() -> None:
    assert list_id_of("Lettre.Du+mois@example.org") == "lettre-du-mois.example.org"


def test_who_said_no_is_known_by_address_in_any_case_or_by_word(workspace) -> None:
    tokens = Tokens(SECRET, "lettre.example.org")
    link = f"https://lettres.example.org/{tokens.token_for('ab12')}"
    (workspace / "unsubscribed.csv").write_text(
        f'Courriel;Date\nZoe@Example.org;2025-01-02\n\n  # remarque\n"a@b.fr",x\n{link}\n', "utf-8"
    )

    unsubscribed = read_unsubscribed(workspace, tokens)

    assert unsubscribed.has("zoe@example.org")
    assert unsubscribed.has("A@B.fr")
    assert unsubscribed.has("autre@example.org", "ab12")
    assert not unsubscribed.has("autre@example.org", "cd34")
    assert ids_named(workspace) == {"ab12"}


@pytest.mark.parametrize("line", ["Zoé Martin", "abc.defghijklmnopqrstuvwxyz0123"])
@pytest.mark.parametrize("tokens", [None, Tokens(SECRET, "lettre.example.org")])
def test_a_line_that_names_nobody_stops_the_send(line: str, tokens, workspace) -> None:
    (workspace / "unsubscribed.csv").write_text(f"a@b.fr\n{line}\n", "utf-8")

    with pytest.raises(NewsletterError) as stopped:
        read_unsubscribed(workspace, tokens)

    assert stopped.value.message == (
        "unsubscribed.csv, line 2: "
        "this is neither an email address nor one of our unsubscribe links"
    )
    assert stopped.value.hint == (
        "write one address per line, or put # before a remark; nothing was sent"
    )


@pytest.mark.parametrize(
    "line",
    [
        "<zoe@example.org>",
        "mailto:zoe@example.org",
        "\u200bzoe@example.org",
        '"zoe@example.org ";x',
        "ZOE@EXAMPLE.ORG, Zoé",
    ],
)
def test_an_address_that_said_no_is_read_as_those_of_the_members(line: str, workspace) -> None:
    (workspace / "unsubscribed.csv").write_text(f"Courriel\n{line}\n", "utf-8")

    assert read_unsubscribed(workspace, None).has("zoe@example.org")


def test_an_address_that_said_no_may_have_its_domain_in_ascii(workspace) -> None:
    (workspace / "unsubscribed.csv").write_text("a@xn--socit-esab.example.org\n", "utf-8")

    assert read_unsubscribed(workspace, None).has("a@société.example.org")


@pytest.mark.parametrize(
    "line", ["Zoé <zoe@example.org>", "zoe@example.org\tZoé", "zoe@example.org | x", "a@b@c.fr"]
)
def test_what_is_more_than_an_address_stops_the_send(line: str, workspace) -> None:
    (workspace / "unsubscribed.csv").write_text(f"{line}\n", "utf-8")

    with pytest.raises(NewsletterError) as stopped:
        read_unsubscribed(workspace, None)

    fault = read_address(line.strip("<>"))
    assert stopped.value.message == f"unsubscribed.csv, line 1: {fault.message}"
    assert stopped.value.hint == fault.hint
