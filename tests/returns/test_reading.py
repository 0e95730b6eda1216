"""What comes back is understood: who it names, what it means, whatever bytes arrive.

The goals are asserted of our own messages in `corpus/`, and of the real ones beside the repository
where they are (or where NEWSLETTER_BOUNCES says): of each set alone, so that none stands in for
another, and none is skipped.
"""

import csv
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.ledger.states import Verdict
from newsletter.returns.bounces import Returned
from newsletter.returns.reading import read_message

OWN = Path(__file__).parent / "corpus"
REAL = Path(os.environ.get("NEWSLETTER_BOUNCES", OWN.parents[3] / "shared/bounces"))
CORPORA = [OWN, *([REAL] if REAL.is_dir() else [])]
KINDS = {"feedback": Verdict.COMPLAINT, "opt-out": Verdict.OPT_OUT, "vacation": Verdict.AUTO_REPLY}


def share(corpus: Path, of_real: float, of_own: float = 1.0) -> float:
    """Return the share that is asked for: our own messages are all read as they are meant."""
    return of_own if corpus == OWN else of_real


pytestmark = pytest.mark.parametrize("corpus", CORPORA, ids=lambda each: each.name)


def labelled(corpus: Path) -> Iterator[tuple[dict[str, str], Returned | None]]:
    """Yield each label, and what was read of that recipient."""
    with (corpus / "labels.csv").open(encoding="utf-8", newline="") as file:
        for label in csv.DictReader(file):
            found = read_message((corpus / "messages" / label["message"]).read_bytes()).returned
            named = [each for each in found if each.address == label["address"].lower() != ""]
            number = int(label["recipient"]) - 1
            yield label, (named or found[number:] or [None])[0]


def is_right(label: dict[str, str], found: Returned | None) -> bool:
    return found is not None and found.address == label["address"].lower()


def test_the_address_is_found_in_nineteen_of_twenty_that_have_one(corpus: Path) -> None:
    right = [is_right(*each) for each in labelled(corpus) if each[0]["address"]]

    assert sum(right) >= share(corpus, 0.95) * len(right)


def test_who_is_unknown_there_is_gone(corpus: Path) -> None:
    unknown = [found for label, found in labelled(corpus) if label["reason"] == "userunknown"]

    gone = [each for each in unknown if each is not None and each.verdict is Verdict.GONE]
    assert len(gone) >= share(corpus, 0.85) * len(unknown)


def test_hardly_anyone_who_may_be_there_is_gone(corpus: Path) -> None:
    aside = {"filtered", "suspend"}
    soft = [each for each in labelled(corpus) if each[0]["hard"] == "false"]
    there = [found for label, found in soft if label["reason"] not in aside]

    gone = [each for each in there if each is not None and each.verdict is Verdict.GONE]
    assert len(gone) <= share(corpus, 0.04, 0.0) * len(there)


def test_complaints_wishes_to_leave_and_automatic_replies_are_what_they_are(corpus: Path) -> None:
    for label, found in labelled(corpus):
        if label["reason"] in KINDS:
            assert found is not None, label
            assert found.verdict is KINDS[label["reason"]], label


def test_what_is_no_bounce_is_none(corpus: Path) -> None:
    verdicts = [each.verdict for path in sorted((corpus / "not-bounces").iterdir())
                for each in read_message(path.read_bytes()).returned]  # fmt: skip

    assert set(verdicts) <= {Verdict.DELIVERED}


@pytest.mark.parametrize("line_end", [b"\r", b"\r\n"])
def test_line_ends_of_other_systems_change_nothing(corpus: Path, line_end: bytes) -> None:
    for path in sorted((corpus / "messages").iterdir()):
        raw = path.read_bytes().replace(b"\r\n", b"\n")
        if b"\r" not in raw:
            others = read_message(raw.replace(b"\n", line_end)).returned
            assert [each.verdict for each in others] == [
                each.verdict for each in read_message(raw).returned
            ], path.name


SUBJECTS = {
    Verdict.OPT_OUT: """
        Désinscription
        Re: désabonnement
        Merci de me désabonner.
        Je souhaite me désinscrire
        Désinscrivez-moi de votre liste
        Demande de désinscription
        RE: TR: désabonement
        Se désabonner
        Merci de me retirer de votre liste
        Retirez-moi de la liste !
        Je ne souhaite plus recevoir vos mails
        Ne plus recevoir
        Unsubscribe me from all lists please
        Fwd: opt-out
        STOP SVP
        unsubscribe me please
        Unsubscribe 7a4d003f994269e2.YZQW832xYDWmENPabcd
        Abmelden
    """,
    Verdict.AUTO_REPLY: """
        Réponse automatique : La lettre
        Absent du bureau : La lettre
        En congé Re: La lettre
        Automatisch antwoord: La lettre
        Respuesta automática: La lettre
        Fuori ufficio: La lettre
        OOO: La lettre
    """,
    None: """
        Désinscription au colloque du 12
        Stop au harcèlement
        Retirer la photo de la page 2
        Ne plus recevoir le public sans rendez-vous
        Se désabonner des énergies fossiles
        Remove the second paragraph
        Absence de courrier
    """,
}


@pytest.mark.parametrize(
    ("verdict", "subject"),
    [(each, line.strip()) for each, lines in SUBJECTS.items() for line in lines.split("\n")[1:-1]],
)
def test_a_subject_tells_who_leaves_or_is_away(
    corpus: Path, verdict: Verdict | None, subject: str
) -> None:
    found = read_message(f"From: a@example.org\nSubject: {subject}\n\n".encode()).returned

    assert [each.verdict for each in found] == ([verdict] if verdict else [])


def spoilt(raw: bytes, chance: random.Random) -> bytes:
    """Return a message with pieces taken out, doubled, swapped, or replaced by noise."""
    for _n in range(chance.randint(1, 5)):
        start = chance.randrange(len(raw) + 1)
        end = min(len(raw), start + chance.choice((1, 3, 40, 400, 4000)))
        piece = chance.choice((
            b"", raw[start:end] * 2, chance.randbytes(end - start), b"\0", b"\xff\xfe", b"\n\n",
            b"Content-Type: message/delivery-status\n\n", b"=?utf-8?B?4?=", b'; charset="\0"',
            b"Final-Recipient: rfc822;", b"--B\n", b"<" * 3000, b"@" * 3000, b"-" * 3000,
        ))  # fmt: skip
        raw = raw[:start] + piece + raw[end:]
    return raw


def read_spoilt(corpus: Path, count: int) -> None:
    messages = [each.read_bytes() for each in sorted((corpus / "messages").iterdir())]
    chance = random.Random(17)  # noqa: S311 - the same every time
    for _n in range(count):
        read_message(spoilt(chance.choice(messages), chance))


def test_nothing_that_arrives_stops_the_reading(corpus: Path) -> None:
    read_spoilt(corpus, 300)


@pytest.mark.parametrize("kind", ["message/rfc822", 'multipart/mixed; boundary="B"\n\n--B'])
def test_parts_in_parts_in_parts_stop_nothing(corpus: Path, kind: str) -> None:
    assert read_message(f"Content-Type: {kind}\n\n".encode() * 5000).returned == []


def test_what_a_terminal_would_obey_is_left_out(corpus: Path) -> None:
    raw = "From: MAILER-DAEMON@b\n\n<a@b.example>: \x1b]0;x\a550 user \x9b1m\u202eunknown"

    [found] = read_message(raw.encode()).returned

    assert found.words == "<a@b.example>: ]0;x 550 user 1m unknown"


def test_very_many_recipients_take_no_time(corpus: Path) -> None:
    lines = "".join(f"<u{number}@b.example>: user unknown\n" for number in range(2000))
    fields = "".join(f"\nFinal-Recipient: rfc822;u{number}@b.example\n" for number in range(5000))
    report = (
        f"Content-Type: multipart/report; boundary=B\n\n--B\n\n{lines}\n--B\n"
        f"Content-Type: message/delivery-status\n\n{fields}\n--B--"
    )
    began = time.process_time()

    found = [read_message(f"From: MAILER-DAEMON@b\n{each}".encode()).returned
             for each in (f"\n{lines}", report)]  # fmt: skip

    assert list(map(len, found)) == [2000, 5000]
    assert time.process_time() - began < 20  # under coverage, on a slow machine, 6


@pytest.mark.parametrize(
    "written", ["O'Neil@example.org", "'o'neil@example.org'", "<O'NEIL@example.org>"]
)
def test_an_apostrophe_in_an_address_makes_nobody_else_of_it(corpus: Path, written: str) -> None:
    raw = f"From: {written}\nSubject: unsubscribe\n\n".encode()

    assert [each.address for each in read_message(raw).returned] == ["o'neil@example.org"]


def test_a_header_in_no_character_set_is_read_as_it_is(corpus: Path) -> None:
    raw = b"From: MAILER-DAEMON@b.example\nSubject: =?utf-\xff?q?a?=\n\na@b.example: user unknown"

    assert [each.verdict for each in read_message(raw).returned] == [Verdict.GONE]


@pytest.mark.soak
def test_nothing_of_very_much_that_arrives_stops_the_reading(corpus: Path) -> None:
    read_spoilt(corpus, 10_000)
