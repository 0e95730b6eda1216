"""What is kept of pictures comes back whole or not at all, and never from a workspace."""

from pathlib import Path

from newsletter.values.pictures.examination import keep, kept


def test_what_was_kept_comes_back(user_cache: Path) -> None:
    keep("a", b"content")

    assert kept("a") == b"content"
    assert kept("b") is None


def test_a_damaged_file_counts_as_none(user_cache: Path) -> None:
    keep("a", b"content")
    (path,) = (user_cache / "pictures").iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    assert kept("a") is None


def test_where_nothing_can_be_written_nothing_is_kept(user_cache: Path) -> None:
    user_cache.parent.write_text("un fichier, pas un dossier")

    keep("a", b"content")

    assert kept("a") is None
