"""What an inbox shows of a mail: subject, preheader, sender; one not written is `missing-key`."""

import re

from newsletter.checks.rule import Checked, Findings, at_words, found, in_file, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level, columns
from newsletter.rendering.merge import fill_text
from newsletter.source import Loc
from newsletter.values.suggestions import fold
from newsletter.workspace import SETTINGS_FILE

MAX_SUBJECT_COLUMNS = 70
_OF_RELEASES = {"subject": "headline", "preheader": "subheadline"}  # where there is none
_FIELDS = ("subject", "preheader", "title", "headline", "subheadline")
_SIGNS = re.compile(r"(?:!\s*){2,}|[!?]{3,}|(?:[€$]\s*){2,}")
_MIN_LETTERS = 4  # articles and prepositions are shorter
_SAME = 0.8
_DEAF = re.compile(r"(?:no ?reply|do ?not ?reply|ne ?pas ?repondre|pas ?de ?reponse)")


@rule(Level.WARNING)
def long_subject(checked: Checked) -> Findings:
    """The whole subject can be read in the inbox.

    A computer cuts a subject off after 60 to 70 characters; the reader decides on what comes before. A
    press release without `subject:` uses its headline, after the words "Press release".
    Fails: `subject: Behind the scenes of our public affairs work, and what we stood up for in May`
    Passes: `subject: "Behind the scenes in May: training, funding, AI"`
    Source: width of the lists in Outlook and Gmail on a computer; press offices, too, say 70.
    """
    loc, subject = _as_shown(checked, "subject")
    count = columns(subject)
    if count > MAX_SUBJECT_COLUMNS:
        message = _("the subject has {count} characters: inboxes show about {shown}")
        hint = _("say what matters in fewer words, the most important first")
        if loc == ("headline",):
            hint = _("write a subject: shorter than the headline")
        yield found(message, hint, loc, count=count, shown=MAX_SUBJECT_COLUMNS)


@rule(Level.WARNING)
def shouting(checked: Checked) -> Findings:
    """The subject and title do not shout.

    "!!!" and "€€€" make an email look like spam: filters count them, and readers delete it unread.
    Fails: `subject: Last chance!!!`
    Passes: `subject: Register by Friday`
    Source: SpamAssassin's PLING_PLING and similar rules; readers' habits.
    """
    for text, signs in checked.matches(_SIGNS):
        if len(text.loc) == 1 and text.field in _FIELDS:
            message = _("'{signs}' makes the email look like spam")
            hint = _("keep one character, or none")
            yield at_words(text, signs.span(), message, hint, signs=signs[0].rstrip())


@rule(Level.WARNING)
def repeated_preheader(checked: Checked) -> Findings:
    """The preheader does not repeat the subject.

    They are side by side in the inbox, and are the only words that everybody reads.
    Fails: `subject: Behind the scenes this May` with `preheader: Behind the scenes in May`
    Passes: `subject: Behind the scenes in May` with `preheader: Three ministries and a debate`
    Source: how Gmail, Outlook and Apple Mail show both.
    """
    loc, preheader = _as_shown(checked, "preheader")
    words, subject = _telling(preheader), _telling(_as_shown(checked, "subject")[1])
    if loc and words and len(words & subject) >= _SAME * len(words):
        hint = _("say in one sentence what the email contains, beyond its subject")
        yield found(_("the preheader repeats the subject"), hint, loc)


def _as_shown(checked: Checked, name: str) -> tuple[Loc, str]:
    """Return a field as the sample recipient sees it, and which of the issue it comes from."""
    names = (each for each in (name, _OF_RELEASES[name]) if getattr(checked.issue, each, None))
    loc = next(((each,) for each in names), ())
    text, merged = getattr(checked.document, name), checked.document.merge_fields
    return loc, fill_text(text, merged, checked.settings.recipients.sample)


def _telling(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", fold(text)) if len(word) >= _MIN_LETTERS}


@rule(Level.WARNING)
def no_reply(checked: Checked) -> Findings:
    """Somebody reads the replies to the email.

    `noreply@` says "do not talk to us"; email programs trust a sender more when people reply.
    Fails: `default: {name: Our charity, email: no-reply@example.org}`
    Passes: `default: {name: Our charity, email: news@example.org, reply_to: hello@example.org}`
    Source: PECR, regulation 23, which requires an address that people can write to.
    """
    name = checked.issue.sender
    sender = checked.settings.senders[name]
    address = sender.reply_to or sender.email
    if _DEAF.match(fold(address.partition("@")[0]).replace(".", " ")):
        message = _("replies go to '{email}', which nobody reads").format(email=address)
        hint = _("add reply_to: with an address that someone reads")
        loc = ("senders", name, "reply_to" if sender.reply_to else "email")
        yield in_file(checked.settings.workspace / SETTINGS_FILE, loc, message, hint)
