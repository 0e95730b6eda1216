"""What is kept of pictures comes back whole or not at all."""

from pathlib import Path

from newsletter.values.pictures import keep, kept


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    keep(tmp_path, "a", b"content")

    assert kept(tmp_path, "a") == b"content"
    assert kept(tmp_path, "b") is None


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    keep(tmp_path, "a", b"content")
    (path,) = (tmp_path / ".cache/pictures").iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    assert kept(tmp_path, "a") is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("un fichier, pas un dossier")

    keep(tmp_path, "a", b"content")

    assert kept(tmp_path, "a") is None
