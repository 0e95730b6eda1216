"""`newsletter site`: who is on it and when, what programs read of it, what is written."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree, html
from PIL import Image

from newsletter.checks.online import addresses_to_try
from newsletter.checks.rule import Checked
from newsletter.commands.site import site
from newsletter.content.loading import load_issue
from newsletter.mailing.message.message import embedded_pictures
from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import parts_of, render_document
from newsletter.rendering.web.page import render_web_issue
from newsletter.settings.loading import load_settings
from newsletter.site.published import OnlineIssue, as_online, places_of
from newsletter.site.site import WebSite
from newsletter.values.audiences import UNKNOWN
from tests.conftest import ROOT
from tests.site.conftest import (
    LETTER,
    NOW,
    PUBLISHED,
    RELEASE,
    SETTINGS,
    make_site,
    note_sent,
    with_site,
    write_issues,
)
from tests.surroundings import around

NINJS = json.loads((ROOT / "tests/data/ninjs-schema_3.1.json").read_text())
ATOM = "{http://www.w3.org/2005/Atom}"
CODE = "7f3kq0x9m2v5c8r1t6w4"


@pytest.mark.parametrize(
    ("issue", "accepted", "page"),
    [
        (LETTER + PUBLISHED, None, "essai.html"),
        (LETTER, 1, "essai.html"),
        (LETTER, 0, None),
        (LETTER, None, None),
        (LETTER + "web: public\n", None, None),
        (LETTER + "web: none\n", 1, None),
        (LETTER + "web: {published: 2025-06-02}\n", None, None),
        (LETTER + f"web: {{access: unlisted, code: {CODE}}}\n", 1, f"essai-{CODE}.html"),
        (LETTER + "web: unlisted\n", 1, None),
        (LETTER + "for: {delegation: Bretagne}\n", 1, None),
        (LETTER + "for: {delegation: Bretagne}\nweb: all\n", 1, "essai.html"),
        (RELEASE, 1, "essai.html"),
        (RELEASE.replace("none", "2025-06-01 12:00"), 1, "essai.html"),
        (RELEASE.replace("none", "2025-06-01 12:01"), 1, None),
        (RELEASE.replace("none", "2025-06-01 12:00"), None, None),
    ],
)  # fmt: skip
def test_an_issue_is_online_once_it_left_its_embargo_ended_and_it_may_be_read(
    online: Path, issue: str, accepted: int | None, page: str | None
) -> None:
    write_issues(online, {"essai": issue})
    if accepted is not None:
        note_sent(online, "essai", accepted=accepted)

    files, _told = make_site(online)

    pages = [name for name in files if "essai" in name and name.endswith(".html")]
    assert pages == ([page] if page else [])


def test_a_release_appears_at_its_hour_and_not_a_second_before(online: Path) -> None:
    write_issues(online, {"secret": RELEASE.replace("none", "2025-06-01 12:00")})
    note_sent(online, "secret")

    before, _told = make_site(online, moment="1er juin 2025 à 11:59:59")
    after, told = make_site(online, moment="2025-06-01T12:00")

    assert [name for name, each in before.items() if "secret" in name or b"secret" in each] == []
    assert {"secret.html", "f/secret/release.json", "f/secret/release.pdf"} <= {*after}
    assert "new      secret.html" in told
    assert b"embargo" not in after["secret.html"].lower()


def test_what_is_under_embargo_again_leaves_the_site(online: Path) -> None:
    write_issues(online, {"secret": RELEASE + PUBLISHED})
    make_site(online)
    write_issues(online, {"secret": RELEASE.replace("none", "2025-07-01 12:00") + PUBLISHED})

    files, told = make_site(online)

    assert [name for name in files if "secret" in name] == []
    assert "removed  secret.html" in told
    traces = [name for name, each in files.items() if b"Le titre dit un fait" in each]
    assert traces == []


def test_an_unlisted_issue_stands_in_no_list(online: Path) -> None:
    web = f"web: {{access: unlisted, code: {CODE}, published: 2025-05-02}}\n"
    write_issues(online, {"public": LETTER + PUBLISHED, "essai": LETTER + web})

    files, _told = make_site(online)

    page = f"essai-{CODE}.html"
    assert b'<meta name="robots" content="noindex">' in files.pop(page)
    assert [name for name, content in files.items() if CODE.encode() in content] == []


def test_same_issues_same_bytes_wherever_and_whoever(online: Path, tmp_path: Path) -> None:
    agenda = "items: [{kind: agenda, events: [{title: Salon, start: 2025-06-12 18:30}]}]\n"
    for workspace in (online, with_site(tmp_path / "elsewhere")):
        write_issues(workspace, {"a": LETTER + PUBLISHED, "r": RELEASE + PUBLISHED})
        text = LETTER.partition("items:")[0] + agenda + "web: {published: 2025-05-03}\n"
        write_issues(workspace, {"b": text})
    expected, _told = make_site(online)

    subprocess.run(
        [sys.executable, "-m", "newsletter", "site", "--now", NOW.isoformat()],
        cwd=tmp_path / "elsewhere",
        # Not LC_ALL=C: Python 3.11 then finds no package of a venv in a folder with accents.
        env={
            **os.environ,
            "TZ": "Asia/Tokyo",
            "LC_ALL": "",
            "LANG": "C",
            "NEWSLETTER_LANG": "fr",
        },
        check=True,
        capture_output=True,
    )

    there = tmp_path / "elsewhere/site"
    assert {name: (there / name).read_bytes() for name in expected} == expected


def test_only_what_changed_is_written(online: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "b": LETTER + PUBLISHED})
    make_site(online)
    before = {path: path.stat().st_mtime_ns for path in (online / "site").rglob("*.*")}
    write_issues(online, {"b": LETTER.replace("Texte", "Mot") + PUBLISHED})

    _files, told = make_site(online)

    after = {path: path.stat().st_mtime_ns for path in (online / "site").rglob("*.*")}
    changed = sorted(path.name for path in after if after[path] != before[path])
    assert changed == ["b.html", "feed.atom", "feed.json"]
    assert told == ["changed  b.html"]
    assert make_site(online)[1][0].endswith("site is up to date")


def test_a_page_goes_with_its_issue_and_what_is_not_ours_stays(online: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "b": LETTER + PUBLISHED})
    make_site(online)
    (online / "site/CNAME").write_text("l.example.org")
    (online / "site/own.html").write_text("<p>Ours.")
    (online / "issues/b.yaml").unlink()

    files, told = make_site(online)

    assert told == ["changed  index.html", "removed  b.html"]
    assert files["b.html"] == files["404.html"]
    assert make_site(online)[1][0].endswith("is up to date")
    assert files["own.html"] == b"<p>Ours."
    assert {"a.html", "CNAME"} <= {*files}


def test_an_issue_that_cannot_be_read_keeps_its_page(online: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "other": LETTER + PUBLISHED})
    before, _told = make_site(online)
    write_issues(online, {"a": "kind: newsletter\n"})
    (online / "issues/other.yaml").unlink()

    files, told = make_site(online)

    assert files["a.html"] == before["a.html"]
    assert files["other.html"] == files["404.html"]
    assert "a.yaml" in "".join(told)


def test_what_leads_to_an_issue_that_cannot_be_read_stays_as_it_was(online: Path) -> None:
    write_issues(online, {"r": RELEASE + PUBLISHED, "new": LETTER})
    before, _told = make_site(online)
    write_issues(online, {"r": "kind: press-release\n", "new": LETTER + PUBLISHED})

    files, told = make_site(online)

    lists = {
        "r.html",
        "presse/index.html",
        "presse/index.json",
        "presse/feed.atom",
        "presse/feed.json",
    }
    assert {name: files[name] for name in lists} == {name: before[name] for name in lists}
    assert "new      new.html" in told
    assert [line for line in told if "r.yaml" in line]


def test_what_is_no_site_of_ours_is_not_written_over(online: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/index.html").write_text("<p>Mine")

    for folder in (tmp_path / "other", online):
        with pytest.raises(NewsletterError, match="something else") as raised:
            site(around(online, now=NOW), output=folder)
        assert "--output" in (raised.value.hint or "")

    assert [path.name for path in (tmp_path / "other").iterdir()] == ["index.html"]
    assert not (online / "feed.atom").exists()


@pytest.mark.parametrize("name", ["issues", "templates", "..", "above"])
def test_a_folder_where_other_things_lie_is_refused(
    name: str, online: Path, tmp_path: Path
) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED})
    (tmp_path / "above/letters").mkdir(parents=True)
    (online / "templates/web").mkdir(parents=True, exist_ok=True)
    folder = tmp_path / "above" if name == "above" else online / name

    with pytest.raises(NewsletterError, match="something else"):
        site(around(online, now=NOW), output=folder)

    assert not (folder / "site.css").exists()


@pytest.mark.parametrize("place", ["en/{}", "en/deeper/{}", "program/templates/web/page.html"])
def test_pages_of_another_site_below_and_templates_stay(place: str, online: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "b": LETTER + PUBLISHED})
    make_site(online)
    page = online / "site" / place.format("other.html")
    page.parent.mkdir(parents=True)
    template = packaged_files() / "templates/web/page.html"
    page.write_bytes((template if "program" in place else online / "site/b.html").read_bytes())
    (online / "site/en").mkdir(exist_ok=True)
    (online / "site/en/sitemap.xml").write_text("<urlset/>")
    before = page.read_bytes()
    (online / "issues/b.yaml").unlink()

    make_site(online)

    assert page.read_bytes() == before
    assert (online / "site/b.html").read_bytes() == (online / "site/404.html").read_bytes()


def test_a_feed_has_what_its_format_asks_and_names_that_last(online: Path, tmp_path: Path) -> None:
    issues = {"a": LETTER + PUBLISHED, "r": RELEASE + PUBLISHED}
    write_issues(online, issues)
    elsewhere = with_site(tmp_path / "moved")
    settings = elsewhere / "newsletter.yaml"
    settings.write_text(settings.read_text().replace("l.example.org/", "new.example.org/n/"))
    corrected = "correction: {date: 2025-05-20, text: le 13 et non le 12.}\n"
    write_issues(elsewhere, {name: f"{text}{corrected}" for name, text in issues.items()})
    write_issues(elsewhere, {"a": LETTER.replace("Titre", "Autre") + PUBLISHED})

    first, second = make_site(online)[0], make_site(elsewhere)[0]

    for folder, name, changed in (("", "a", "2025-05-02"), ("presse/", "r", "2025-05-20")):
        feeds = [etree.fromstring(files[f"{folder}feed.atom"]) for files in (first, second)]
        for feed in feeds:
            assert Counter(each.tag for each in feed if each.tag != f"{ATOM}entry") == Counter(
                {f"{ATOM}{tag}": 1 for tag in ("id", "title", "updated", "author")}
                | {f"{ATOM}link": 2}
            )
            (entry,) = feed.findall(f"{ATOM}entry")
            assert entry.findtext(f"{ATOM}id") == f"tag:example.org,2025:{name}"
            assert entry.findtext(f"{ATOM}published") == "2025-05-02T00:00:00+02:00"
            content = html.fromstring(entry.findtext(f"{ATOM}content") or "")
            links = content.xpath("//@href | //@src")
            assert [each for each in links if not str(each).startswith(("http", "tel", "#"))] == []
        assert feeds[0].findtext(f"{ATOM}id") == feeds[1].findtext(f"{ATOM}id")
        assert f"{feeds[1].findtext(f'{ATOM}entry/{ATOM}updated')}".startswith(changed)
        for news in json.loads(second["presse/index.json"]):
            Draft202012Validator(NINJS, format_checker=FormatChecker()).validate(news)
            assert news["representationType"] == "partial"
        written = [json.loads(files[f"{folder}feed.json"]) for files in (first, second)]
        assert [each["version"] for each in written] == ["https://jsonfeed.org/version/1.1"] * 2
        assert [each["items"][0]["id"] for each in written] == [f"tag:example.org,2025:{name}"] * 2


@pytest.mark.parametrize(
    "title",
    [
        "Un </script> & <b>",
        '« L\'été » "2025"',
        "\u05e9\u05dc\u05d5\u05dd \u200f1",
        "Fête 🎉 👩‍🔬",
        "]]> &amp;",
    ],
)
def test_a_feed_is_read_without_a_fault_whatever_a_title_says(title: str, online: Path) -> None:
    letter = LETTER.replace(
        "title: Titre\n", f"title: {json.dumps(title, ensure_ascii=False)}\n", 1
    )
    release = RELEASE.replace("Le titre dit un fait", json.dumps(title, ensure_ascii=False))
    write_issues(online, {"a": letter + PUBLISHED, "r": release + PUBLISHED})

    files, _told = make_site(online)

    for name, page in (("feed.atom", "a"), ("presse/feed.atom", "r")):
        feed = feedparser.parse(files[name])
        assert (feed.bozo, feed.version) == (False, "atom10")
        (entry,) = feed.entries
        assert (entry.link, entry.id) == (
            f"https://l.example.org/{page}", f"tag:example.org,2025:{page}"
        )  # fmt: skip
        assert re.sub(r"\W", "", entry.title) == re.sub(r"\W", "", title)
        assert entry.published_parsed
        assert entry.updated_parsed
        assert "<" in entry.content[0].value


def test_every_reference_of_the_linked_data_is_resolved(online: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "r": RELEASE + PUBLISHED})

    files, _told = make_site(online)

    for name in ("a.html", "r.html", "index.html", "presse/index.html"):
        (data,) = html.fromstring(files[name]).xpath("//script")
        assert data.get("type") == "application/ld+json"
        graph = json.loads(data.text)["@graph"]
        named = {node["@id"] for node in graph if "@id" in node}
        values = [value for node in graph for value in node.values()]
        asked = {value["@id"] for value in values if isinstance(value, dict) and "@id" in value}
        assert asked <= named


def test_a_title_cannot_end_the_linked_data(online: Path) -> None:
    title = '"</script><b>Oui</b>"'
    write_issues(online, {"a": LETTER.replace("title: Titre\n", f"title: {title}\n") + PUBLISHED})

    files, _told = make_site(online)

    page = html.fromstring(files["a.html"])
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//b") == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("", "who may read"),
        ("site: {web: none}\n", "who may read"),
        ("site: {web: public}\n", "where the site"),
        ("site: {web: public, web_url: 'https://{issue}.example.org/'}\n", "not the address"),
        ("site: {web: public, web_url: 'https://example.org/?id={issue}'}\n", "not the address"),
        ("site: {web: public, web_url: 'https://example.org/#{issue}'}\n", "not the address"),
    ],
)
def test_settings_that_make_no_site_are_told_with_what_to_write(
    tmp_path: Path, settings: str, said: str
) -> None:
    workspace = with_site(tmp_path / "workspace", settings)

    with pytest.raises(NewsletterError, match=said) as raised:
        make_site(workspace)

    assert "site:" in (raised.value.hint or "")


@pytest.mark.parametrize("names", [["index"], ["Lettre", "lettre"]])
def test_two_pages_of_one_name_are_told(names: list[str], online: Path) -> None:
    write_issues(online, dict.fromkeys(names, LETTER + PUBLISHED))

    with pytest.raises(NewsletterError, match=rf"(?i){names[-1]}\.html"):
        make_site(online)


def test_two_languages_lead_to_one_another_once_both_are_online(online: Path) -> None:
    write_issues(online, {
        "fr": LETTER + PUBLISHED + "translation_of: en\n",
        "en": LETTER + PUBLISHED + "language: en\ntranslation_of: fr\n",
        "alone": LETTER + PUBLISHED + "translation_of: draft\n",
        "draft": LETTER + "language: en\n",
    })  # fmt: skip

    files, _told = make_site(online)

    for name in ("fr.html", "en.html"):
        links = html.fromstring(files[name]).xpath("//link[@hreflang]")
        assert {(each.get("hreflang"), each.get("href")) for each in links} == {
            ("fr", "https://l.example.org/fr"),
            ("en", "https://l.example.org/en"),
            ("x-default", "https://l.example.org/fr"),
        }
    assert b"draft" not in files["alone.html"]


def test_a_picture_for_the_press_says_nothing_of_its_maker(online: Path) -> None:
    photo = Image.new("RGB", (40, 30), "#654321")
    exif = photo.getexif()
    exif[0x013B] = "Camille Secrete"  # Artist
    photo.save(online / "assets/images/p.jpg", exif=exif, comment=b"Camille Secrete")
    medium = "media: [{title: Vue, file: p.jpg, credit: Nous, rights: libres}]\n"
    write_issues(online, {"r": RELEASE + medium + PUBLISHED})

    files, _told = make_site(online)

    assert files["f/r/media/p.jpg"].startswith(b"\xff\xd8")
    assert [name for name, content in files.items() if b"Secrete" in content] == []


def test_a_link_in_the_place_of_the_site_is_not_followed(online: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    write_issues(online, {"a": LETTER + PUBLISHED})
    (online / "site").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NewsletterError, match="leads elsewhere"):
        make_site(online)

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_page_that_is_no_longer_as_it_was_sent_is_told_part_by_part(online: Path) -> None:
    write_issues(online, {"a": LETTER})
    settings = load_settings(online).settings
    assert settings is not None
    issue = load_issue(online / "issues/a.yaml", settings).issue
    assert issue is not None
    record = note_sent(online, "a") / "sent.json"
    parts = dict(parts_of(issue, settings).digests)
    record.write_text(json.dumps({**json.loads(record.read_text()), "parts": parts}))
    assert make_site(online)[1][-1] == "new      index.html"
    write_issues(online, {"a": LETTER.replace("Objet", "Autre").replace("Texte", "Mot")})

    _files, told = make_site(online)

    (told_of_mail,) = [line for line in told if "no longer" in line]
    assert told_of_mail.startswith("a is no longer as it was sent: the subject; 'Titre' (line 6)")


def test_each_address_that_a_mail_promises_is_there(online: Path) -> None:
    agenda = """\
items:
  - kind: agenda
    events:
      - {title: Salon, start: 2025-06-12 18:00, place: Rennes}
      - {title: Salon, start: 2025-06-12 18:00, place: Brest, for: {delegation: Bretagne}}
      - {title: Réservé, start: 2025-06-13, not_for: {delegation: Bretagne}}
"""
    write_issues(online, {"a": LETTER.partition("items:")[0] + agenda})
    note_sent(online, "a")
    settings = load_settings(online).settings
    assert settings is not None
    issue = load_issue(online / "issues/a.yaml", settings).issue
    assert issue is not None
    mails = [render_document(issue, settings, each) for each in (
        UNKNOWN, {"delegation": ("Bretagne",)}
    )]  # fmt: skip

    files, _told = make_site(online)

    loaded = load_issue(online / "issues/a.yaml", settings)
    tried = addresses_to_try(Checked(issue, loaded.source, mails[0], settings))
    own = [url for url in tried if "l.example.org" in url]
    assert [url.rpartition(".")[2] for url in own] == ["ics"]  # the page is not there yet
    asked = {
        url for mail in mails for url in re.findall(r"https://l\.example\.org/([^\"]*)", mail.html)
    }
    assert asked == {"a", "f/a/agenda/2025-06-12-18h00-salon.ics"}
    assert {"a.html", *(asked - {"a"})} <= {*files}
    assert [name for name in files if "reserve" in name] == []


def test_a_release_and_the_one_that_it_replaces_lead_to_one_another(online: Path) -> None:
    write_issues(online, {
        "old": RELEASE + PUBLISHED,
        "new": RELEASE + PUBLISHED + "replaces: le communiqué du 2 mai\nreplaces_issue: old\n",
        "other": RELEASE + PUBLISHED + "replaces: un autre\nreplaces_issue: draft\n",
        "draft": RELEASE,
    })  # fmt: skip

    files, _told = make_site(online)

    said = {
        name: html.fromstring(files[f"{name}.html"]).xpath("//*[contains(@class, 'correction')]")
        for name in ("old", "new", "other")
    }
    links = {name: [each.get("href") for box in boxes for each in box.iter("a")]
             for name, boxes in said.items()}  # fmt: skip
    assert links == {"old": ["/new"], "new": ["/old"], "other": []}
    assert (
        "Annule et remplace le communiqué du 2\N{NO-BREAK SPACE}mai"
        in said["new"][0].text_content()
    )


def test_the_archive_has_each_issue_by_year_and_by_series(online: Path) -> None:
    of_2024 = "web: {published: 2024-05-02}\n"
    write_issues(online, {
        "a": LETTER + PUBLISHED + "series: Les coulisses\n",
        "b": LETTER + of_2024 + "series: Les coulisses\n",
        "c": LETTER + of_2024 + "series: À lire\n",
        "r": RELEASE + PUBLISHED,
    })  # fmt: skip

    files, _told = make_site(online)

    sections = html.fromstring(files["index.html"]).findall(".//section")
    links = [[each.get("href") for each in section.iter("a")] for section in sections]
    assert [section.find("h2").text for section in sections] == ["2025", "2024"]
    assert links == [["/a"], ["/c", "/b"]]
    assert listed(files["index.html"], "parts") == ["/series/a-lire", "/series/les-coulisses"]
    assert listed(files["series/a-lire.html"], "lines") == ["/c"]
    assert listed(files["series/les-coulisses.html"], "lines") == ["/a", "/b"]
    press = html.fromstring(files["presse/index.html"])
    assert [each.get("href") for each in press.iter("a") if each.get("href") == "/r"] == ["/r"]
    assert press.xpath("//a[starts-with(@href, 'tel:')]")


@pytest.mark.parametrize("parts", ["everyone", "all"])
def test_the_email_of_an_issue_for_some_promises_no_page_that_the_site_will_not_have(
    online: Path, parts: str
) -> None:
    agenda = "items: [{kind: agenda, events: [{title: Salon, start: 2025-06-12}]}]\n"
    text = f"{LETTER.partition('items:')[0]}{agenda}for: {{delegation: Bretagne}}\n"
    write_issues(online, {"a": f"{text}web: {{parts: {parts}}}\n"})
    note_sent(online, "a")
    settings = load_settings(online).settings
    assert settings is not None
    issue = load_issue(online / "issues/a.yaml", settings).issue
    assert issue is not None
    mail = render_document(issue, settings, {"delegation": ("Bretagne",)})

    files, _told = make_site(online)

    promised = re.findall(r"https://l\.example\.org/([^\"\s>]+)", mail.html + mail.text)
    assert bool(promised) == ("a.html" in files) == (parts == "all")
    assert {f"{name}.html" if name == "a" else name for name in promised} <= {*files}


@pytest.mark.parametrize(
    ("web", "embargo", "named"),
    [
        ("public", "2025-07-01 06:00", []),
        ("unlisted", "2025-07-01 06:00", []),
        ("public", "none", ["f", "i", "mail"]),
        ("none", "none", ["i"]),
        ("unlisted", "none", ["i"]),
        (f"{{access: unlisted, code: {CODE}}}", "none", ["f", "i", f"mail-{CODE}"]),
        (f"{{access: unlisted, code: {CODE}}}", "2025-07-01 06:00", []),
    ],
)
def test_a_mail_names_no_address_that_the_site_does_not_have_or_that_gives_it_away(
    web: str, embargo: str, named: list[str], tmp_path: Path
) -> None:
    pictures = SETTINGS.replace("f'}", "f', images_url: 'https://l.example.org/i'}")
    workspace = with_site(tmp_path / "workspace", pictures)
    medium = "media: [{title: Vue, file: photo.png, credit: Nous, rights: libres}]\n"
    text = RELEASE.replace("embargo: none", f"embargo: {embargo}") + medium + f"web: {web}\n"
    write_issues(workspace, {"mail": text})
    settings = load_settings(workspace).settings
    assert settings is not None
    issue = load_issue(workspace / "issues/mail.yaml", settings).issue
    assert issue is not None

    mail = render_document(issue, settings)

    found = re.findall(r"https://l\.example\.org/([^/\"\s]+)", mail.html + mail.text)
    assert sorted(set(found)) == named
    # What is not hosted travels inside.
    assert bool(embedded_pictures(mail, settings)) == ("i" not in named)


def test_the_press_room_shows_a_picture_of_two_languages_once(online: Path) -> None:
    media = "media: [{title: Vue, url: https://example.org/v.jpg, credit: Nous, rights: libres}]\n"
    write_issues(online, {
        "fr": RELEASE + PUBLISHED + media,
        "en": RELEASE + PUBLISHED + media + "language: en\ntranslation_of: fr\n",
        "alone": RELEASE + PUBLISHED + media + "language: en\n",
    })  # fmt: skip

    files, _told = make_site(online)

    press = html.fromstring(files["presse/index.html"])
    assert len(press.xpath("//*[@class='media']/li")) == 2


@pytest.mark.parametrize("number", [300, pytest.param(1000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("days", [1, 7])
def test_of_many_letters_each_is_two_steps_away_and_no_page_is_heavy(
    number: int, days: int, online: Path
) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED + "series: Les coulisses\n"})
    settings = load_settings(online).settings
    assert settings is not None
    issue = load_issue(online / "issues/a.yaml", settings).issue
    assert issue is not None
    places = places_of(settings)
    shown = render_web_issue(issue, settings)
    letters = []
    for each in range(number):
        entry = as_online(issue, settings, NOW - timedelta(days=days * each))
        entry = replace(entry, address=f"https://l.example.org/a{each}")
        title = f"{'Un titre qui dit beaucoup ' * 10}{each}"
        of = replace(shown, title=title, series=f"Série {each % 3 // 2}")
        letters.append(OnlineIssue(entry, of, ()))

    files = WebSite(letters, settings, places).files()

    heavy = [name for name, content in files.items() if len(content) > 60_000]
    assert [name for name in heavy if name.endswith(".html")] == []
    ways = listed(files["index.html"], "parts")
    for kind in ("archives", "series"):
        pages = [files[f"{way[1:]}.html"] for way in ways if way.startswith(f"/{kind}/")]
        assert len(pages) >= 2
        found = [link for page in pages for link in listed(page, "lines")]
        assert sorted(found) == sorted(f"/a{each}" for each in range(number))
        assert all(listed(page, "parts") == ways for page in pages)
    assert len(listed(files["index.html"], "entries")) == 24


def listed(page: bytes, css: str) -> list[str]:
    """Return where the links below an element of a class lead."""
    return [str(url) for url in html.fromstring(page).xpath(f"//*[@class='{css}']//a/@href")]
