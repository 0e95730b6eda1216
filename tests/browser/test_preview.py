"""The preview's pages, driven in Chromium as a person does."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request, Route, expect

from tests.browser.conftest import violations
from tests.checks.conftest import HEAD, RELEASE, add_to_footer, change_settings
from tests.conftest import new_workspace
from tests.preview.serving import Served, serving
from tests.preview.workspaces import FOR_SOME, ITEM, PICTURE, add_audiences, issue_file

LONG = "".join(f"  - kind: text\n    body: Paragraphe {number}.\n" for number in range(40))


@pytest.fixture(name="served")
def serve(workspace: Path) -> Iterator[Served]:
    """A preview of a workspace with one issue, `essai`."""
    add_audiences(workspace)
    issue_file(workspace, HEAD + ITEM + FOR_SOME + PICTURE)
    with serving(workspace) as served:
        yield served


@pytest.fixture(name="steady", scope="module")
def serve_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, and a release, for tests that change no file."""
    workspace = new_workspace(tmp_path_factory.mktemp("steady") / "workspace")
    add_audiences(workspace)
    issue_file(workspace, HEAD + ITEM + FOR_SOME + PICTURE)
    issue_file(workspace, RELEASE, "communique")
    with serving(workspace) as served:
        yield served


@pytest.fixture(name="view")
def open_steady_page(window: Page, steady: Served) -> Iterator[Page]:
    """The page of an issue whose file stays as it is."""
    with opened(window, f"{steady.address}/issues/essai") as page:
        yield page


@pytest.fixture(name="page")
def open_page(window: Page, served: Served) -> Iterator[Page]:
    """The page of the issue, ready to hear of changes; no script of it may fail."""
    with opened(window, f"{served.address}/issues/essai") as page:
        yield page


@pytest.fixture(name="window", scope="module")
def open_window(browser: Browser) -> Page:
    """The page that every test is given: a new one takes longer than most of them."""
    return browser.new_context().new_page()


@contextmanager
def opened(
    window: Page, address: str, *, width: int = 1280, scheme: str = "light"
) -> Iterator[Page]:
    window.set_viewport_size({"width": width, "height": 900})
    window.emulate_media(color_scheme=scheme)
    faults: list[str] = []
    window.once("pageerror", lambda error: faults.append(str(error)))
    # Its first look: from then on it hears of changes.
    with window.expect_response(lambda answer: answer.request.resource_type == "fetch"):
        window.goto(address)
    try:
        yield window
    finally:
        window.unroute_all()
        window.evaluate("localStorage.clear()")
        window.goto("about:blank")
        for other in window.context.pages[1:]:
            other.close()
    assert faults == []


def mail(page: Page) -> FrameLocator:
    return page.frame_locator("#frame")


def save(served: Served, text: str) -> None:
    issue_file(served.workspace, text)


# What is saved is seen.


def test_a_save_shows_the_new_words_in_the_frame(page: Page, served: Served) -> None:
    expect(mail(page).get_by_text("Les premiers mots.")).to_be_visible()

    save(served, HEAD + ITEM.replace("premiers", "derniers"))

    expect(mail(page).get_by_text("Les derniers mots.")).to_be_visible()


def test_twelve_pages_that_are_open_at_once_each_show_a_save(page: Page, served: Served) -> None:
    pages = [page]
    for number in range(1, 12):
        issue_file(served.workspace, HEAD + ITEM, f"essai-{number}")
        pages.append(page.context.new_page())
        pages[-1].goto(f"{served.address}/issues/essai-{number}")
        expect(mail(pages[-1]).get_by_text("Les premiers mots.")).to_be_visible()

    for number, each in enumerate(pages):
        name = f"essai-{number}" if number else "essai"
        issue_file(served.workspace, HEAD + ITEM.replace("premiers", f"{number} autres"), name)
        expect(mail(each).get_by_text(f"Les {number} autres mots.")).to_be_visible(timeout=5_000)


def test_a_browser_without_shared_workers_shows_a_save(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    context.add_init_script("delete window.SharedWorker")
    page = context.new_page()
    with page.expect_request("**/events"):
        page.goto(f"{served.address}/issues/essai")

    save(served, HEAD + ITEM.replace("premiers", "derniers"))

    expect(mail(page).get_by_text("Les derniers mots.")).to_be_visible()
    context.close()


# A headless browser takes every page for seen: this stands for a tab in the background.
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_page_that_is_seen_again_shows_what_was_saved_meanwhile(
    page: Page, served: Served
) -> None:
    page.evaluate(HIDE, True)
    save(served, HEAD + ITEM.replace("premiers", "derniers"))
    expect(mail(page).get_by_text("Les premiers mots.")).to_be_visible()

    page.evaluate(HIDE, False)

    expect(mail(page).get_by_text("Les derniers mots.")).to_be_visible()


def test_a_broken_file_shows_its_problem_above_the_last_good_mail_until_it_is_mended(
    page: Page, served: Served
) -> None:
    save(served, HEAD + ITEM + "    corps: Autre chose.\n")

    failure = page.locator("#failure")
    place = failure.get_by_role("link", name="issues/essai.yaml:9:5")
    expect(place).to_have_attribute(
        "href", f"vscode://file/{served.workspace}/issues/essai.yaml:9:5"
    )
    expect(mail(page).get_by_text("Les premiers mots.")).to_be_visible()

    save(served, HEAD + ITEM.replace("premiers", "bons"))

    expect(failure).to_be_empty()
    expect(mail(page).get_by_text("Les bons mots.")).to_be_visible()


def test_a_save_keeps_the_place_where_one_reads(page: Page, served: Served) -> None:
    save(served, HEAD + LONG)
    expect(mail(page).get_by_text("Paragraphe 39.")).to_be_attached()
    page.evaluate("document.getElementById('frame').contentWindow.scrollTo(0, 700)")

    save(served, HEAD + LONG.replace("Paragraphe 39", "Autre fin"))

    expect(mail(page).get_by_text("Autre fin.")).to_be_attached()
    assert page.evaluate("document.getElementById('frame').contentWindow.scrollY") == 700


def test_a_page_that_is_newer_than_its_mail_asks_for_the_mail_again(
    page: Page, served: Served
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0]))

    def newer(route: Route) -> None:  # as after a save between the two answers
        answer = route.fetch()
        text = re.sub(r'(?<=data-mark=")[^"]+', "newer", answer.text())
        route.fulfill(response=answer, body=text)

    page.route("**/issues/essai", newer, times=1)
    save(served, HEAD + ITEM.replace("premiers", "autres"))

    expect(mail(page).get_by_text("Les autres mots.")).to_be_visible()
    for _wait in range(600):
        names = [url.rpartition("/")[2] for url in asked]
        if names.count("essai") == 2:
            break
        page.wait_for_timeout(100)
    assert [name for name in names if name in {"mail", "essai"}] == ["mail", "essai"] * 2


@pytest.mark.parametrize("saved", ["beside, then renamed", "emptied, then written", "deleted"])
def test_every_way_of_saving_is_seen(page: Page, served: Served, saved: str) -> None:
    path = served.workspace / "issues/essai.yaml"
    text = HEAD + ITEM.replace("premiers", "autres")

    match saved:
        case "beside, then renamed":
            (path.parent / "essai.yaml~").write_text("ancien", "utf-8")
            (path.parent / ".essai.yaml.swp").write_text("x", "utf-8")
            beside = path.parent / "4913.tmp"
            beside.write_text(text, "utf-8")
            beside.replace(path)
        case "emptied, then written":
            path.write_text("", "utf-8")
            path.write_text(text, "utf-8")
        case _:
            path.unlink()
            expect(page.locator("#failure")).to_contain_text("this is the last version that worked")
            path.write_text(text, "utf-8")

    expect(mail(page).get_by_text("Les autres mots.")).to_be_visible()
    expect(page.locator("#failure")).to_be_empty()


def test_of_many_saves_at_once_the_last_is_seen(page: Page, served: Served) -> None:
    for number in range(30):
        save(served, HEAD + ITEM.replace("premiers", f"tout derniers {number}"))

    expect(mail(page).get_by_text("Les tout derniers 29 mots.")).to_be_visible()


def test_a_text_file_a_template_a_theme_a_picture_and_the_settings_are_seen(
    page: Page, served: Served
) -> None:
    text = served.workspace / "issues/texts/edito.md"
    text.parent.mkdir()
    text.write_text("Un premier texte.", "utf-8")
    save(served, HEAD + "  - kind: text\n    body: {file: texts/edito.md}\n" + PICTURE)
    expect(mail(page).get_by_text("Un premier texte.")).to_be_visible()
    before = mail(page).get_by_alt_text("Une salle pleine").get_attribute("src")

    text.write_text("Un second texte.", "utf-8")
    expect(mail(page).get_by_text("Un second texte.")).to_be_visible()

    add_to_footer(served.workspace, "Pied nouveau")
    expect(mail(page).get_by_text("Pied nouveau")).to_be_attached()

    theme = served.workspace / "assets/theme.yaml"
    own = 'colours: {light: {text: "#102030"}}\n'
    theme.write_text(theme.read_text("utf-8") + own, "utf-8")
    expect(mail(page).locator("h1").locator("..")).to_have_css("color", "rgb(16, 32, 48)")

    change_settings(served.workspace, "Vous recevez cette", "Voici notre")
    expect(mail(page).get_by_text("Voici notre lettre")).to_be_attached()

    photo = served.workspace / "assets/images/photo.png"
    photo.write_bytes((served.workspace / "assets/logo.png").read_bytes() + b"\0")
    expect(mail(page).get_by_alt_text("Une salle pleine")).not_to_have_attribute("src", str(before))


def test_a_server_that_comes_back_is_followed(window: Page, workspace: Path) -> None:
    issue_file(workspace, HEAD + ITEM)
    with (
        serving(workspace) as first,
        opened(window, f"{first.address}/issues/essai") as page,
    ):
        first.stop()
        expect(page.locator("#status")).to_contain_text("is not responding")
        issue_file(workspace, HEAD + ITEM.replace("premiers", "nouveaux"))

        with serving(workspace, port=first.port):
            expect(mail(page).get_by_text("Les nouveaux mots.")).to_be_visible()
            expect(page.locator("#status")).not_to_contain_text("is not responding")


def test_a_server_that_answers_with_a_fault_is_not_said_to_be_gone(
    page: Page, served: Served
) -> None:
    page.route("**/issues/essai/mail*", lambda route: route.fulfill(status=500))

    save(served, HEAD + ITEM.replace("premiers", "derniers"))

    expect(page.locator("#status")).to_contain_text("hit a bug")


def test_an_issue_that_is_nowhere_any_more_leaves_its_mail_and_says_so(
    page: Page, served: Served
) -> None:
    page.route("**/issues/essai/mail*", lambda route: route.fulfill(status=404, body="<p>nichts"))

    save(served, HEAD + ITEM.replace("premiers", "derniers"))

    expect(page.locator("#status")).to_contain_text("This issue is gone")
    expect(mail(page).get_by_text("Les premiers mots.")).to_be_visible()


# Each switch changes what it says.


@pytest.mark.parametrize(("label", "width"), [("375", 375), ("640", 640)])
def test_the_width_is_the_mail_s(view: Page, label: str, width: int) -> None:
    view.get_by_label(label, exact=True).check()

    assert view.evaluate("document.getElementById('frame').contentWindow.innerWidth") == width


@pytest.mark.parametrize(
    ("page_width", "place"),
    [(1280, "communique?pane=pdf"), (1280, "essai"), (800, "essai"), (400, "essai")],
)
def test_the_width_is_the_mail_s_wherever_there_is_less_room(
    window: Page, steady: Served, page_width: int, place: str
) -> None:
    with opened(window, f"{steady.address}/issues/{place}", width=page_width) as page:
        shown = page.evaluate("document.getElementById('frame').contentWindow.innerWidth")
        left = page.evaluate("document.getElementById('frame').getBoundingClientRect().left")
        whole = page.evaluate("document.documentElement.scrollWidth")

    assert shown == 640
    assert left >= 0  # what lies left of the window cannot be scrolled to
    assert whole <= page_width


def test_a_free_width_takes_the_room_that_there_is(view: Page) -> None:
    view.get_by_label("Free").check()

    assert view.evaluate("document.getElementById('frame').contentWindow.innerWidth") > 700


@pytest.mark.parametrize(
    ("scheme", "label", "text", "ground"),
    [
        ("dark", "Light", "rgb(31, 27, 46)", "rgb(255, 255, 255)"),
        ("light", "Dark", "rgb(240, 238, 246)", "rgb(29, 26, 40)"),
        ("light", "Dark, Gmail", "rgb(216, 213, 230)", "rgb(20, 20, 20)"),
        ("dark", "Dark, Outlook", "rgb(216, 213, 230)", "rgb(20, 20, 20)"),
    ],
)
def test_each_appearance_colours_the_mail_whatever_the_viewer_s_screen(
    window: Page, steady: Served, scheme: str, label: str, text: str, ground: str
) -> None:
    with opened(window, f"{steady.address}/issues/essai", scheme=scheme) as page:
        page.get_by_label(label, exact=True).check()

        expect(mail(page).locator("h1")).to_have_css("color", text)
        expect(mail(page).locator(".page > div").first).to_have_css("background-color", ground)


def test_another_look_is_shown_said_to_be_unwritten_and_kept_in_the_address(view: Page) -> None:
    own = mail(view).locator("h1")
    expect(own).to_have_css("font-size", "38px")

    view.get_by_label("institution (the theme's)").focus()
    view.keyboard.press("ArrowRight")
    expect(mail(view).locator("h1")).to_have_css("font-size", "44px")
    view.keyboard.press("6")
    expect(mail(view).locator("h1")).to_have_css("font-size", "46px")
    expect(view.locator("#explanation")).to_contain_text("put look: magazine in assets/theme.yaml")
    view.reload()

    expect(view.get_by_label("magazine", exact=True)).to_be_checked()
    expect(mail(view).locator("h1")).to_have_css("font-size", "46px")

    view.keyboard.press("4")
    expect(view.locator("#look-note")).to_be_empty()
    assert view.url.endswith("/issues/essai")


def test_a_look_that_is_kept_becomes_the_theme_s_on_the_page(page: Page, served: Served) -> None:
    page.get_by_label("magazine", exact=True).check()
    theme = served.workspace / "assets/theme.yaml"
    text = re.sub(r"^look:.*", "look: magazine", theme.read_text("utf-8"), flags=re.MULTILINE)

    theme.write_text(text, "utf-8")

    expect(page.get_by_label("magazine (the theme's)")).to_be_checked()
    expect(page.get_by_label("institution", exact=True)).not_to_be_checked()
    expect(page.locator("#look-note")).to_be_empty()


def test_outlook_classic_shows_the_table_that_is_written_for_it(view: Page) -> None:
    view.keyboard.press("c")

    expect(mail(view).locator(".page > table[width='600']").first).to_be_visible()
    expect(view.locator("#explanation")).to_contain_text("Approximation")


def test_pictures_off_leaves_their_alternatives(view: Page) -> None:
    expect(mail(view).locator("img")).to_have_count(3)  # a logo, a picture, an icon

    view.get_by_label("Off").check()

    expect(mail(view).locator("img")).to_have_count(0)
    expect(mail(view).get_by_text("Une salle pleine")).to_be_visible()


def test_the_plain_text_and_the_source_are_those_of_the_mail(view: Page) -> None:
    view.get_by_role("radio", name="Plain text").check()
    expect(view.locator("#text pre")).to_contain_text("Les premiers mots.")
    expect(view.locator("#frame")).to_be_hidden()

    view.get_by_role("radio", name="Source").check()
    expect(view.locator("#source pre")).to_contain_text("<!DOCTYPE html>")


def test_an_audience_shows_what_is_for_it(view: Page) -> None:
    expect(mail(view).get_by_text("Pour la Bretagne.")).to_have_count(0)

    view.get_by_label("Délég").select_option("Bretagne")

    expect(mail(view).get_by_text("Pour la Bretagne.")).to_be_visible()


def test_a_row_of_the_members_file_is_who_reads(window: Page, served: Served) -> None:
    members = served.workspace / "membres.csv"
    members.write_text("Courriel;Prénom;Délég\nzoe@example.org;Zoé;Bretagne\n", "utf-8")
    issue_file(served.workspace, HEAD.replace("L'objet", "Bonjour ((first name)), l'objet") + ITEM)

    with (
        serving(served.workspace, members=members) as own,
        opened(window, f"{own.address}/issues/essai") as page,
    ):
        page.get_by_label("row in membres.csv").fill("2")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour Zoé")


def test_a_row_leaves_no_other_choice_until_it_is_emptied(window: Page, served: Served) -> None:
    members = served.workspace / "membres.csv"
    members.write_text("Courriel;Prénom;Délég\na@example.org;Zoé;Grand Est\n", "utf-8")
    with (
        serving(served.workspace, members=members) as with_rows,
        opened(window, f"{with_rows.address}/issues/essai?as=delegation%3DBretagne") as page,
    ):
        page.get_by_label("row in membres.csv").fill("2")
        page.get_by_label("row in membres.csv").press("Tab")
        expect(mail(page).get_by_text("Pour la Bretagne.")).to_have_count(0)
        expect(page.get_by_label("Délég")).to_be_disabled()

        page.get_by_label("row in membres.csv").fill("")
        page.get_by_label("row in membres.csv").press("Tab")
        expect(mail(page).get_by_text("Pour la Bretagne.")).to_be_visible()
        expect(page.get_by_label("Délég")).to_be_enabled()


def test_a_press_release_shows_its_pdf_beside_when_asked(window: Page, steady: Served) -> None:
    asked: list[str] = []

    with opened(window, f"{steady.address}/issues/communique") as page:
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_label("Light").check()
        expect(page.get_by_title("The PDF")).to_have_count(0)
        with page.expect_response("**/release.pdf") as response:
            page.get_by_label("Email and PDF").check()

        assert response.value.headers["content-type"] == "application/pdf"
        expect(page.locator("#frame")).to_be_visible()
        expect(page.get_by_title("The PDF")).to_be_visible()


def test_the_page_online_is_shown_beside_the_mail(window: Page, steady: Served) -> None:
    with opened(window, f"{steady.address}/issues/essai") as page:
        page.get_by_label("Web page").check()

        expect(page.locator("#frame")).to_be_visible()
        online = page.frame_locator("[title='The web page']")
        expect(online.locator("main h1")).to_be_visible()
        light = online.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        page.get_by_label("Dark", exact=True).check()
        expect(online.locator("body")).not_to_have_css("background-color", light)


def test_the_address_keeps_the_view(view: Page) -> None:
    view.get_by_label("375").check()
    view.get_by_label("Dark", exact=True).check()
    view.get_by_label("Délég").select_option("Bretagne")

    view.reload()

    expect(view.get_by_label("375")).to_be_checked()
    expect(view.get_by_label("Dark", exact=True)).to_be_checked()
    expect(mail(view).get_by_text("Pour la Bretagne.")).to_be_visible()
    expect(mail(view).locator("h1")).to_have_css("color", "rgb(240, 238, 246)")


def test_the_list_learns_the_state_of_each_issue_and_of_a_new_one(
    window: Page, served: Served
) -> None:
    with opened(window, served.address) as page:
        row = page.locator("tr", has_text="essai")
        expect(row.locator(".weight")).to_contain_text("kB")

        issue_file(served.workspace, HEAD.replace("Le titre", "Un numéro de plus") + ITEM, "plus")

        expect(page.get_by_role("link", name="Un numéro de plus")).to_be_visible()


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("Police Inconnue, monospace", "The font Police Inconnue is not on this computer: an"),
        ("Police Inconnue, 'Liberation Sans', serif", "Liberation Sans is shown instead"),
        ("'Liberation Sans', serif", ""),
    ],
)
def test_a_font_that_this_machine_lacks_is_told_with_the_one_in_its_place(
    window: Page, served: Served, own: str, told: str
) -> None:
    theme = served.workspace / "assets/theme.yaml"
    fonts = f'fonts: {{body: "{own}", heading: "{own}"}}\n'
    theme.write_text(theme.read_text("utf-8") + fonts, "utf-8")

    with opened(window, f"{served.address}/issues/essai") as page:
        expect(page.locator("#fonts")).to_have_text(re.compile(re.escape(told) or "^$"))


def test_the_controls_take_one_row_above_the_mail(window: Page, steady: Served) -> None:
    with opened(window, f"{steady.address}/issues/communique") as page:
        bottoms = page.locator("#controls label").evaluate_all(
            "labels => labels.map((each) => each.getBoundingClientRect().bottom)"
        )
        frame = page.locator("#frame").bounding_box()

    assert len(bottoms) > 10
    assert len(set(bottoms)) == 1
    assert frame is not None
    assert frame["height"] > 900 * 0.8


def test_who_reads_is_told_in_the_words_of_the_members_file(view: Page) -> None:
    view.get_by_label("Délég").select_option("Grand Est")

    expect(view.locator("#reader")).to_contain_text("(Délég: Grand Est)")


# Without a mouse, without eyes.


def test_all_can_be_done_from_the_keyboard(page: Page, served: Served) -> None:
    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    press("Tab")
    expect(page.get_by_role("link", name="Skip to the email")).to_be_focused()
    press("Tab", "Tab")
    expect(page.get_by_label("Email", exact=True)).to_be_focused()
    press("ArrowRight")
    expect(page.locator("#text pre")).to_contain_text("Les premiers mots.")
    press("m", "1", "d")
    expect(mail(page).locator("h1")).to_have_css("color", "rgb(240, 238, 246)")
    assert page.evaluate("document.getElementById('frame').contentWindow.innerWidth") == 375
    press("i")
    expect(mail(page).locator("img")).to_have_count(0)
    press("a")
    expect(page.get_by_label("Délég")).to_be_focused()
    press("ArrowDown")
    expect(mail(page).get_by_text("Pour la Bretagne.")).to_be_visible()
    save(served, HEAD + ITEM + "    corps: x\n")
    expect(page.locator("#problems a").first).to_be_visible()
    page.get_by_role("link", name="All issues").focus()
    press("e")
    expect(page.locator("#problems a").first).to_be_focused()
    page.get_by_role("link", name="All issues").focus()
    press("Enter")
    expect(page.get_by_role("table")).to_be_visible()


def test_single_keys_can_be_turned_off_and_stay_so(view: Page) -> None:
    view.get_by_text("Keyboard shortcuts", exact=True).click()
    view.get_by_label("Turn on single-key shortcuts").uncheck()
    view.reload()

    view.keyboard.press("d")

    expect(view.get_by_label("Light")).to_be_checked()


def test_keys_work_inside_the_mail_too(view: Page) -> None:
    mail(view).locator("h1").click()

    view.keyboard.press("d")

    expect(view.get_by_label("Dark", exact=True)).to_be_checked()


def test_what_has_the_focus_keeps_it_through_a_save(page: Page, served: Served) -> None:
    save(served, HEAD + ITEM + "    corps: x\n")
    page.locator("#found-1").focus()

    save(served, HEAD + ITEM.replace("premiers", "autres") + "    corps: x\n    titre: y\n")

    expect(page.locator("#problems li")).to_have_count(2)
    expect(page.locator("#found-1")).to_be_focused()


@pytest.fixture(name="speaking", scope="module")
def serve_in_both_languages(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Served]]:
    """A preview in each language, of an issue with problems, a broken one and a release."""
    workspace = new_workspace(tmp_path_factory.mktemp("spoken") / "workspace")
    add_audiences(workspace)
    issue_file(workspace, HEAD + ITEM + "  - kind: text\n    body: '[ici](https://example.org)'\n")
    issue_file(workspace, HEAD + ITEM + "    corps: x\n", "casse")
    issue_file(workspace, RELEASE, "communique")
    with serving(workspace, language="fr") as fr, serving(workspace) as en:
        yield {"fr": fr, "en": en}


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        ("fr", "dark"),
        ("en", "light"),
        pytest.param("fr", "light", marks=pytest.mark.soak),
        pytest.param("en", "dark", marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize(
    "path", ["", "issues/essai?look=magazine", "issues/casse?pane=source", "issues/no"]
)
def test_axe_finds_no_violation(
    window: Page, speaking: dict[str, Served], path: str, language: str, scheme: str
) -> None:
    window.set_viewport_size({"width": 1280, "height": 900})
    window.emulate_media(color_scheme=scheme)
    window.goto(f"{speaking[language].address}/{path}")
    # The mail has its own tests, in test_mails.py.
    found = violations(window, context={"exclude": [["iframe"]]})
    spoken = window.locator("html").get_attribute("lang")
    window.goto("about:blank")

    assert found == []
    assert spoken == language


@pytest.mark.parametrize("place", ["issues/essai", "issues/communique?pane=pdf"])
def test_nothing_is_cut_on_a_narrow_screen(window: Page, steady: Served, place: str) -> None:
    with opened(window, f"{steady.address}/{place}", width=400) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_the_list_is_not_cut_on_a_narrow_screen(window: Page, speaking: dict[str, Served]) -> None:
    with opened(window, f"{speaking['fr'].address}/", width=400) as page:
        expect(page.locator(".state.warning").first).to_contain_text("avertissement")
        expect(page.locator("#table")).not_to_contain_text("…")

        assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("width", [1280, 400])
def test_the_list_is_not_cut_where_a_template_fails(
    window: Page, served: Served, width: int
) -> None:
    add_to_footer(served.workspace, "{{ nothing.at.all }}")

    with opened(window, f"{served.address}/", width=width) as page:
        expect(page.locator(".state.error").first).to_contain_text("fails at line")

        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_choices_of_an_audience_are_not_cut(window: Page, speaking: dict[str, Served]) -> None:
    with opened(window, f"{speaking['fr'].address}/issues/communique") as page:
        room = page.locator("select").evaluate("select => select.offsetWidth")
        page.locator("select").evaluate("select => select.style.maxWidth = 'none'")

        assert page.locator("select").evaluate("select => select.offsetWidth") == room


# Nothing of a mail runs, and nothing leaves.

HOSTILE = """\
<script>window.top.document.title = "ran"; document.title = "ran"</script>
<img src="FAR/a.png" alt="Au loin" width="120" height="80"
 onerror="window.top.document.title = 'ran'" onload="window.top.document.title = 'ran'"/>
<img src="/nothing.png" alt="" onerror="window.top.document.title = 'ran'"/>
<form action="FAR/form"><input name="a" autofocus="autofocus"/><button>Envoyer</button></form>
<a href="FAR/page" ping="FAR/ping">Lien</a>
<a href="javascript:window.top.document.title='ran'">Code</a>
<iframe src="FAR/frame"></iframe>
<object data="FAR/a.svg"></object>
<video poster="FAR/a.png" src="FAR/a.mp4" autoplay="autoplay"></video>
<svg><image href="FAR/a.png"/><feImage href="FAR/b.png"/></svg>
<p style="background:url(FAR/a.png);list-style-image:u\\72l(FAR/b.png)">Fond</p>
<!--[if mso]><script>window.top.document.title = "ran"</script><img src="FAR/c.png" alt=""/>
<table><tr><td background="FAR/d.png" style="list-style-image:url(FAR/e.png)">Tableau</td></tr>
</table><![endif]-->
"""
HOSTILE_HEAD = """\
<meta http-equiv="refresh" content="0;url=FAR/refresh"/>
<link rel="preconnect" href="FAR"/>
<link rel="stylesheet" href="FAR/a.css"/>
<base href="FAR/"/>
<style>@import "FAR/a.css"; @font-face{font-family:x;src:url(FAR/a.woff)} h1{font-family:x}</style>
"""


@dataclass
class Trap:
    """Another machine, as far as the browser knows: who connects to it is noted."""

    address: str
    callers: list[str]


@pytest.fixture(name="far")
def lie_in_wait() -> Iterator[Trap]:
    """A server that no preview may call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        trap = Trap(f"http://127.0.0.1:{listener.getsockname()[1]}", [])

        def wait() -> None:
            with suppress(OSError):
                while True:
                    caller, _address = listener.accept()
                    with caller:
                        trap.callers.append(caller.recv(1000).decode(errors="replace"))
                        caller.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        yield trap
        listener.shutdown(socket.SHUT_RDWR)
        waiting.join()


@pytest.fixture(name="hostile")
def serve_a_hostile_mail(workspace: Path, far: Trap) -> Iterator[Served]:
    """A preview whose template would run, ask and send whatever it can."""
    template = workspace / "templates/email/newsletter.mjml"
    template.parent.mkdir(parents=True)
    mjml = (
        f"<mjml><mj-head><mj-title>x</mj-title><mj-raw>{HOSTILE_HEAD}</mj-raw></mj-head><mj-body>"
        "<mj-section><mj-column><mj-text><h1>Hostile</h1></mj-text></mj-column></mj-section>"
        f"<mj-raw>{HOSTILE}</mj-raw></mj-body></mjml>"
    )
    template.write_text(mjml.replace("FAR", far.address), "utf-8")
    issue_file(workspace, HEAD + ITEM)
    with serving(workspace) as served:
        yield served


def test_nothing_in_a_mail_runs_or_calls_out(window: Page, hostile: Served, far: Trap) -> None:
    with opened(window, f"{hostile.address}/issues/essai") as page:
        asked: list[Request] = []
        page.on("request", lambda request: asked.append(request))
        expect(mail(page).get_by_role("heading", name="Hostile")).to_be_visible()
        for appearance in ("Outlook classic", "Dark"):  # swapped in too, not only loaded
            page.get_by_label(appearance, exact=True).check()
            expect(mail(page).get_by_text("Tableau")).to_have_count(int(appearance != "Dark"))
        page.reload()
        for words in ("Envoyer", "Lien", "Code"):
            mail(page).get_by_text(words).click()
        page.wait_for_timeout(300)  # for a refresh, and for what is fetched when nothing else is

        expect(mail(page).get_by_role("heading", name="Hostile")).to_be_visible()
        assert "ran" not in page.title()
        expect(page.locator("#frame")).to_have_attribute("sandbox", "allow-same-origin")
        refused = [each for each in asked if not is_here(each.url, hostile)]
        assert refused
        assert {each.failure for each in refused} == {"csp"}  # by the browser, before it left
    assert far.callers == []


def is_here(address: str, served: Served) -> bool:
    return address.startswith((f"{served.address}/", "data:"))


def test_a_mail_opened_by_itself_is_as_harmless(
    browser: Browser, hostile: Served, far: Trap
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{hostile.address}/issues/essai/mail")
    page.get_by_text("Envoyer").click()
    page.get_by_text("Code").click()
    page.wait_for_timeout(300)

    assert page.get_by_role("heading", name="Hostile").is_visible()
    assert page.title() == "x"
    assert far.callers == []
    context.close()


def test_a_link_of_the_mail_tells_where_it_leads_and_opens_nothing(
    window: Page, hostile: Served, far: Trap
) -> None:
    with opened(window, f"{hostile.address}/issues/essai") as page:
        mail(page).get_by_text("Lien").click()

        expect(page.locator("#status")).to_have_text(f"This link leads to: {far.address}/page")
        assert len(page.context.pages) == 1


def test_pictures_of_a_machine_come_once_they_are_asked_for(
    window: Page, hostile: Served, far: Trap
) -> None:
    with opened(window, f"{hostile.address}/issues/essai") as page:
        picture = mail(page).get_by_alt_text("Au loin")
        expect(picture).to_have_attribute("src", re.compile("^data:image/svg"))
        assert far.callers == []

        with page.expect_event("requestfinished", lambda each: each.url == f"{far.address}/a.png"):
            page.get_by_role("button", name="Load them").click()

        expect(picture).to_have_attribute("src", f"{far.address}/a.png")
        assert far.callers
        assert {call.split()[1] for call in far.callers} <= {"/a.png", "/b.png"}
        assert not any("Referer" in call for call in far.callers)
