"""What arrives is what was to be sent, whatever the values: parsed back by Python's own parser."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsletter.mailing.message.head import one_line
from newsletter.mailing.message.message import (
    Addressee,
    message_id_for,
    prepare_message,
)
from newsletter.rendering.document import Document
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, fill_html, fill_text, merge_field
from newsletter.rendering.pictures.images import DocumentImage
from newsletter.settings.settings import Sender, Settings, Site
from newsletter.values.model import replaced

NOW = datetime(2025, 5, 2, 9, 30, tzinfo=UTC)
NAME, FALLBACK, LINK = (
    merge_field("name"), merge_field("name", "cher membre"), merge_field("link")
)  # fmt: skip
TOKEN = merge_field(UNSUBSCRIBE_FIELD)
FIELDS = {each.token: each for each in (NAME, FALLBACK, LINK, TOKEN)}
PICTURE = DocumentImage("images/0123456789abcdef.png", b"\x89PNG not really" * 20)
HTML = f"""<!DOCTYPE html><html lang="fr"><body><h1>Été {NAME.token} !</h1>
<p title="{NAME.token}">{FALLBACK.token}, « voilà »{"." * 200}</p>
<img src="{PICTURE.name}" alt="{NAME.token}">
<a href="https://a.example.org/?n={NAME.token}&amp;m={FALLBACK.token}">{NAME.token}</a>
<a href='{LINK.token}'>ici</a><p>{"<b>é</b>" * 40}</p>
<a href="https://lettres.example.org/desabonnement/{TOKEN.token}">Se désabonner</a></body></html>
"""
TEXT = f"""Bonjour {NAME.token},
{NAME.token}
.un point en tête de ligne, {NAME.token}.
Lire : https://a.example.org/{NAME.token}/suite {LINK.token}
fin{FALLBACK.token}"""
SENDER = Sender(
    name='L\'« équipe », dite "Numeum"', email="lettre@example.org", reply_to="contact@example.org"
)


def in_lines(text: str) -> str:
    """Return text with the line breaks of this system, whatever a mail has."""
    return re.sub(r"\r\n|\r", "\n", text)


values = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(categories=["Lu", "Ll", "Zs", "Cc", "Po"]), max_size=60),
    st.from_regex(r"\A[.=\r\n\0 \"'<>&éœ]{0,30}\Z"),
    st.text(min_size=1, max_size=4).map(lambda text: text * 40),
)
# Alone at the end of a value, a "\\r" and the template's line break after it would be one to us.
values = values.map(in_lines)
links = st.one_of(st.sampled_from(["https://example.org/é ?a=b&c=d", "javascript:x()"]), values)
local_parts = st.one_of(
    st.from_regex(r"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}\Z"),
    st.from_regex(r'\A"[a-z @,.]{1,20}"\Z'),
)


def document(subject: str) -> Document:
    return Document("2025-05", subject, "", HTML, TEXT, (PICTURE,), FIELDS, ())


def parsed(message: bytes) -> EmailMessage:
    found = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def content_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return in_lines(part.get_content())


@pytest.fixture(name="with_link")
def settings_with_an_address_to_leave_at(settings: Settings) -> Settings:
    unsubscribe = replaced(
        settings.unsubscribe, url="https://lettres.example.org/desabonnement/{token}"
    )
    return replaced(settings, unsubscribe=unsubscribe)


@given(name=values, link=links, subject=values, local_part=local_parts)
@example(name=".", link=".", subject=".\r\nBcc: x@example.org", local_part="a")
@example(name="a\nb\r\n.c\rd", link="", subject="\0é", local_part='".."')
@example(name="x" * 10_000, link="https://[1", subject="é" * 500, local_part="a" * 64)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_message_says_what_was_to_be_sent(
    with_link: Settings, name: str, link: str, subject: str, local_part: str
) -> None:
    mail = document(f"Pour {NAME.token} : {subject}")
    template = prepare_message(mail, with_link, SENDER, language="fr")
    filled = {"name": name, "link": link, UNSUBSCRIBE_FIELD: "a.b-c_d"}
    address = f"{local_part}@example.org"

    message = template.for_recipient(
        Addressee(address, "<2025-05.ab12@example.org>", "a.b-c_d", filled), date=NOW
    )

    found = parsed(message)
    html = HTML.replace(PICTURE.name, "cid:0123456789abcdef@example.org")
    assert content_of(found, "plain") == in_lines(fill_text(TEXT, FIELDS, filled))
    assert content_of(found, "html") == in_lines(fill_html(html, FIELDS, filled))
    assert found["Subject"] == one_line(fill_text(mail.subject, FIELDS, filled))
    # Python takes the quotation marks off what stands before the @: the line itself is looked at.
    assert f"\r\nTo: <{address}>\r\n".encode() in message
    assert {key: str(found[key]) for key in HEADS} == HEADS
    assert [key for key in found.keys() if key not in HEADS] == OTHERS  # noqa: SIM118
    lines = message.split(b"\r\n")
    body = lines[lines.index(b"") :]
    assert max(map(len, body)) <= 76
    assert not any(line.startswith(b".") for line in lines)
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert b"\r" not in message.replace(b"\r\n", b"")
    assert message.isascii()


HEADS = {
    "From": '"L\'« équipe », dite \\"Numeum\\"" <lettre@example.org>',
    "Reply-To": "contact@example.org",
    "Date": "Fri, 02 May 2025 09:30:00 +0000",
    "Message-ID": "<2025-05.ab12@example.org>",
    "List-Id": "Mon association <lettre.example.org>",
    "List-Unsubscribe": "<https://lettres.example.org/desabonnement/a.b-c_d>,"
    " <mailto:desinscription@example.org?subject=unsubscribe%20a.b-c_d>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Feedback-ID": "2025-05:lettre.example.org:newsletter:exampleorg",
    "Content-Language": "fr",
    "MIME-Version": "1.0",
}
OTHERS = ["To", "Subject", "Content-Type"]


def made(settings: Settings, mail: Document | None = None, mark: str = "") -> EmailMessage:
    template = prepare_message(mail or document("Mai"), settings, SENDER, language="fr", mark=mark)
    return parsed(template.for_recipient(Addressee("a@example.org", "<b@c>", "tok", {}), date=NOW))


def test_pictures_travel_with_the_html_under_the_name_by_which_it_shows_them(
    settings: Settings,
) -> None:
    message = made(settings)

    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
    ]  # fmt: skip
    assert picture.get_content() == PICTURE.content
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in content_of(message, "html")


def test_pictures_are_called_by_their_own_names_in_lists_of_attachments(
    settings: Settings,
) -> None:
    titles = ["Photo de l'été", "", "图"]
    pictures = tuple(
        DocumentImage(f"images/{number:016}.jpg", b"content", title)
        for number, title in enumerate(titles)
    )

    message = made(settings, replace(document("Mai"), images=pictures))

    names = [part.get_filename() for part in message.walk() if part.get_filename()]
    assert names == ["photo-de-l-ete.jpg", "image.jpg", "image.jpg"]


def test_hosted_pictures_stay_where_they_are(settings: Settings) -> None:
    site = {"images_url": "https://example.org/images"}
    hosted = replaced(settings, site=Site(**site))

    mail = document("Mai")
    shown = replace(mail, html=mail.html.replace('"images/', '"https://example.org/images/'))

    message = made(hosted, shown)

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    # As a release under embargo shows its pictures: they travel.
    assert "image/png" in [part.get_content_type() for part in made(hosted, mail).walk()]


def test_without_an_address_to_leave_at_one_leaves_by_mail_and_no_click(
    settings: Settings,
) -> None:
    message = made(settings)

    assert message["List-Unsubscribe"] == (
        "<mailto:desinscription@example.org?subject=unsubscribe%20tok>"
    )
    assert message["List-Unsubscribe-Post"] is None


def test_a_long_address_to_leave_at_stays_in_one_line_as_it_is(settings: Settings) -> None:
    url = f"https://lettres.example.org/{'long/' * 60}{{token}}"
    unsubscribe = replaced(settings.unsubscribe, url=url)
    template = prepare_message(
        document("Mai"),
        replaced(settings, unsubscribe=unsubscribe),
        SENDER,
        language="fr",
    )

    message = template.for_recipient(Addressee("a@example.org", "<b@c>", "tok", {}), date=NOW)

    assert f"List-Unsubscribe: <{url.replace('{token}', 'tok')}>, <mailto:".encode() in message


def test_a_test_is_marked_before_its_subject(settings: Settings) -> None:
    assert made(settings, mark="[TEST]")["Subject"] == "[TEST] Mai"


def test_the_same_document_makes_the_same_bytes(settings: Settings) -> None:
    assert made(settings).as_bytes() == made(settings).as_bytes()


@pytest.mark.parametrize("other", ["2025-été", "2025-e-e", "a" * 60 + "2"])
def test_no_two_issues_give_a_message_the_same_id(other: str) -> None:
    ids = {
        message_id_for(issue, "ab12", "lettre@example.org")
        for issue in ("2025-àté", "a" * 60 + "1", other)
    }

    assert len(ids) == 3
    assert all(len(each) < 120 and each.isascii() for each in ids)
