"""What journalists expect of a press release."""

from newsletter.checks.rule import Checked, Findings, found, rule
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.structures import Medium

MAX_RELEASE_SIGNS = 3000
MAX_HEADLINE_SIGNS = 100


@rule(Level.WARNING)
def long_release(checked: Checked) -> Findings:
    """A press release takes two minutes to read.

    A journalist gives it one page: beyond about 3,000 characters, with spaces, the end is not read.
    Fails: a `lead:` and `body:` of 4,200 characters together.
    Passes: 2,000 characters, and a link to the study.
    Source: press office practice, 1,500 to 2,500 characters.
    """
    told = [text.text for text in checked.texts if text.loc[0] in ("lead", "body")]
    signs = sum(len(" ".join(text.split())) for text in told)
    if isinstance(checked.issue, PressRelease) and signs > MAX_RELEASE_SIGNS:
        message = _("lead and body have {count} characters together; readers stop after {most}")
        hint = _("keep what a journalist needs, and link to the rest")
        yield found(message, hint, ("body",), count=signs, most=MAX_RELEASE_SIGNS)


@rule(Level.WARNING)
def long_headline(checked: Checked) -> Findings:
    """The headline of a press release is one line of news.

    It becomes the subject of the email and the title of the article: a subject, a verb and an object.
    Fails: a `headline:` of 140 characters.
    Passes: `headline: Our charity trains 500 people for jobs in tech`
    Source: press office practice, at most 100 characters.
    """
    for loc, release in checked.structures(PressRelease):
        if (count := len(release.headline)) > MAX_HEADLINE_SIGNS:
            message = _("the headline has {count} characters; keep it under {most}")
            hint = _("state the fact, and move the rest to subheadline:")
            yield found(message, hint, (*loc, "headline"), count=count, most=MAX_HEADLINE_SIGNS)


@rule(Level.WARNING)
def contact_without_phone(checked: Checked) -> Findings:
    """A press contact has a phone number.

    A journalist writing for tonight cannot wait for a reply to an email.
    Fails: `contacts: [{name: Alex Morgan, email: press@example.org}]`
    Passes: `contacts: [{name: Alex Morgan, phone: 020 7946 0018, email: press@example.org}]`
    Source: press office practice: name, direct number, email address.
    """
    for index, contact in enumerate(getattr(checked.issue, "contacts", ())):
        if not contact.phone:
            message = _("journalists cannot call '{name}'")
            hint = _("add phone: here or in newsletter.yaml")
            yield found(message, hint, ("contacts", index), name=contact.name)


@rule(Level.ERROR)
def embargo_passed(checked: Checked) -> Findings:
    """An embargoed press release goes out before the embargo ends.

    This rule applies only when an email is about to be sent: `check` says the same on any day.
    Fails: `embargo: 2025-03-04 06:00`, sent on 5 March 2025.
    Passes: the same, sent on 3 March 2025; or `embargo: none`.
    Source: press practice.
    """
    embargo = getattr(checked.issue, "embargo", None)
    if checked.now and embargo and embargo < checked.now:  # it may leave at the very hour
        hint = _("write embargo: none, or another time")
        embargo = f"{embargo:%Y-%m-%d %H:%M}"
        yield found(_("the embargo ended on {embargo}"), hint, ("embargo",), embargo=embargo)


@rule(Level.WARNING)
def picture_place(checked: Checked) -> Findings:
    """A press image does not reveal where it was taken.

    Phones record it in the file: press images, published as they are, may tell where a director lives.
    Fails: a photo straight from a phone, in `media:`
    Passes: the same photo, exported from a picture program without its location.
    Source: Exif 2.32, GPS tags; UK GDPR, article 4: location data identify people.
    """
    for loc, medium in checked.structures(Medium):
        if medium.file is not None:
            from PIL import ExifTags, Image

            path = checked.settings.workspace / medium.file
            with Image.open(path) as picture:
                says_where = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
            if says_where:
                message = _("'{name}' contains the location where it was taken")
                hint = _("export it again from a picture program, without its location")
                yield found(message, hint, (*loc, "file"), name=path.name)
