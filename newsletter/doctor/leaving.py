"""How one leaves the list: the page behind List-Unsubscribe, asked as mail programs ask it."""

import re
from collections.abc import Iterator

from newsletter.checks.online import RequestLimits, ask_page
from newsletter.checks.rule import LinkAnswer
from newsletter.doctor.diagnosis import Diagnosis, told
from newsletter.i18n import _
from newsletter.mailing.message.unsubscribe import ONE_CLICK
from newsletter.problems.problem import Level
from newsletter.settings.settings import Settings

_FORM = re.compile(r"<form\b[^>]{0,500}?\bmethod\s*=\s*[\"']?post", re.IGNORECASE)


def look_at_leaving(
    settings: Settings, domain: str, *, token: str, limits: RequestLimits
) -> Iterator[Diagnosis]:
    """Yield what is amiss with the ways to unsubscribe; `token` is no one's."""
    url = settings.unsubscribe.url
    if url is None and settings.unsubscribe.mailto is None:
        message = _("nobody can unsubscribe: neither url: nor mailto: is set under unsubscribe:")
        yield Diagnosis(message, Level.ERROR, _("add mailto: at least; the law asks for a way"))
        return
    if url is None:
        message = _("people unsubscribe only by email: Gmail and Yahoo want one click")
        hint = _("run newsletter serve behind your web server, and add url:")
        yield Diagnosis(message, Level.WARNING, hint)
    elif not url.startswith("https://"):
        message = _("'{url}' is not private: email programs show no button to unsubscribe")
        hint = _("ask who runs your site for an address in https://")
        yield Diagnosis(message.format(url=url), Level.ERROR, hint)
    else:
        yield _click(url.replace("{token}", token), limits)
        yield _visit(url.replace("{token}", token), limits)
    if settings.dkim is not None:
        yield Diagnosis(_("our signature covers the unsubscribe button, as email programs ask"))
        return
    message = _(
        "email programs show their unsubscribe button only if your server's signature covers it"
    )
    hint = _(
        "send yourself a test, show its source: after DKIM-Signature, d={domain}, and after h= "
        "list-unsubscribe and list-unsubscribe-post; else forward this to your provider"
    )
    yield told(message, Level.ADVICE, hint, domain=domain)


def _click(url: str, limits: RequestLimits) -> Diagnosis:
    """Return what becomes of the click on a mail program's button (RFC 8058, 3.2)."""
    answer = ask_page("POST", url, limits, form=ONE_CLICK)
    hint = _(
        "forward to who runs your site: a POST of {form} is to be answered with 200 (RFC 8058)"
    )
    hint = hint.format(form=ONE_CLICK)
    if isinstance(answer, LinkAnswer):
        message = _("the page to unsubscribe cannot be reached: {reason}")
        return Diagnosis(message.format(reason=_(answer.reason)), Level.ERROR, hint)
    if answer.status < 300:
        return Diagnosis(_("the page to unsubscribe takes the click of email programs (POST)"))
    if answer.location is not None:
        message = _("the page to unsubscribe leads elsewhere: email programs do not follow")
        return Diagnosis(message, Level.ERROR, hint)
    message = _("the page to unsubscribe answers {status} to the click of email programs (POST)")
    message = message.format(status=answer.status)
    if answer.status not in {400, 403, 404, 410, 422}:
        return Diagnosis(message, Level.ERROR, hint)
    # A page may say so of a token that is no one's.
    more = _("the token was no one's; try the link of a test that you send yourself. {hint}")
    return Diagnosis(message, Level.WARNING, more.format(hint=hint))


def _visit(url: str, limits: RequestLimits) -> Diagnosis:
    """Return whether to open the link does no more than show a page: virus scanners open it too."""
    answer = ask_page("GET", url, limits)
    if not isinstance(answer, LinkAnswer) and answer.status < 300 and _FORM.search(answer.text):
        return Diagnosis(_("opening the link shows a page with a button, and unsubscribes nobody"))
    message = _("whether opening the link is enough to unsubscribe cannot be seen from here")
    hint = _(
        "ask who runs your site: virus scanners open every link, so only a POST may unsubscribe; "
        "the page is to show a form with method=post"
    )
    return Diagnosis(message, Level.ADVICE, hint)
