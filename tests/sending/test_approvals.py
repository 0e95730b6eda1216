"""What the settings ask for before a send: an approval, or a test, of this very content."""

import os
import re
from pathlib import Path

import pytest

from newsletter.commands.send import approve
from newsletter.content.loading import load_issue
from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import changed_parts, digests_of
from newsletter.settings.loading import load_settings
from tests.surroundings import around

RELEASE = """\
kind: press-release
headline: Un fait
date: 2026-11-28
place: Paris
embargo: none
lead: Un fait s'est produit.
body: Voici le fait.
boilerplates: [{title: Nous, text: Une association.}]
contacts: [{name: Claire Martin, email: presse@example.org}]
"""


@pytest.fixture(name="approve_it")
def as_claire(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    """Ask for an approval; return what approves the issue in Claire's name, and says so."""
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8") + "approval: required\n", "utf-8")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Claire Martin")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "claire@example.org")

    def run() -> str:
        said: list[str] = []
        file = workspace / "issues/essai.yaml"
        status = approve(around(workspace, tell=said.append), file)
        assert status == 0
        return said[-1]

    return run


def change_text(workspace: Path) -> None:
    file = workspace / "issues/essai.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("subject: ", "subject: Changé, ", 1), "utf-8")


def test_nothing_leaves_before_somebody_has_approved(
    start_server, send, write_members, people, approve_it
) -> None:
    server = start_server()
    refused = send(server, members=write_members(people(2)))
    assert refused.status == 2
    assert "nobody has approved this issue" in refused.text
    assert server.taken == []

    assert "Claire Martin <claire@example.org>" in approve_it()

    assert send(server, members=write_members(people(2))).status == 0
    assert server.taken == people(2)


def test_a_change_voids_an_approval_and_is_named(
    start_server, send, write_members, people, approve_it, workspace
) -> None:
    server = start_server()
    approve_it()
    change_text(workspace)

    refused = send(server, members=write_members(people(2)))

    assert refused.status == 2
    assert "nobody has approved this issue as it is now; last time: 2" in refused.text
    assert "Claire Martin <claire@example.org>; changed since: the subject" in refused.text
    approve_it()
    assert send(server, members=write_members(people(2))).status == 0


def test_a_test_and_a_dry_run_name_what_would_be_approved(
    start_server, send, write_members, people, approve_it
) -> None:
    server = start_server()

    tested = send(server, to=["a@example.org"])
    [mail] = server.messages
    content = re.search(rb"^Subject: \[TEST (\w{8})\]", mail, re.MULTILINE)[1].decode()

    assert tested.status == 0
    assert f"fingerprint {content};" in approve_it()
    assert send(server, members=write_members(people(2)), dry_run=True).status == 0


def test_a_content_is_tested_before_it_is_sent(
    start_server, send, write_members, people, workspace
) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8") + "test_first: true\n", "utf-8")
    server = start_server()
    refused = send(server, members=write_members(people(2)))
    assert "no test was sent of this issue as it is now" in refused.text

    send(server, to=["a@example.org"], dry_run=True)  # which is none
    assert send(server, members=write_members(people(2))).status == 2
    send(server, to=["a@example.org"])
    change_text(workspace)
    assert "changed since: the subject" in send(server, members=write_members(people(2))).text
    send(server, to=["a@example.org"])

    assert send(server, members=write_members(people(2))).status == 0


@pytest.mark.usefixtures("send")
def test_who_is_unknown_to_git_approves_nothing(
    approve_it, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for key in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(key)

    with pytest.raises(NewsletterError, match="git does not know who you are"):
        approve_it()


def test_two_approvals_that_git_could_not_merge_are_told(
    start_server, send, write_members, people, approve_it, workspace
) -> None:
    approve_it()
    file = workspace / "approvals/essai.json"
    file.write_text("<<<<<<< HEAD\n" + file.read_text("utf-8"), "utf-8")

    refused = send(start_server(), members=write_members(people(2)))

    assert "approvals/essai.json is damaged" in refused.text


def test_a_release_is_approved_with_its_pdf_and_json(workspace: Path) -> None:
    file = workspace / "issues/fait.yaml"
    file.write_text(RELEASE, "utf-8")
    settings = load_settings(workspace).settings
    release = load_issue(file, settings).issue
    before = digests_of(release, settings)
    page = (packaged_files() / "templates/press/release.html").read_text("utf-8")
    own = workspace / "templates/press/release.html"
    own.parent.mkdir(parents=True)

    own.write_text(page.replace("</body>", "<p>En plus</p></body>", 1), "utf-8")

    assert changed_parts(before, digests_of(release, settings)) == ["release"]
