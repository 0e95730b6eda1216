"""Files as editors save them, and files that are none."""

import codecs
from pathlib import Path

import pytest
import yaml

from newsletter.problems.problem import Position
from newsletter.source import parse_source, read_source

TEXT = "kind: newsletter\ntitle: Été à « Nîmes »\n"
READ = {"kind": "newsletter", "title": "Été à « Nîmes »"}


@pytest.fixture
def read(tmp_path):
    def read_bytes(content: bytes):
        path = tmp_path / "2026-09.yaml"
        path.write_bytes(content)
        return read_source(path)

    return read_bytes


def said(source):
    return [(*each.position, each.rule) for each in source.problems]


def test_a_hyphen_of_word_at_which_no_line_breaks_is_not_lost(read):
    source = read("title: la vice\x1eprésidente, la compta\x1fbilité".encode())

    assert source.problems == ()
    assert source.value == {"title": "la vice\u2011présidente, la compta\u00adbilité"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_utf_8_is_read_whatever_its_line_breaks(read, encoding, line_break):
    source = read(TEXT.replace("\n", line_break).encode(encoding))

    assert source.problems == ()
    assert source.value == READ
    assert source.text == TEXT


def test_windows_1252_is_named_at_its_first_accent_and_read(read):
    source = read(TEXT.replace("\n", "\r\n").encode("cp1252"))

    assert said(source) == [(2, 8, "encoding")]
    assert "Windows-1252" in source.problems[0].message
    assert "UTF-8" in source.problems[0].hint
    assert source.value == READ


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_notepads_unicode_is_named_and_read(read, mark):
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    source = read(mark + TEXT.encode(encoding))

    assert said(source) == [(1, 1, "encoding")]
    assert "UTF-16" in source.problems[0].message
    assert source.value == READ


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfea",  # half a character of UTF-16
        TEXT.encode("utf-16-le"),  # without its mark
        TEXT.encode("utf-16-be"),
        b"kind: \x81\x8d",  # bytes without a meaning in Windows-1252
        b"PK\x03\x04\xe9\x00\x00docx",
    ],
)
def test_what_is_not_text_is_said_to_be_none(read, content):
    source = read(content)

    assert [each.rule for each in source.problems] == ["encoding"]
    assert "plain text" in source.problems[0].message
    assert source.value is None
    assert source.position(("title",)) == Position(1, 1)
    assert source.find(("title",), "x") == Position(1, 1)
    assert list(source.texts()) == []


@pytest.mark.parametrize("escape", ["\\xee", "\\u012e", "\\U000249de"])
def test_an_accent_behind_an_escape_is_no_part_of_it(escape: str) -> None:
    source = parse_source(f'title: "{escape}\u0330"\n', Path("issue.yaml"))

    assert source.problems == ()
    assert source.value == {"title": yaml.load(f'"{escape}"', yaml.SafeLoader) + "\u0330"}


def test_a_nul_in_the_text_is_a_problem_at_its_place(read):
    assert said(read(b"kind: a\ntitle: b\0c\n")) == [(2, 9, "character")]


def test_an_empty_file_is_a_problem(read):
    assert said(read(b"")) == [(1, 1, "empty-file")]


def test_a_file_over_a_mebibyte_is_not_read(read):
    source = read(b"title: " + b"x" * 1024 * 1024)

    assert said(source) == [(1, 1, "file")]
    assert source.value is None


def test_a_file_of_exactly_a_mebibyte_is_read(read):
    assert read(b"title: " + b"x" * (1024 * 1024 - 7)).problems == ()


def test_a_missing_file_is_a_problem_and_not_an_error(tmp_path):
    source = read_source(tmp_path / "2026-09.yaml")

    assert said(source) == [(1, 1, "file")]
    assert source.problems[0].message == "file '2026-09.yaml' does not exist"
    assert source.value is None


def test_a_folder_is_a_problem_and_not_an_error(tmp_path):
    source = read_source(tmp_path)

    assert "folder" in source.problems[0].message


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_file_that_cannot_be_opened_is_a_problem_and_not_an_error(tmp_path, name):
    source = read_source(Path(tmp_path / name))

    assert "cannot be opened" in source.problems[0].message


def test_a_text_as_textedit_saves_it_is_named(read):
    source = read(rb"{\rtf1\ansi\ansicpg1252 kind: newsletter}")

    assert said(source) == [(1, 1, "encoding")]
    assert source.value is None
