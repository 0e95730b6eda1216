"""What an inbox shows: subject, preheader, sender."""

from pathlib import Path

import pytest

from tests.checks.conftest import HEAD, ITEM, RELEASE, Check

SUBJECT, PREHEADER = "L'objet du mail", "Une accroche, qui dit autre chose"


def with_subject(words: str) -> str:
    return HEAD.replace(SUBJECT, f'"{words}"')


def with_preheader(words: str) -> str:
    return HEAD.replace(PREHEADER, f'"{words}"')


def test_a_subject_that_a_computer_cuts_is_found(check: Check) -> None:
    (problem,) = check("long-subject", ITEM, head=with_subject("a" * 71))

    assert problem.position == (2, 10)
    assert "71" in problem.message


def test_a_subject_is_measured_as_the_sample_recipient_sees_it(check: Check) -> None:
    words = "((first name | une très longue salutation)) " + "a" * 60

    assert check("long-subject", ITEM, head=with_subject(words)) == []


def test_the_subject_that_a_release_takes_from_its_headline_is_measured(check: Check) -> None:
    (problem,) = check("long-subject", "", head=RELEASE.replace("Un titre", "a" * 60))

    assert problem.position == (2, 11)
    assert problem.hint == "write a subject: shorter than the headline"


def test_a_subject_of_seventy_characters_passes(check: Check) -> None:
    assert check("long-subject", ITEM, head=with_subject("a" * 70)) == []


@pytest.mark.parametrize("words", ["Vite !!!", "Vite ! !", "Quoi ?!?", "Gagnez €€€", "Prix € € €"])
def test_heaps_of_signs_are_found_where_they_stand(words: str, check: Check) -> None:
    (problem,) = check("shouting", ITEM, head=with_subject(words))

    assert problem.position == (2, 11 + words.index(" ") + 1)


@pytest.mark.parametrize("words", ["Bravo !", "Vraiment ?!", "12 € ou 15 € par mois"])
def test_one_sign_passes(words: str, check: Check) -> None:
    assert check("shouting", ITEM, head=with_subject(words)) == []


@pytest.mark.parametrize("words", [SUBJECT, "L'objet de ce mail"])
def test_a_preheader_that_repeats_the_subject_is_found(words: str, check: Check) -> None:
    (problem,) = check("repeated-preheader", ITEM, head=with_preheader(words))

    assert problem.position.line == 3


def test_a_preheader_that_says_something_else_passes(check: Check) -> None:
    assert check("repeated-preheader", ITEM) == []


def write_sender(workspace: Path, lines: str) -> None:
    path = workspace / "newsletter.yaml"
    settings = path.read_text("utf-8")
    path.write_text(
        settings.replace(
            "    email: lettre@example.org\n    reply_to: contact@example.org\n", lines
        ),
        "utf-8",
    )


@pytest.mark.parametrize("name", ["noreply", "no-reply", "ne-pas-repondre", "nepasrepondre.lettre"])
def test_a_sender_whom_nobody_can_answer_is_found_in_the_settings(
    name: str, check: Check, workspace: Path
) -> None:
    write_sender(workspace, f"    email: {name}@example.org\n")

    (problem,) = check("no-reply", ITEM)

    assert problem.path.name == "newsletter.yaml"
    assert f"{name}@" in problem.path.read_text("utf-8").splitlines()[problem.position.line - 1]


def test_answers_that_go_elsewhere_pass(check: Check, workspace: Path) -> None:
    write_sender(workspace, "    email: noreply@example.org\n    reply_to: contact@example.org\n")

    assert check("no-reply", ITEM) == []
