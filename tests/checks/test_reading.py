"""What of a text is prose; what earlier issues led to."""

import time
import timeit
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.reading import OPAQUE, addresses_in, earlier_issues, prose_of
from newsletter.content.loading import Issue, load_issue
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD

NO_PROSE = [
    "`le le`",
    "``a ` b``",
    "https://a.fr/le",
    "a.b@c.fr",
    "((first name | le))",
    "www.a.fr",
]


@pytest.mark.parametrize("words", NO_PROSE)
def test_code_addresses_and_merge_fields_are_no_prose(words: str) -> None:
    assert prose_of(f"avant {words} après") == f"avant {OPAQUE * len(words)} après"


def test_the_words_of_a_link_are_prose_its_address_is_not() -> None:
    assert prose_of("[le mot](a b) [le mot](/le)") == f"[le mot]({OPAQUE} b) [le mot]({OPAQUE * 3})"


def test_the_lines_of_a_fence_stay_lines() -> None:
    assert prose_of("a\n```\nTODO\n```\nb").count("\n") == 4
    assert "TODO" not in prose_of("a\n```\nTODO\n```\nb")


@given(st.text(alphabet="ab`~()[]@./:\n h", max_size=60))
def test_prose_is_as_long_as_the_text(text: str) -> None:
    assert len(prose_of(text)) == len(text)


@pytest.mark.parametrize("text", ["a" * 100_000 + " @", "`" * 100_000])
def test_an_absurd_text_is_read_once_not_again_from_each_letter(text: str) -> None:
    start = time.perf_counter()
    prose_of(text)

    assert time.perf_counter() - start < 2


BODY = "  - {kind: text, body: 'Lire [une étude](https://a.fr/etude).'}\n"


@pytest.fixture(name="issue")
def read_issue(settings: Settings, write_issue: Callable[[str | bytes], Path]) -> Issue:
    loaded = load_issue(write_issue(HEAD + BODY), settings)
    assert loaded.issue is not None
    return loaded.issue


@pytest.fixture(name="folder")
def issues_folder(workspace: Path) -> Path:
    return workspace / "issues"


@pytest.mark.parametrize("day", ["2024-12-01", "01/12/2024", "'1er décembre 2024'"])
def test_an_issue_of_an_earlier_date_is_read(day: str, folder: Path, issue: Issue) -> None:
    (folder / "avant.yaml").write_text(HEAD.replace("2025-01-06", day) + BODY, encoding="utf-8")

    (earlier,) = earlier_issues(folder, issue)

    assert earlier.path.name == "avant.yaml"
    assert earlier.addresses == {"a.fr/etude"}


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD.replace("2025-01-06", "2025-02-03"),
        HEAD.replace("2025-01-06", "bientôt"),
        HEAD.replace("2025-01-06", "2024-12-01").replace("newsletter", "press-release"),
        HEAD.replace("2025-01-06", "2024-12-01\ntranslation_of: essai"),
        "",
    ],
    ids=["same day", "later", "no date", "another kind", "translation", "empty"],
)
def test_no_other_file_is_read(text: str, folder: Path, issue: Issue) -> None:
    (folder / "autre.yaml").write_text(text, encoding="utf-8")

    assert earlier_issues(folder, issue) == ()


def test_the_text_files_of_an_issue_are_read_too(folder: Path, issue: Issue) -> None:
    (folder / "texts").mkdir()
    (folder / "texts/edito.md").write_text("Voir https://b.fr/edito.", encoding="utf-8")
    items = "  - {kind: text, body: {file: texts/edito.md}}\n"
    (folder / "avant.yaml").write_text(HEAD.replace("2025-01-06", "2024-12-01") + items)

    (earlier,) = earlier_issues(folder, issue)

    assert earlier.addresses == {"b.fr/edito"}


def test_words_that_are_signed_are_read_without_who_signs(folder: Path, issue: Issue) -> None:
    signed = "closing: {text: À bientôt., signature: Prénom Nom}\n"
    text = HEAD.replace("2025-01-06", "2024-12-01").replace("items:", f"{signed}items:")
    (folder / "avant.yaml").write_text(text + BODY, encoding="utf-8")

    (earlier,) = earlier_issues(folder, issue)

    assert "À bientôt." in earlier.texts


def test_what_is_no_file_is_not_read(folder: Path, issue: Issue) -> None:
    (folder / ".#mai.yaml").symlink_to("ana@machine.4711")  # Emacs, while one writes
    (folder / "avant.yaml").mkdir()

    assert earlier_issues(folder, issue) == ()


def test_three_hundred_issues_are_read_well_under_300_ms(folder: Path, issue: Issue) -> None:
    items = BODY * 12 + "  - kind: text\n    body: " + "des mots " * 1200
    text = HEAD.replace("2025-01-06", "2024-12-01") + items
    for number in range(300):
        (folder / f"avant-{number}.yaml").write_text(text, encoding="utf-8")

    def read() -> None:
        earlier_issues(folder, issue)

    # The time of this process, at its best of three: others use the machine too.
    seconds = min(timeit.repeat(read, timer=process_time, repeat=3, number=1))

    assert len(earlier_issues(folder, issue)) == 300
    assert seconds < 0.3


def test_what_ends_a_sentence_is_no_part_of_an_address() -> None:
    text = "Voir https://a.fr/x, https://a.fr/y. Et [z](https://a.fr/z)."

    assert addresses_in(text) == {"a.fr/x", "a.fr/y", "a.fr/z"}
