"""Who approved which content of an issue, and which content went out as a test: `approvals/`.

Git keeps the folder; a pull request can be the rest of the approval. What is approved is a content:
whatever readers get of it differently later is not. A name is what git says of the user: a promise
among colleagues, as it is in git itself.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from newsletter.content.loading import Issue
from newsletter.i18n import _, current_language
from newsletter.ledger.states import utc_text
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.rendering.fingerprint import changed_parts, content_of, digests_of
from newsletter.rendering.localised import format_moment
from newsletter.sending.sending import Sending
from newsletter.sending.sent_before import changes_in_words
from newsletter.settings.settings import Settings
from newsletter.workspace import write_whole

What = Literal["approved", "tested"]
APPROVALS_FOLDER = "approvals"


@dataclass(frozen=True)
class Approval:
    """That someone approved a content, or sent it as a test, and when."""

    what: What
    by: str
    at: str  # ISO 8601, UTC
    content: str
    parts: Mapping[str, str]  # part -> its digest


def user_name() -> str:
    """Return who works here, as git would sign: "Claire Martin <claire@example.org>", or "".

    A repository is not asked, only the user's own settings: it may be anybody's.
    """
    name, email = (
        os.environ.get(f"GIT_AUTHOR_{key}") or _in_git(f"user.{key.lower()}")
        for key in ("NAME", "EMAIL")
    )
    return f"{name} <{email}>" if name and email else name or email


def _in_git(key: str) -> str:
    asked = [shutil.which("git") or "", "config", "--global", "--get", key]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:  # there is no git
        return ""
    return done.stdout.strip()


def _read(path: Path) -> Sequence[Approval]:
    """Return what was approved and tested of an issue, the latest last."""
    if not path.is_file():
        return ()
    try:
        return [Approval(**each) for each in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError) as error:  # git leaves it so in a conflict
        message = _("{file} is damaged: it records who approved this issue")
        message = message.format(file=f"{APPROVALS_FOLDER}/{path.name}")
        hint = _("restore it from git, or delete it and approve again")
        raise NewsletterError(message, hint=hint) from error


def _file(settings: Settings, issue: Issue) -> Path:
    return settings.workspace / APPROVALS_FOLDER / f"{issue.id}.json"


def note_approval(what: What, by: str, issue: Issue, settings: Settings, now: datetime) -> str:
    """Note that someone approved, or tested, an issue as it is now; return its content's name."""
    digests, path = digests_of(issue, settings), _file(settings, issue)
    approval = Approval(what, by, utc_text(now), content_of(digests), digests)
    noted = [asdict(each) for each in (*_read(path), approval)]
    text = json.dumps(noted, indent=2, ensure_ascii=False)
    write_whole((path, f"{text}\n".encode()), below=settings.workspace)
    return approval.content


def refuse_unapproved(sending: Sending) -> None:
    """Raise where the settings ask for an approval, or a test, of this very content."""
    settings = sending.settings
    asked = {"approved": settings.approval == "required", "tested": settings.test_first}
    if not any(asked.values()):
        return
    digests, noted = digests_of(sending.issue, settings), _read(_file(settings, sending.issue))
    for what, is_asked in asked.items():
        of_this = [each for each in noted if each.what == what]
        if is_asked and digests not in [each.parts for each in of_this]:
            raise _refusal(sending, what, of_this[-1] if of_this else None, digests)


def _refusal(
    sending: Sending, what: str, last: Approval | None, digests: Mapping[str, str]
) -> NewsletterError:
    message, changed, hint = {
        "approved": (
            _("nobody has approved this issue"),
            _("{name} approved this issue on {date}, but it has changed since: {parts}"),
            _("look at it again, then run: newsletter approve {file}"),
        ),
        "tested": (
            _("no test of this issue was sent"),
            _("{name} sent a test on {date}, but the issue has changed since: {parts}"),
            _("run first: newsletter send {file} --to you@example.org"),
        ),
    }[what]
    if last is not None:
        moment = datetime.fromisoformat(last.at).astimezone(sending.settings.zone)
        date = format_moment(moment, current_language())
        parts = changes_in_words(changed_parts(last.parts, digests), sending.loaded)
        message = changed.format(name=last.by, date=date, parts=parts)
    return NewsletterError(message, hint=hint.format(file=shown_path(sending.loaded.path)))
