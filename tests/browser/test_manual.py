"""The site of the manual, opened from its folder: found in one guess, readable by all, at home."""

import re
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
        "apercu-et-relecture": (
            "Outlook, aperçu mobile, téléphones, tester sur outlook, previ, aperçus, gmail, "
            "voir sur mobile, capture d'écran"
        ),
        "apparence": (
            "logo, couleurs, changer le logo, charte graphique, habillage, mettre notre logo, "
            "notre couleur, choisir un habillage, magazine"
        ),
        "apparence-en-detail": (
            "police de caractères, mode sombre, pied de page, largeur du mail, couleur des "
            "liens, agrandir le texte, marges, fond noir, boutons arrondis"
        ),
        "ce-qui-revient": (
            "bounce, NPAI, adresse erronée, mail non distribué, boîtes pleines, plaintes, "
            "bounced, adresses mortes, rebonds, mail revenu, boîte mail pleine"
        ),
        "champs-du-communique": "contacts presse, visuels",
        "coller-depuis-word": (
            "Word, copier coller, document word, google docs, coller un texte word, importer word"
        ),
        "commandes": (
            "code de sortie, newsletter ledger purge, newsletter doctor, doctor, newsletter "
            "send, schema, --dry-run, newsletter preview, newsletter settings names, options"
        ),
        "communique": (
            "embargo, pièce jointe, journalistes, communiqués, communiqué de presse, "
            "embargos, pdf joint"
        ),
        "corriger-apres-l-envoi": (
            "mauvais mail envoyé, erratum, faute de frappe, annuler un envoi, rappeler le "
            "mail, rectifier, stopper l'envoi, erreur dans le mail envoyé, coquilles, "
            "mauvaise date"
        ),
        "demarrer": (
            "mot de passe, nouveau numéro, première lettre, débutant, commencer, créer une "
            "newsletter"
        ),
        "ecrire": (
            "supprimer un élément, virgule, guillemet, commentaires, cacher un article, texte "
            "long, yaml, tiret, accolade, retrait, mettre un commentaire, enlever un article "
            "provisoirement"
        ),
        "en-equipe": (
            "base de données, plusieurs ordinateurs, postgresql, collègues, envoi "
            "automatique, travailler à deux, dossier partagé, base postgres"
        ),
        "en-ligne": (
            "archives, s'abonner, formulaire d'inscription, flux rss, hébergeur, site web, "
            "voir dans le navigateur, page web, archives en ligne, rss, inscription à la "
            "newsletter"
        ),
        "envoyer": (
            "programmer un envoi, mailing, programmer, spam, transférer, envoyer un test, "
            "heure d'envoi, envoyer demain matin, arrive dans les spams, planif, SPF, "
            "planifier, envoyer la newsletter à tout le monde, mail de test, dmarc, spams, "
            "programmé"
        ),
        "faire-valider": (
            "bon à tirer, imprimer, faire relire, bat, signature du directeur, approbation, "
            "bon pour accord, pdf à relire, validation de la présidente"
        ),
        "fautes-courantes": "erreurs courantes, fautes fréquentes",
        "fichiers": (
            "dossier build, texte brut, où est le fichier, où sont mes fichiers, version texte"
        ),
        "gabarits": "modèle, code html, mjml, template, modèles, css, jinja",
        "genres": (
            "Signature, save the date, événement, annoncer une date, agenda, calendrier, "
            "chiffre clé, citations, boutons, encadrés, interviews, édito, compte-rendu, "
            "portrait, agendas, bouton d'inscription, trois questions à"
        ),
        "images": (
            "photo, légende photo, image trop lourde, photo iphone, texte alternatif, photo "
            "floue, ajouter des photos, taille des images, png, image de mauvaise qualité, "
            "alt"
        ),
        "installer": (
            "installer, windows, mac, ouvrir un terminal, installation sur mac, python, vscode"
        ),
        "je-veux": (
            "delegation, annoncer un événement, vidéo, taux de clics, qui a ouvert, dupliquer "
            "la lettre, anciennes newsletters, offres d'emploi, statistique, youtube, "
            "partenaires, image à gauche, recruter, taux de lecture, combien de gens ont lu, "
            "refaire la même lettre, report d'un événement"
        ),
        "mise-en-forme": (
            "gras, insérer un tableau, liste à puces, mettre en gras, retour à la ligne, lien "
            "hypertexte, note de bas de page, italiques, tableaux, faire une liste, lien vers "
            "un site, écrire l'heure"
        ),
        "personnaliser": (
            "prénom, prénom du destinataire, publipostages, cher adhérent, cibler, mettre le "
            "prénom, champ de fusion, masquer pour certains"
        ),
        "quand-ca-coince": (
            "erreur, ça ne marche pas, message d'erreur, ignorer une règle, bloqué, "
            "problèmes, erreur incompréhensible, désactiver une vérification"
        ),
        "reglages": (
            "excel, fichier excel des adhérents, réseaux sociaux, linkedin, adhérents, "
            "ajouter un destinataire, colonnes, smtp, office 365, keep_trying, reply_to, "
            "fuseau horaire, dkim, nom de l'expéditeur, mot de passe smtp, limite d'envoi, "
            "clé secrète, serveur smtp, liste d'adresses, csv, gmail smtp, expéditeurs, "
            "adresse de réponse, instagram, token_command, rate"
        ),
        "regles": (
            "emoji, vague-link, lien cassé, doublons, gmail-clipping, mail trop lourd, "
            "contraste, lien mort, émojis, majuscules, contrastes, liens cassés"
        ),
        "se-desinscrire": (
            "unsubscribe, désinscription, quitter la liste, nginx, désabonnement, lien "
            "désinscription, bouton se désabonner, lien de désabonnement, se désinscrire, php"
        ),
        "structures": "registration_deadline, date limite d'inscription",
        "suivre-un-envoi": (
            "reprendre un envoi interrompu, désinscrire quelqu'un, supprimer adhérent, "
            "renvoyer, qui a reçu, effacer une personne, envoi planté, RGPD, reprendre "
            "l'envoi, supprimer un contact, données personnelles, coupure internet, qui n'a "
            "pas reçu"
        ),
        "tete-du-numero": (
            "objet, sommaire, rubriques, traduire, version anglaise, preheader, sujet du "
            "mail, objet du mail, accroche, table des matières, bilingue, titre de rubrique"
        ),
        "un-mois-type": "rétroplanning, calendrier éditorial, planning du mois, étapes",
    },
    "en": {
        "a-months-work": "planning, editorial calendar, timeline, monthly planning, steps",
        "approval": (
            "sign off, print, proofread, signed off, approve, final approval, pdf to "
            "proofread, chair's approval"
        ),
        "commands": (
            "exit status, newsletter ledger purge, newsletter doctor, doctor, newsletter "
            "send, schema, --dry-run, newsletter preview, newsletter settings names, options"
        ),
        "common-mistakes": "common errors, frequent mistakes",
        "correcting-after-sending": (
            "wrong email sent, erratum, typo, correct mistake, cancel a send, recall, wrong "
            "date sent, stop sending, stop the send, error in sent email, typos, wrong date"
        ),
        "files": "build folder, plain text, where is the file, where are my files, text version",
        "following-a-send": (
            "resume an interrupted send, resend, who received it, erase a person, gdpr, send "
            "crashed, send again to those who failed, remove a member, resume the send, "
            "delete a contact, personal data, internet outage, who did not receive it"
        ),
        "formatting": (
            "bold, insert a table, bullet points, make bold, line break, hyperlink, "
            "footnotes, italics, tables, make a list, link to a website, write the time"
        ),
        "getting-started": (
            "password, new issue, first newsletter, beginners, begin, create newsletter"
        ),
        "head-of-the-issue": (
            "subject, table of contents, sections, translate, French version, preheader, "
            "pre-header, subject line, subject of the email, preheaders, contents, bilingual, "
            "section title"
        ),
        "how-to": (
            "region, announce an event, video, opening rate, click rate, who opened, "
            "duplicate an issue, old newsletters, job ad, statistic, analytics, youtube, "
            "partners, image on left, recruitment, read rate, how many people read it, reuse "
            "last newsletter, postponed event"
        ),
        "installing": "install, windows, mac, open a terminal, install on mac, python, vscode",
        "kinds": (
            "Signature, save the date, event, agenda, calendar, key figure, quotes, buttons, "
            "interviews, call to action, editorials, recap, agendas, sign up button, three "
            "questions"
        ),
        "look": (
            "logo, colours, change logo, brand guidelines, theme, add our logo, our colour, "
            "choose a look, magazine"
        ),
        "look-in-detail": (
            "fonts, dark mode, footer, email width, link colour, bigger text, margins, black "
            "background, rounded buttons"
        ),
        "online": (
            "archive, subscribe, sign-up form, rss feed, web host, view in browser, website, "
            "web page, online archive, rss, newsletter signup"
        ),
        "pasting-from-word": (
            "Word, copy paste, word document, google docs, paste word text, import word"
        ),
        "personalising": (
            "first name, recipient's first name, mail-merge, dear member, target, insert "
            "first name, merge field, hide from some people"
        ),
        "pictures": (
            "photo, too big, captions, image too large, iphone photo, alt text, blurry photo, "
            "add photos, picture size, png, poor quality image, alt"
        ),
        "press-release-fields": "press contacts, photo credit",
        "press-releases": (
            "embargo, attachment, journalists, press-release, press release, embargoes, "
            "attached pdf"
        ),
        "preview-and-review": (
            "Outlook, mobile preview, phones, test in outlook, previ, screenshots, previews, "
            "gmail, see on mobile, screenshot"
        ),
        "rules": (
            "emoji, vague-link, postcode, gmail-clipping, email too big, contrast, broken "
            "link, duplicates, emojis, capital letters, broken links"
        ),
        "sending": (
            "schedule a send, mailing, schedule, spam, send a test, send time, send tomorrow "
            "morning, goes to spam, schedu, SPF, forward, test email, scheduling, send "
            "newsletter to everyone, trial email, dmarc, junk folder, scheduled"
        ),
        "settings": (
            "excel, secret, members list, social media, linkedin, add a recipient, columns, "
            "smtp, office 365, keep_trying, reply_to, time zone, dkim, sender name, smtp "
            "password, sending limit, spreadsheet, smtp server, mailing list file, csv, gmail "
            "smtp, senders, reply address, instagram, token_command"
        ),
        "structures": "registration_deadline, registration deadline",
        "team": (
            "database, several computers, postgresql, colleagues, automatic sending, work "
            "together, shared folder, postgres"
        ),
        "templates": "html code, mjml, template, templates, css, jinja",
        "troubleshooting": (
            "error, doesn't work, error message, ignore a rule, stuck, problems, strange "
            "error, disable a check"
        ),
        "unsubscribe-page": (
            "unsubscribe, opt-out, leave the list, nginx, unsubscribing, unsubscribe link, "
            "désinscription, opt out link, php"
        ),
        "what-comes-back": (
            "bounce, undelivered, wrong address, undeliverable, full mailboxes, complaints, "
            "bounced, dead addresses, returned emails, mailbox full"
        ),
        "writing": (
            "delete an item, comma, quotation marks, quote marks, comments, hide an article, "
            "long text, yaml, dash, brace, indent, add a comment, temporarily remove an "
            "article"
        ),
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


def first_found(page: Page, questions: list[str]) -> dict[str, str]:
    """Return the page that each question finds first."""
    found = page.evaluate(
        """questions => questions.map(question => {
          const box = document.querySelector("#search");
          box.value = question;
          box.dispatchEvent(new Event("input"));
          return document.querySelector("#found a")?.pathname ?? "";
        })""",
        questions,
    )
    return {each: Path(path).stem for each, path in zip(questions, found, strict=True)}


@pytest.mark.parametrize("language", ASKED)
def test_what_people_type_finds_the_right_page_first(page: Page, site: Path, language: str) -> None:
    page.goto((site / language / "index.html").as_uri())
    expected = {word: name for name, words in ASKED[language].items() for word in words.split(", ")}

    found = first_found(page, list(expected))

    assert found == expected


@pytest.mark.parametrize("language", ASKED)
def test_the_name_of_a_command_an_option_or_a_field_finds_its_place_first(
    page: Page, site: Path, language: str
) -> None:
    page.goto((site / language / "index.html").as_uri())
    known = page.evaluate("INDEX.map(page => [page.url, page.parts.flatMap(part => part[4])])")
    pages: dict[str, set[str]] = {}
    for url, codes in known:
        for code in codes:
            if re.fullmatch(r"newsletter [a-z ]+|--[a-z-]+|[a-z0-9]+_[a-z0-9_]+", code):
                pages.setdefault(code, set()).add(Path(url).stem)

    found = first_found(page, list(pages))

    assert {"newsletter ledger purge", "--dry-run", "keep_trying"} <= pages.keys()
    assert [(code, name) for code, name in found.items() if name not in pages[code]] == []


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
    assert page.locator("#found p").inner_text() == "4 pages trouvées"
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
            # Preloading would fetch the style sheet, which a browser refuses from disk; what
            # passes is not asked for, since the index of words has a thousand of it.
            said = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
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
    page.locator("li", has_text=re.compile("^bounce,")).get_by_role(
        "link", name="Ce qui revient"
    ).click()

    assert page.url.endswith("/fr/ce-qui-revient.html#ce-qui-revient")
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
