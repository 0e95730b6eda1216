"""The address of a shared ledger: what it may say, and how the connection is verified."""

import pytest

from newsletter.settings.loading import load_settings
from newsletter.settings.shared_ledger import tls_of

SCHEME = "postgresql+psycopg://"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("lettre@db.example.org/lettre", ""),
        ("lettre@db.example.org:5433/lettre?application_name=lettre", ""),
        ("/?service=lettre", ""),
        ("lettre@/lettre?host=/run/postgresql", ""),
        ("lettre@[::1]:5432/lettre", ""),
        ("lettre@127.0.0.1/lettre?sslmode=disable", ""),
        ("lettre@db.example.org/lettre?sslmode=verify-full&sslrootcert=/etc/ca.pem", ""),
        ("lettre:secret@db.example.org/lettre", "a password must never be in this file"),
        ("lettre:se/cr@et@db.example.org/lettre", "a password must never be in this file"),
        ("lettre@db.example.org/lettre?password=secret", "a password must never be in this file"),
        ("lettre@db.example.org", "is not the address of a shared ledger"),
        ("lettre@db.example.org:port/lettre", "is not the address of a shared ledger"),
        ("lettre@[::1/lettre", "is not the address of a shared ledger"),
        ("lettre@db.example.org/lettre?timeout=3", "'timeout' cannot be said in the address"),
        ("lettre@db.example.org/lettre?sslmode=require", "anyone on the way can pose as"),
        ("lettre@db.example.org/lettre?sslmode=verify-ca", "anyone on the way can pose as"),
        ("lettre@127.0.0.1,db.example.org/l?sslmode=prefer", "anyone on the way can pose as"),
        ("l@localhost/l?hostaddr=192.0.2.1&sslmode=allow", "anyone on the way can pose as"),
    ],
)
def test_an_address_is_told_what_is_wrong_with_it_and_never_shows_a_password(
    workspace, address: str, words: str
) -> None:
    with (workspace / "newsletter.yaml").open("a") as settings:
        settings.write(f'ledger: "{SCHEME}{address}"\n')

    problems = load_settings(workspace).problems

    assert [words in each.message for each in problems] == ([True] if words else [])
    assert not any("secret" in f"{each.message} {each.hint}" for each in problems)


@pytest.mark.parametrize("address", ["ledger.sqlite3", "mysql://l@db/l", "postgresql://l@db/l"])
def test_another_database_is_answered_with_an_example(workspace, address: str) -> None:
    with (workspace / "newsletter.yaml").open("a") as settings:
        settings.write(f"ledger: {address}\n")

    [problem] = load_settings(workspace).problems

    assert "write postgresql+psycopg://lettre@db.example.org/lettre" in problem.hint


@pytest.mark.parametrize(
    ("address", "is_verified"),
    [
        ("l@db.example.org/l", True),
        ("l@127.0.0.1/l", False),
        ("l@localhost:5433/l", False),
        ("l@/l?host=/run/postgresql", False),
        ("l@/l", True),  # libpq asks PGHOST
        ("/?service=l", True),
        ("l@localhost/l?hostaddr=192.0.2.1", True),
        ("l@localhost,db.example.org/l", True),
    ],
)
def test_who_answers_is_verified_unless_it_is_this_machine(address: str, is_verified: bool) -> None:
    expected = {"sslmode": "verify-full", "sslrootcert": "system"} if is_verified else {}

    assert tls_of(SCHEME + address) == expected
