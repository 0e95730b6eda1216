"""What the system cannot do with a file is said in the reader's language, with the file's name."""

import errno
from pathlib import Path

import pytest

from newsletter import i18n
from newsletter.problems.errors import NewsletterError, needing, system_error


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("rien", "ce fichier ou ce dossier n’existe pas"),
        ("dossier", "c’est un dossier, pas un fichier"),
        ("fichier/dedans", "un fichier se trouve là où il faut un dossier"),
        ("a" * 300, "son nom est trop long"),
    ],
)
def test_a_file_that_cannot_be_opened_is_told_in_french(
    name: str, sentence: str, tmp_path: Path
) -> None:
    i18n.use_language("fr")
    (tmp_path / "dossier").mkdir()
    (tmp_path / "fichier").touch()

    with pytest.raises(OSError, match="Errno") as caught:
        (tmp_path / name).open()

    assert system_error(caught.value).message == f"{tmp_path / name}: {sentence}"


def test_what_we_have_no_sentence_for_is_said_as_the_system_says_it() -> None:
    error = OSError(errno.ENXIO, "No such device or address")

    assert system_error(error).message == "No such device or address"


def test_an_import_that_names_no_module_is_told_by_the_name_of_what_to_install() -> None:
    with (
        pytest.raises(NewsletterError) as caught,
        needing("{module} is missing", "psycopg[binary]", "procrastinate"),
    ):
        raise ImportError("no pq wrapper available")

    assert caught.value.message == "psycopg is missing"
