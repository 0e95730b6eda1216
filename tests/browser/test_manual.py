"""The site of the manual, opened from its folder: found in one guess, readable by all, at home."""

import runpy
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
# What people type, and the page that they are to find first.
ASKED = {
    "fr": {
        "logo": "apparence",
        "Signature": "genres",
        "bounce": "ce-qui-revient",
        "NPAI": "ce-qui-revient",
        "programmer un envoi": "envoyer",
        "unsubscribe": "se-desinscrire",
        "désinscription": "se-desinscrire",
        "Outlook": "apercu-et-relecture",
        "Word": "coller-depuis-word",
        "couleurs": "apparence",
        "photo": "images",
        "prénom": "personnaliser",
        "delegation": "je-veux",
        "embargo": "communique",
        "mot de passe": "demarrer",
        "quitter la liste": "se-desinscrire",
        "supprimer un élément": "ecrire",
        "mauvais mail envoyé": "corriger-apres-l-envoi",
        "save the date": "genres",
        "événement": "genres",
        "annoncer une date": "genres",
        "annoncer un événement": "je-veux",
        "excel": "reglages",
        "fichier excel des adhérents": "reglages",
        "emoji": "regles",
        "nouveau numéro": "demarrer",
        "virgule": "ecrire",
        "mailing": "envoyer",
        "programmer": "envoyer",
        "spam": "envoyer",
        "bon à tirer": "faire-valider",
        "objet": "tete-du-numero",
        "gras": "mise-en-forme",
        "agenda": "genres",
        "vidéo": "je-veux",
        "erratum": "corriger-apres-l-envoi",
        "archives": "en-ligne",
        "reprendre un envoi interrompu": "suivre-un-envoi",
        "erreur": "quand-ca-coince",
        "installer": "installer",
        "vague-link": "regles",
        "code de sortie": "commandes",
    },
    "en": {
        "logo": "look",
        "Signature": "kinds",
        "bounce": "what-comes-back",
        "undelivered": "what-comes-back",
        "schedule a send": "sending",
        "unsubscribe": "unsubscribe-page",
        "opt-out": "unsubscribe-page",
        "Outlook": "preview-and-review",
        "Word": "pasting-from-word",
        "colours": "look",
        "photo": "pictures",
        "first name": "personalising",
        "region": "how-to",
        "embargo": "press-releases",
        "password": "getting-started",
        "leave the list": "unsubscribe-page",
        "delete an item": "writing",
        "wrong email sent": "correcting-after-sending",
        "save the date": "kinds",
        "event": "kinds",
        "announce an event": "how-to",
        "excel": "settings",
        "emoji": "rules",
        "new issue": "getting-started",
        "comma": "writing",
        "mailing": "sending",
        "schedule": "sending",
        "spam": "sending",
        "sign off": "approval",
        "subject": "head-of-the-issue",
        "bold": "formatting",
        "agenda": "kinds",
        "video": "how-to",
        "erratum": "correcting-after-sending",
        "archive": "online",
        "resume an interrupted send": "following-a-send",
        "error": "troubleshooting",
        "install": "installing",
        "vague-link": "rules",
        "exit status": "commands",
    },
}


# Pages to look things up in, not to read.
LISTS = {
    f"{name}.html"
    for name in (
        *(
            "fr/commandes",
            "fr/genres",
            "fr/je-veux",
            "fr/mots",
            "fr/reglages",
            "fr/regles",
            "fr/structures",
        ),
        *(
            "en/commands",
            "en/how-to",
            "en/kinds",
            "en/words",
            "en/settings",
            "en/rules",
            "en/structures",
        ),
    )
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    runpy.run_path(str(ROOT / "tools/manual_site.py"))["make"](folder)
    return folder


@pytest.fixture(name="pages")
def pages_of_the_site(site: Path) -> dict[str, html.HtmlElement]:
    return {
        path.relative_to(site).as_posix(): html.parse(path).getroot()
        for path in site.rglob("*.html")
    }


@pytest.fixture(name="page")
def open_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("language", ASKED)
def test_what_people_type_finds_the_right_page_first(page: Page, site: Path, language: str) -> None:
    page.goto((site / language / "index.html").as_uri())
    found = {}

    for word in ASKED[language]:
        page.fill("#search", word)
        first = page.locator("#found a").first
        found[word] = Path(first.get_attribute("href") or "").stem if first.count() else None

    assert found == ASKED[language]


def test_a_search_leads_to_the_part_of_a_page_and_the_keyboard_is_enough(
    page: Page, site: Path
) -> None:
    page.goto((site / "SECURITY.html").as_uri())
    page.fill("#search", "deliverability SPF")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/sending.html")

    page.fill("#search", "embargo")
    page.get_by_role("link", name="The embargo").click()

    assert page.url.endswith("/en/press-releases.html#the-embargo")
    page.fill("#search", "xyzzy")
    assert page.locator("#found").inner_text() == "No page. Try another word."


def test_an_answer_shows_how_its_text_begins_and_one_page_is_a_singular(
    page: Page, site: Path
) -> None:
    page.goto((site / "fr/index.html").as_uri())
    page.fill("#search", "ninjs")
    lines = page.locator("#found").inner_text().splitlines()

    assert lines[0] == "1 page trouvée"
    assert all(line.partition(" ")[2] for line in lines[1:] if line)
    page.fill("#search", "save the date")
    assert (
        "Des dates à retenir"
        in page.locator("#found a[href$='genres.html#agenda'] + span").inner_text()
    )
    page.fill("#search", "logo")
    assert page.locator("#found p").inner_text() == "6 pages trouvées"
    assert "Apparence Le thème est" in page.locator("#found li").first.inner_text()


@pytest.mark.parametrize(("locale", "first"), [("fr-CA", "fr"), ("en-GB", "en"), ("de-DE", "en")])
def test_the_manual_opens_in_the_reader_s_language(
    browser: Browser, site: Path, locale: str, first: str
) -> None:
    page = browser.new_page(locale=locale)
    page.goto((site / "index.html").as_uri())
    page.wait_for_url(f"**/{first}/index.html")
    page.close()


def test_each_page_fits_a_phone_and_asks_for_its_own_files_alone(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    asked: set[str] = set()
    said: list[str] = []
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path.name

    assert said == []
    assert {url for url in asked if not url.startswith((site.as_uri(), "data:,"))} == set()


def violations(
    browser: Browser, pages: Iterable[Path], views: Iterable[tuple[int, str]]
) -> dict[str, str]:
    """Return what axe finds in each of the pages, of a width and in colours."""
    found = {}
    for width, scheme in views:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        for path in pages:
            page.goto(path.as_uri())
            page.fill("#search", "logo")
            # It would fetch the style sheet, which a browser refuses from disk.
            said = Axe().run(page, options={"preload": False})
            if said.violations_count:
                found[f"{path.name} {width} {scheme}"] = said.generate_report()
        page.close()
    return found


def test_the_sorts_of_pages_are_accessible(browser: Browser, site: Path) -> None:
    pages = [site / f"{name}.html" for name in ("fr/quand-ca-coince", "en/words")]

    assert violations(browser, pages, [(1280, "light"), (375, "dark")]) == {}


@pytest.mark.soak
def test_a_page_to_be_read_has_three_screens_and_a_half_at_most(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    screens = {}

    for path in sorted(site.glob("??/*.html")):
        page.goto(path.as_uri())
        height = page.evaluate("document.querySelector('main').scrollHeight")
        screens[path.relative_to(site).as_posix()] = height / 900

    assert {name for name, found in screens.items() if found > 3.5} <= LISTS


@pytest.mark.soak
def test_every_page_is_accessible(browser: Browser, site: Path) -> None:
    views = product((1280, 375), ("light", "dark"))

    assert violations(browser, sorted(site.rglob("*.html")), views) == {}


def test_no_link_is_dead(site: Path, pages: dict[str, html.HtmlElement]) -> None:
    dead = []
    for name, page in pages.items():
        for target in page.xpath("//@href | //@src"):
            parts = urlsplit(target)
            path = (site / name).parent / unquote(parts.path) if parts.path else site / name
            place = (
                path.resolve().relative_to(site.resolve()).as_posix() if not parts.scheme else name
            )
            is_there = parts.scheme or (site / place).is_file()
            if not is_there or (
                parts.fragment
                and not pages[place].xpath("//*[@id=$id]", id=unquote(parts.fragment))
            ):
                dead.append((name, target))

    assert dead == []


def test_each_page_leads_to_itself_in_the_other_language_and_to_its_neighbours(
    pages: dict[str, html.HtmlElement],
) -> None:
    read = ["fr/index.html"]
    while after := pages[read[-1]].xpath("//a[@rel='next']/@href"):
        read.append(f"fr/{after[0]}")

    assert sorted(read) == sorted(name for name in pages if name.startswith("fr/"))
    for name in read:
        [other] = pages[name].xpath("//header//a[@hreflang='en']/@href")
        [back] = pages[other.removeprefix("../")].xpath("//header//a[@hreflang='fr']/@href")
        assert back == f"../{name}"
        assert pages[name].xpath("count(//*[@aria-current='page'])") == 2  # the list, and the menu


def test_without_script_there_are_the_menu_and_the_words(browser: Browser, site: Path) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page.goto((site / "fr/envoyer.html").as_uri())

    page.locator("summary").click()
    page.get_by_role("link", name="Un mois type").click()
    page.locator("#search").press("Enter")
    page.locator("li", has_text="bounce").get_by_role("link", name="Ce qui revient").click()

    assert page.url.endswith("/fr/ce-qui-revient.html")
    page.close()


def test_an_example_is_copied_as_it_is_written(browser: Browser, site: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((site / "en/a-months-work.html").as_uri())

    page.get_by_role("button", name="Copy").nth(1).click()

    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "newsletter preview issues/2025-07-behind-the-scenes-in-july.yaml\n"
    context.close()
