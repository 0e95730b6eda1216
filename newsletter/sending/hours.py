"""When a send leaves: what was typed after --at, and how it is said."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from newsletter.i18n import _, current_language
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault
from newsletter.rendering.localised import format_hour, format_moment
from newsletter.settings.settings import Settings
from newsletter.values.dates import moment_in
from newsletter.values.zones import clock_of

WINDOW = timedelta(minutes=30)  # without --no-later-than


class Hours(NamedTuple):
    """When a send leaves, until when it may, and what was typed."""

    due: datetime
    until: datetime
    said: str


def hours_typed(at: str, no_later_than: str, settings: Settings, now: datetime) -> Hours | None:
    """Return when a send leaves, None for at once; raise where that is no one hour, or is over."""
    if not at:
        if no_later_than:
            message = _("--no-later-than only works with --at")
            raise NewsletterError(message, hint=_('for example: --at "2026-12-02 7:30"'))
        return None
    due = moment_typed(at, settings, now.astimezone(settings.zone).date())
    if due - now > timedelta(days=366):  # a year that is mistyped would wait in silence
        message = _("{moment} is more than a year away").format(moment=hour_in_words(due, settings))
        raise NewsletterError(message, hint=_("check the year"))
    if due <= now:
        message = _("{moment} is over").format(moment=hour_in_words(due, settings))
        raise NewsletterError(message, hint=_("write a later time, or leave out --at to send now"))
    until = due + WINDOW
    if no_later_than:
        day = due.date()
        that_day = moment_in(f"{day} {no_later_than}", settings.zone)
        typed = str(that_day) if isinstance(that_day, datetime) else no_later_than
        until = moment_typed(typed, settings, day)
    if until <= due:
        message = _("--no-later-than is before --at")
        raise NewsletterError(message, hint=_("write a time after {time}").format(time=at))
    return Hours(due, until, f"{at} {settings.zone}")


def moment_typed(typed: str, settings: Settings, day: date) -> datetime:
    """Return the moment typed, an hour alone on `day`; raise `NewsletterError` where it is none."""
    found = moment_in(typed, settings.zone, language=settings.language, start=day)
    if isinstance(found, Fault):
        raise NewsletterError(found.message, hint=found.hint)
    if not isinstance(found, datetime):
        message = _("'{text}' has no time of day").format(text=typed)
        raise NewsletterError(message, hint=_("write {date} 7:30").format(date=found))
    return found.astimezone(settings.zone)


def hour_in_words(moment: datetime, settings: Settings) -> str:
    """Return a moment on the team's clocks, and whose clocks these are."""
    language = current_language()
    said = format_moment(moment.astimezone(settings.zone), language)
    return f"{said} ({clock_of(settings.zone, language)})"


def window_in_words(due: datetime, until: datetime, settings: Settings) -> str:
    """Return when something leaves, and until when it may."""
    due, until = (each.astimezone(settings.zone) for each in (due, until))
    is_same_day, language = due.date() == until.date(), current_language()
    latest = format_hour(until, language) if is_same_day else format_moment(until, language)
    said = _("{moment}, by {until} at the latest")
    return said.format(moment=hour_in_words(due, settings), until=latest)
