"""What is told about the settings and the theme."""

import re
from pathlib import Path

import pytest

from newsletter.settings.loading import LoadedSettings, load_settings
from newsletter.settings.theme import Theme
from newsletter.source import parse_source

ROOT = Path(__file__).parents[2]

FAULTS = {
    "unknown key": ("timezone:", "timezome:", "newsletter.yaml", "unknown-key", "'timezone'"),
    "bad zone": ("Europe/Paris", "Paris", "newsletter.yaml", "time-zone", "Europe/Paris"),
    "zone without summer": ("Europe/Paris", "GMT+1", "newsletter.yaml", "time-zone", "Europe/"),
    "zone outside": ("Europe/Paris", "../etc/passwd", "newsletter.yaml", "time-zone", "Europe"),
    "no default sender": ("  default:", "  autre:", "newsletter.yaml", "sender", "default"),
    "bad email": ("lettre@example.org", "lettre", "newsletter.yaml", "email", "name@example.org"),
    "email with an accent": (
        "lettre@example.org",
        "lettré@example.org",
        "newsletter.yaml",
        "email",
        "write lettre@example.org",
    ),
    "email that begins with a dot": (
        "lettre@example.org",
        ".lettre@example.org",
        "newsletter.yaml",
        "email",
        "write name@example.org",
    ),
    "email with its name": (
        "lettre@example.org",
        '"Sam <lettre@a,fr>"',
        "newsletter.yaml",
        "email",
        "write name@example.org",
    ),
    "list where names are due": (
        "#audiences:",
        "audiences: [Bretagne]\n#audiences:",
        "newsletter.yaml",
        "shape",
        "a name of your choice",
    ),
    "colour without its hash": (
        'brand: "#5b2bb5"',
        "brand: 5b2bb5",
        "assets/theme.yaml",
        "colour",
        "six characters",
    ),
    "name with nothing behind it": ("    title: À propos de l'association\n    text: |\n      Mon"
                                    " association réunit les entreprises de son secteur et parle"
                                    " en leur nom.\n", "", "newsletter.yaml", "empty", "remove"),
    "folder with a placeholder": ("#site:", "site: {files_url: 'https://a.fr/{issue}'}\n#site:",
                                  "newsletter.yaml", "url", "folder"),
    "editor without a path": (
        "timezone:",
        "preview: {editor: 'vscode://file/'}\ntimezone:",
        "newsletter.yaml",
        "url",
        "vscode://file/{path}:{line}:{column}",
    ),
    "editor that would run code": (
        "timezone:",
        "preview: {editor: 'javascript:alert({path})'}\ntimezone:",
        "newsletter.yaml",
        "url",
        "vscode://file/{path}:{line}:{column}",
    ),
    "server without host": ("#site:", "smtp: {user: presse}\n#site:", "newsletter.yaml",
                            "missing-key", "host: "),
    "server with its port": ("#site:", "smtp: {host: 'smtp.example.org:587'}\n#site:",
                             "newsletter.yaml", "host", "for example, write smtp.example.org"),
    "pace without unit": ("#site:", "smtp: {host: a.fr, rate: 20}\n#site:", "newsletter.yaml",
                          "rate", "20/second"),
    "patience without unit": ("#site:", "smtp: {host: a.fr, keep_trying: 20}\n#site:",
                              "newsletter.yaml", "duration", "30min"),
    "token of nobody": ("#site:", "smtp: {host: a.fr, token_command: [oauth]}\n#site:",
                        "newsletter.yaml", "token-user", "needs user:"),
    "pace of nothing": ("#site:", "smtp: {host: a.fr, rate: 0/second}\n#site:",
                        "newsletter.yaml", "rate", "20/second"),
    "pace of a domain": ("#site:", "smtp: {host: a.fr, domain_rates: {b.fr: vite}}\n#site:",
                         "newsletter.yaml", "rate", "20/second"),
    "mailbox of nobody": ("#site:", "bounces: {address: a@b.fr, mailbox: {host: a.fr}}\n#site:",
                          "newsletter.yaml", "missing-key", "user: "),
    "mailbox in the clear": (
        "#site:",
        "bounces: {address: a@b.fr, mailbox: {host: a.fr, user: b, security: none}}\n#site:",
        "newsletter.yaml",
        "security",
        "starttls",
    ),
    "no such port": ("#site:", "smtp: {host: a.fr, port: 70000}\n#site:", "newsletter.yaml",
                     "number", "65535"),
    "too many connections": ("#site:", "smtp: {host: a.fr, connections: 100}\n#site:",
                             "newsletter.yaml", "number", "20"),
    "unknown security": ("#site:", "smtp: {host: a.fr, security: ssl}\n#site:",
                         "newsletter.yaml", "unknown-value", "tls"),
    "password in the clear": ("#site:", "smtp: {host: a.fr, security: none, user: b}\n#site:",
                              "newsletter.yaml", "security", "starttls"),
    "password in the file": ("#site:", "smtp: {host: a.fr, password: b}\n#site:",
                             "newsletter.yaml", "unknown-key", "NEWSLETTER_SMTP_PASSWORD"),
    "reviewer without address": ("#site:", "reviewers: {relecture: [claude]}\n#site:",
                                 "newsletter.yaml", "email", "name@example.org"),
    "nobody reviews": ("#site:", "reviewers: {relecture: }\n#site:", "newsletter.yaml",
                       "empty", "relecture"),
    "signature without domain": ("#site:", "dkim: {selector: a}\n#site:", "newsletter.yaml",
                                 "missing-key", "domain: "),
    "signature of a domain by its name alone": (
        "#site:", "dkim: {selector: a, domain: exemple}\n#site:", "newsletter.yaml",
        "domain", "example.org"),
    "selector with what the DNS adds": (
        "#site:", "dkim: {selector: a._domainkey.b.fr, domain: example.org}\n#site:",
        "newsletter.yaml", "selector", "before ._domainkey"),
    "no email column": ("    email: Courriel\n", "", "newsletter.yaml", "columns", "email"),
    "sample of no column": (
        "    first name: Camille",
        "    prenom: Camille",
        "newsletter.yaml",
        "columns",
        "first name",
    ),
    "audience without column": (
        "timezone:",
        "audiences: {delegation: [Bretagne]}\ntimezone:",
        "newsletter.yaml",
        "columns",
        "add a line under recipients: columns: delegation: …",
    ),
    "audience without value": (
        "timezone:",
        "audiences: {first name: []}\ntimezone:",
        "newsletter.yaml",
        "empty",
        "first name",
    ),
    "audience whose value would be two": (
        "timezone:",
        "audiences: {first name: [Camille, Zoé | Ana]}\ntimezone:",
        "newsletter.yaml",
        "audience",
        "without ; and |",
    ),
    "sample of no audience": (
        "timezone:",
        "audiences: {first name: [Camile, Zoé]}\ntimezone:",
        "newsletter.yaml",
        "audience",
        "did you mean 'Camile'?",
    ),
    "missing key": ("  address: |\n    1 rue de l'Exemple\n    75000 Paris\n", "",
                    "newsletter.yaml", "missing-key", "address: "),
    "logo that is missing": ("logo.png", "absent.png", "assets/theme.yaml",
                             "file-missing", "assets"),
    "logo outside": ("logo.png", "../../x.png", "assets/theme.yaml", "file-outside", "assets/"),
    "unknown merge field": ("((email))", "((courriel))", "newsletter.yaml", "merge-field", "email"),
    "pictures from a site that is not safe": (
        "#site:",
        "site: {images_url: http://example.org/images}\n#site:",
        "newsletter.yaml",
        "url",
        "https://example.org/images",
    ),
    "web address without issue": (
        "#site:\n",
        "site:\n  web_url: https://example.org/lettres\n",
        "newsletter.yaml",
        "url",
        "{issue}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("typed", ["", " "])
def test_the_server_may_lose_its_hashes_alone_or_with_a_space(workspace: Path, typed: str) -> None:
    path = workspace / "newsletter.yaml"
    text = path.read_text()
    block = text[text.index("#smtp:") : text.index("\n\n", text.index("#smtp:"))]
    lines = block.splitlines()
    bare = "\n".join(line.removeprefix("#").removeprefix(typed) for line in lines)
    path.write_text(text.replace(block, bare))

    loaded = load_settings(workspace)

    assert loaded.problems == ()
    assert loaded.settings is not None
    assert loaded.settings.smtp is not None


@pytest.mark.parametrize("indent", [" ", "  "])
def test_a_key_of_the_settings_under_another_is_told_to_go_left(
    workspace: Path, indent: str
) -> None:
    path = workspace / "newsletter.yaml"
    text = f"{indent}smtp:\n{indent}  host: a.fr\n"
    path.write_text(path.read_text().replace("#smtp:\n", text))

    (problem,) = load_settings(workspace).problems

    assert "left" in problem.hint or "without any spaces" in problem.hint


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_in_the_settings_is_told(case: str, workspace: Path) -> None:
    old, new, name, rule, word = FAULTS[case]
    path = workspace / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))

    loaded = load_settings(workspace)

    first = loaded.problems[0]
    assert loaded.settings is None
    assert (first.path, first.rule) == (path, rule)
    assert word in f"{first.message} {first.hint}"


def test_a_fault_of_an_audience_is_told_at_its_value_or_at_the_sample(workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    audiences = "audiences:\n  ville: [Rennes]\n  first name:\n    - Zoé\n    - a;b\n"
    path.write_text(audiences + path.read_text("utf-8"), "utf-8")
    sample_line = path.read_text("utf-8").split("first name: Camille")[0].count("\n") + 1

    problems = load_settings(workspace).problems

    places = [(each.position.line, each.position.column) for each in problems]
    assert places == [(2, 3), (5, 7), (sample_line, 17)]


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "123456"])
def test_a_bad_colour_is_told_at_its_line_and_the_settings_are_read_all_the_same(
    colour: str, workspace: Path
) -> None:
    theme = workspace / "assets/theme.yaml"
    theme.write_text(f'colours:\n  light:\n    accent: "{colour}"\n')
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text().replace("timezone:", "fuseau:"))

    loaded = load_settings(workspace)

    assert loaded.settings is None
    told = {(each.path, each.position.line, each.rule) for each in loaded.problems}
    assert told == {(theme.resolve(), 3, "colour"), (settings.resolve(), 17, "unknown-key")}


def test_an_address_keeps_its_lines_however_it_is_written(workspace: Path) -> None:
    settings_file = workspace / "newsletter.yaml"
    text = settings_file.read_text()
    typed = "  address: |\n    1 rue de l'Exemple\n    75000 Paris\n"
    assert typed in text
    settings_file.write_text(text.replace("  address: |\n    1 rue", "  address:\n    1 rue"))

    settings = load_settings(workspace).settings

    assert settings is not None
    assert settings.organisation.address == "1 rue de l'Exemple\n75000 Paris"


def test_a_workspace_without_theme_has_the_packaged_one(workspace: Path) -> None:
    (workspace / "assets/theme.yaml").unlink()

    settings = load_settings(workspace).settings

    assert settings is not None
    assert settings.theme == read_theme()


def read_theme() -> Theme:
    settings = load_settings(ROOT).settings
    assert settings is not None
    return settings.theme


def test_an_unknown_mail_program_is_told_with_the_one_that_was_meant(workspace: Path) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "clients: [Gmail, Outlok]\n")

    (problem,) = load_settings(workspace).problems

    assert problem.hint == "did you mean 'Outlook'?"


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_server_is_asked_on_the_usual_port_of_its_security(
    security: str, port: int, workspace: Path
) -> None:
    settings = workspace / "newsletter.yaml"
    said = f"smtp: {{host: smtp.example.org, security: {security}}}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + said, "utf-8")

    loaded = load_settings(workspace).settings

    assert loaded is not None
    assert loaded.smtp is not None
    assert loaded.smtp.port_used == port


@pytest.mark.parametrize("name", ["newsletter.yaml", "assets/theme.yaml"])
@pytest.mark.parametrize("content", ["", "- a\n- b\n"])
def test_settings_that_say_nothing_are_not_told_to_begin_as_issues_do(
    workspace: Path, name: str, content: str
) -> None:
    (workspace / name).write_text(content, "utf-8")

    problems = load_settings(workspace).problems

    assert [problem.path.name for problem in problems] == [Path(name).name]
    assert "newsletter init DIR" in problems[0].hint


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("en-GB", "en"),
        ("en_gb", "en"),
        ("en-US", "en-US"),
        ("en_us", "en-US"),
        ("fr-FR", "fr"),
        ("en", "en"),
    ],
)
def test_a_language_with_its_country_is_taken(typed: str, language: str, workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text("utf-8").replace("language: fr", f"language: {typed}"), "utf-8")

    settings = load_settings(workspace).settings

    assert settings is not None
    assert settings.language == language


def test_american_english_is_told(workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text("utf-8").replace("language: fr", "language: en-AU"), "utf-8")

    (problem,) = load_settings(workspace).problems

    assert "en-AU" in problem.message
    assert "en" in problem.hint


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("lettre@example.org", "example.org"),
        ("lettre@mail.example.org", "example.org"),
        ("lettre@example.org", "mail.example.org"),  # relaxed: one owner, whichever is above
        ("lettre@a.example.org", "B.Example.org."),
        ("lettre@fédération.fr", "xn--fdration-b1ab.fr"),
        ("lettre@xn--fdration-b1ab.fr", "fédération.fr"),
        ("lettre@a.club.asso.fr", "club.asso.fr"),
    ],
)
def test_a_signature_of_the_sender_s_owner_is_taken(sender, domain, workspace: Path) -> None:
    loaded = with_signature(workspace, sender, domain)

    assert loaded.problems == ()
    assert loaded.settings.dkim.domain.isascii()


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("lettre@example.org", "autre.org"),
        ("lettre@example.org", "notexample.org"),
        ("lettre@fédération.fr", "federation.fr"),
        ("lettre@club.asso.fr", "asso.fr"),
        ("lettre@club.asso.fr", "voisin.asso.fr"),
        ("lettre@charity.org.uk", "other.org.uk"),
    ],
)
def test_a_signature_that_dmarc_does_not_count_is_told_at_its_domain(
    sender, domain, workspace: Path
) -> None:
    (problem,) = with_signature(workspace, sender, domain).problems

    line = (workspace / "newsletter.yaml").read_text("utf-8").splitlines()
    assert problem.rule == "dkim"
    assert line[problem.position.line - 1] == f"  domain: {domain}"


def test_a_signature_of_a_sender_s_own_is_told_in_its_place(workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    senders = (
        "senders:\n"
        "  b: {name: B, email: b@b.fr, dkim: {selector: a, domain: autre.fr}}\n"
        "  c: {name: C, email: c@c.fr}\n"
    )
    text = path.read_text("utf-8").replace("senders:\n", senders)
    path.write_text(f"{text}\ndkim: {{selector: a, domain: example.org}}\n", "utf-8")

    problems = load_settings(workspace).problems

    lines = path.read_text("utf-8").splitlines()
    assert [lines[each.position.line - 1][:4] for each in problems] == ["  b:", "dkim"]
    assert problems[0].hint == "write domain: b.fr, whose DNS must have the key"
    assert problems[1].hint == "give 'c' a dkim: of its own, with domain: c.fr"


def with_signature(workspace: Path, sender: str, domain: str) -> LoadedSettings:
    path = workspace / "newsletter.yaml"
    text = path.read_text("utf-8").replace("email: lettre@example.org", f"email: {sender}")
    path.write_text(f"{text}\ndkim:\n  selector: lettre\n  domain: {domain}\n", "utf-8")
    return load_settings(workspace)


@pytest.mark.parametrize("name", ["settings.fr.yaml", "settings.en.yaml"])
@pytest.mark.parametrize("first", ["  ", "   ", "#   "])
@pytest.mark.parametrize("section", ["audiences", "site", "smtp", "reviewers"])
def test_a_section_whose_own_line_is_still_a_comment_is_told_there_alone(
    section: str, first: str, name: str
) -> None:
    starter = (ROOT / "newsletter/starter" / name).read_text("utf-8")
    [block] = re.findall(rf"(?m)^#{section}:\n(?:#   .*\n)+", starter)
    below = block.replace("#   ", first, 1).replace("#   ", "  " if first == "  " else "   ")
    if "\n#" in below and below.count("\n") == 2:
        return  # it had one line, and that is still a comment

    source = parse_source(starter.replace(block, below), Path("newsletter.yaml"))

    line = starter[: starter.index(block)].count("\n") + 1
    assert [(each.position, each.hint) for each in source.problems] == [
        ((line, 1), f"remove the # before it: {section}:")
    ]
    assert source.value is not None
    assert section in source.value
    assert parse_source(starter, Path("newsletter.yaml")).problems == ()


@pytest.mark.parametrize(
    ("added", "rule", "hint"),
    [
        ("lists:\n  é: {file: a.csv}\n  e: {file: b.csv}\n", "id", "rename one of them"),
        ("approval: {a: b}\n", "shape", "required"),
        ("approval: [required]\n", "shape", "required"),
    ],
)
def test_what_would_be_taken_for_something_else_is_refused(workspace, added, rule, hint):
    path = workspace / "newsletter.yaml"
    path.write_text(f"{path.read_text('utf-8')}\n{added}", "utf-8")

    loaded = load_settings(workspace)

    [problem] = loaded.problems
    assert loaded.settings is None
    assert (problem.rule, "{" in problem.message) == (rule, False)
    assert hint in problem.hint


def test_a_merge_field_in_a_sender_s_name_is_refused_at_its_place(workspace):
    path = workspace / "newsletter.yaml"
    text = path.read_text("utf-8")
    before = re.search(r"^    name: .*$", text, re.MULTILINE)[0]
    path.write_text(text.replace(before, '    name: "((prénom)) de Numeum"', 1), "utf-8")

    [problem] = load_settings(workspace).problems

    assert "'((prénom))' cannot be used here" in problem.message
    assert problem.position.line == text[: text.index(before)].count("\n") + 1
