"""What is missing is added as the program was installed, and never by our name on an index."""

import sys
from pathlib import Path

import pytest

from newsletter import packaged


def test_in_a_checkout_make_adds_what_is_missing() -> None:
    assert packaged.how_to_add("openpyxl") == "make build"


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("/home/anne/.local/pipx/venvs/newsletter", "pipx inject newsletter openpyxl dkimpy"),
        ("/opt/lettre", f"{sys.executable} -m pip install openpyxl dkimpy"),
    ],
)
def test_elsewhere_the_installer_does(
    prefix: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "PACKAGE", tmp_path / "site-packages/newsletter")
    monkeypatch.setattr(sys, "prefix", prefix)

    assert packaged.how_to_add("openpyxl", "dkimpy") == expected
