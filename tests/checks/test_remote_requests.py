"""Pictures asked over the network."""

from pathlib import Path

from tests.checks.conftest import Check

REMOTE = (
    "  - {{kind: picture, url: 'https://example.org/{number}.png', width: 9, height: 9, alt: Un}}\n"
)


def remote(count: int) -> str:
    return "".join(REMOTE.format(number=number) for number in range(count))


def test_the_eleventh_picture_is_found(check: Check) -> None:
    (problem,) = check("remote-requests", remote(12))

    assert problem.position.line == 17


def test_ten_pictures_pass(check: Check) -> None:
    assert check("remote-requests", remote(10)) == []


def test_pictures_of_the_mail_itself_do_not_count(workspace: Path, check: Check) -> None:
    items = "  - {kind: picture, file: photo.png, alt: Un}\n" * 3

    assert check("remote-requests", remote(10) + items) == []
