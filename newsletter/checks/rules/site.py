"""What becomes of an issue on the site."""

import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level


@rule(Level.WARNING)
def unlisted_without_code(checked: Checked) -> Iterator[Finding]:
    """An unlisted issue has an address that nobody can guess.

    Whoever knows the address of the last issue tries that of the next. Without a code of its own an
    unlisted issue gets no page, and its email no link to one.

    Fails: `web: unlisted`
    Passes: `web: {access: unlisted, code: 7f3kq0x9m2v5c8r1t6w4}`

    Source: W3C, Good Practices for Capability URLs.
    """
    web, site = checked.issue.web, checked.settings.site
    if (web.access or (site and site.web)) == "unlisted" and web.code is None:
        message = _("this issue is unlisted, and anyone could guess its address: it gets no page")
        hint = _("write: web: {value}")
        value = f"{{access: unlisted, code: {_code_for(checked.source.path)}}}"
        yield Finding(message, hint.format(value=value), ("web",) if web.access else ())


@cache  # all mails of an issue are told the same
def _code_for(_issue: Path) -> str:
    return secrets.token_hex(16)
