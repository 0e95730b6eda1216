"""The workspace's settings: `newsletter.yaml` and `assets/theme.yaml`."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from newsletter.i18n import N_, _
from newsletter.problems.problem import Fault
from newsletter.settings.mail_clients import USUAL, Client
from newsletter.settings.shared_ledger import LedgerAddress
from newsletter.settings.smtp import Bounces, Dkim, Smtp
from newsletter.settings.theme import Theme
from newsletter.values.audiences import Audience, audience_of, settings_faults
from newsletter.values.domains import domain_in_ascii, is_aligned
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.values.model import Model, given, needed, optional, replaced
from newsletter.values.reading import (
    FaultInValue,
    Here,
    Mark,
    Refused,
    Several,
    after,
    after_here,
    at_least_one,
    before,
    refusal,
)
from newsletter.values.structures import Access, Boilerplate, Contact, OrganisationParts
from newsletter.values.suggestions import fold
from newsletter.values.types import (
    Email,
    Language,
    Lines,
    LogoFile,
    Short,
    Text,
    TextList,
    Url,
    YesNo,
)
from newsletter.values.zones import TimeZoneName

# As `tools/draw_icons.py` draws them into assets/icons/. Servers of Mastodon have any name.
Icon = Literal[
    "linkedin", "youtube", "bluesky", "mastodon", "x", "instagram", "facebook", "site", "email"
]
_BY_SITE: Mapping[str, Icon] = {
    "linkedin.com": "linkedin",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "bsky.app": "bluesky",
    "x.com": "x",
    "twitter.com": "x",
    "instagram.com": "instagram",
    "facebook.com": "facebook",
}
DEFAULT_EDITOR = "vscode://file/{path}:{line}:{column}"


def _with_placeholder(placeholder: str) -> Mark:
    def read(value: object) -> object:
        if isinstance(value, str) and placeholder not in value:
            message = _("'{placeholder}' is missing from this address")
            hint = _("for example, write https://example.org/{placeholder}")
            told = (each.format(placeholder=placeholder) for each in (message, hint))
            raise refusal("url", *told)
        return value

    return before(read)


def _folder(address: str) -> str:
    if not re.fullmatch(r"https://[^\s?#(){}]+", address):
        message = _("'{url}' is not the address of a folder").format(url=address)
        raise refusal("url", message, _("for example, write https://example.org/images"))
    return address.rstrip("/")


def _with_default(senders: Mapping[str, "Sender"]) -> Mapping[str, "Sender"]:
    if "default" not in senders:
        message = _("there is no sender 'default'")
        raise refusal("sender", message, _("add a line: default: {name: …, email: …}"))
    return senders


class Wording(Model):
    """A sentence in each language of the issues."""

    fr: Text | None = optional(N_("In French issues"))
    en: Text | None = optional(N_("In English issues"))

    def _faults(self) -> Iterator[Fault]:
        if not self.fr and not self.en:
            message = _("the sentence is missing in every language")
            yield Fault("empty", message, _("write fr: …, or en: …, or both"))

    def in_language(self, language: Language) -> str:
        """Return the sentence in `language`, else in the language that there is."""
        return (self.fr or self.en if language == "fr" else self.en or self.fr) or ""


# One sentence alone serves every language.
Worded = Annotated[Wording, Short(lambda text, _here: {"fr": text, "en": text})]
FolderUrl = Annotated[Url, after(_folder)]
EmailList = Annotated[tuple[Email, ...], Short(lambda text, _here: [text])]


def icon_of(url: str) -> Icon:
    """Return the icon of the network that `url` lies on: "site" of one that is not known."""
    if url.startswith("mailto:"):
        return "email"
    # The last two parts of a name: fr.linkedin.com is linkedin.com.
    site = re.match(r"https?://(?:[\w-]+\.)*([\w-]+\.[\w-]+)", url.lower())
    return _BY_SITE.get(site[1], "site") if site else "site"


class SocialLink(Model):
    """A page of the organisation on a social network."""

    title: Text = needed(N_("Name of the network, as readers know it"))
    url: Url = needed(N_("Address of the organisation's page there"))
    own_icon: Icon | None = optional(
        N_("Its icon, if the address does not name the network"), key="icon"
    )

    @property
    def icon(self) -> Icon:
        """The icon that stands for it."""
        return self.own_icon or icon_of(self.url)


class Organisation(Model):
    """Who writes: stands in the header and the footer of every mail."""

    name: Text = needed(N_("Everyday name of the organisation"))
    legal_name: Text | None = optional(N_("Legal name, for the footer"))
    address: Lines = needed(N_("Postal address, with its line breaks"))
    website: Url | None = optional(N_("Website address"))
    logo: LogoFile | None = optional(N_("Logo under assets/, if the theme has none"))
    social: tuple[SocialLink, ...] = optional(N_("Pages on social networks"), ())
    why: Worded = needed(
        N_("Why people receive this: one sentence, or one under fr and one under en")
    )
    press_why: Worded | None = optional(
        N_("The same for journalists, in the footer of press releases")
    )


class Unsubscribe(Model):
    """How one leaves the list."""

    url: Annotated[Url, _with_placeholder("{token}")] | None = optional(
        N_("Unsubscribe address; {token} stands for the recipient")
    )
    mailto: Email | None = optional(N_("Address for unsubscribe requests"))


def _same_for_all(name: str) -> str:
    """Refuse a merge field where none is filled in."""
    if field := MERGE_FIELD.search(name):
        message = _("the sender is the same for everyone: '{text}' cannot be used here")
        hint = _("write the name itself")
        raise refusal("merge-field", message.format(text=field[0]), hint, snippet=field[0])
    return name


def list_label(name: str) -> str:
    """Return a list's name as mail programs know it (RFC 2919): letters, digits, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "list"


class Sender(Model):
    """Whom a mail comes from."""

    name: Annotated[Text, after(_same_for_all)] = needed(N_("Name shown in inboxes"))
    email: Email = needed(N_("Address the email comes from"))
    reply_to: Email | None = optional(N_("Address that replies go to"))
    envelope: Email | None = optional(N_("Address that bounced emails go to"))
    smtp: Smtp | None = optional(N_("Its own outgoing mail server"))
    dkim: Dkim | None = optional(N_("Its own DKIM signature"))
    unsubscribe: Unsubscribe | None = optional(N_("How people unsubscribe from its emails"))


def _has_email(columns: Mapping[str, str]) -> Mapping[str, str]:
    if "email" not in columns:
        message = _("no column is set for 'email'")
        raise refusal("columns", message, _("add a line: email: …"))
    return columns


def _only_known_fields(sample: Mapping[str, str], here: Here) -> Mapping[str, str]:
    known = here.beside.get("columns", sample)
    for name in sample:
        if name not in known:
            message = _("'{name}' is not one of the columns").format(name=name)
            hint = _("name its column above, or use one of: {known}")
            raise refusal("columns", message, hint.format(known=", ".join(known)), snippet=name)
    return sample


class Recipients(Model):
    """How the members file is read, and whom a preview is shown to."""

    columns: Annotated[Mapping[Text, Text], after(_has_email)] = needed(
        N_("Merge field -> heading of its column in the members file")
    )
    sample: Annotated[Mapping[Text, Text], after_here(_only_known_fields)] = optional(
        N_("Values of the sample recipient used by `build`"), {}
    )


class MailingList(Model):
    """A file of recipients, and what it is sent; to leave it leaves the others as they are."""

    file: Text = needed(N_("Its members file, beside newsletter.yaml"))
    columns: Mapping[Text, Text] = optional(
        N_("Merge field -> heading in its file, where they differ"), {}
    )
    kinds: Several[Literal["newsletter", "press-release"]] = optional(
        N_("What it is sent without a question: newsletter, press-release"), ("newsletter",)
    )
    attach: tuple[Literal["pdf"], ...] = optional(
        N_("What goes with a press release as an attachment: pdf"), ()
    )


class Site(Model):
    """Where what is published lies; a link to it appears only where its address is given."""

    web: Access | None = optional(N_("Who may read issues online: public, unlisted, none"))
    subscribe: Url | None = optional(N_("Address of the page, or mailto:, where people subscribe"))
    legal: Url | None = optional(N_("Address of your legal notice"))
    publish: TextList = optional(
        N_("Command that uploads the site, word by word; {files}: list of files"), ()
    )
    web_url: Annotated[Url, _with_placeholder("{issue}")] | None = optional(
        N_("Address of an issue's web version; {issue} stands for its file name")
    )
    files_url: FolderUrl | None = optional(
        N_("Address of the folder where you upload the issue folders from build/")
    )
    images_url: FolderUrl | None = optional(
        N_("Address of the folder where you upload the pictures used in emails")
    )


def _editor(address: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://.*\{path\}.*", address):
        message = _("'{url}' does not open an editor").format(url=address)
        hint = _("for example, write {example}").format(example=DEFAULT_EDITOR)
        raise refusal("url", message, hint)
    return address


class Preview(Model):
    """How the preview works with what else is on the machine."""

    editor: Annotated[Text, after(_editor)] = optional(
        N_("Address that opens the editor at {path}, {line} and {column}"), DEFAULT_EDITOR
    )


def _differ(lists: Mapping[str, MailingList]) -> Mapping[str, MailingList]:
    """Refuse two that are one to mail programs: who leaves one would leave the other."""
    known: dict[str, str] = {}
    for name in lists:
        if (other := known.setdefault(list_label(name), name)) != name:
            message = _("the lists '{name}' and '{other}' have one name in emails: {label}")
            message = message.format(name=name, other=other, label=list_label(name))
            fault = Fault("id", message, _("rename one of them"))
            raise Refused(FaultInValue(fault, within=(name,), on_key=True))
    return lists


class Settings(Model):
    """What `newsletter.yaml` says, with the workspace that it lies in and its theme."""

    _is_mended = True

    workspace: Path = given()
    theme: Theme = given()
    organisation: Organisation = needed(
        N_("Who the issue comes from"),
        instead=Organisation(name="…", address="…", why=Wording(fr="…", en="…")),
    )
    language: Language = optional(N_("Language of the team and its issues"), "fr")
    timezone: TimeZoneName = optional(N_("Time zone for dates and times"), "Europe/Paris")
    senders: Annotated[Mapping[Text, Sender], after(_with_default)] = needed(
        N_("Name used in issues -> a sender; one must be `default`"),
        instead={"default": Sender(name="…", email="name@example.org")},
    )
    recipients: Recipients = needed(
        N_("Members file and merge fields"), instead=Recipients(columns={"email": "…"})
    )
    lists: Annotated[Mapping[Text, MailingList], after(_differ)] = optional(
        N_("Name for `send --list` -> a list of recipients"), {}
    )
    audiences: Mapping[Text, Annotated[TextList, at_least_one]] = optional(
        N_("Merge field -> its possible values, for `for:` and `not_for:`"), {}
    )
    organisations: Mapping[Text, OrganisationParts] = optional(
        N_("Name used in issues -> an organisation profile"), {}
    )
    boilerplates: Mapping[Text, Boilerplate] = optional(
        N_("Name used in press releases -> a boilerplate: title and text"), {}
    )
    contacts: Mapping[Text, Contact] = optional(
        N_("Name used in press releases -> a press contact"), {}
    )
    site: Site | None = optional(N_("Web addresses of what you publish"))
    unsubscribe: Unsubscribe = needed(N_("How people unsubscribe"), instead=Unsubscribe())
    smtp: Smtp | None = optional(N_("The outgoing mail server"))
    bounces: Bounces | None = optional(N_("What comes back, and where it is read"))
    dkim: Dkim | None = optional(N_("DKIM signature, if the server does not sign"))
    reviewers: Mapping[Text, Annotated[EmailList, at_least_one]] = optional(
        N_("Group name -> the addresses that test emails go to"), {}
    )
    ledger: LedgerAddress | None = optional(N_("Address of a ledger that several machines share"))
    approval: Literal["required"] | None = optional(
        N_("required: nothing is sent before `newsletter approve`")
    )
    test_first: YesNo = optional(
        N_("true: nothing is sent before a test of the same content"), False
    )
    clients: Several[Client] = optional(N_("Email programs to check for"), USUAL)
    preview: Preview = optional(N_("How the preview opens the editor"), Preview())
    rules: Mapping[Text, Literal["error", "warning", "advice", "off"]] = optional(
        N_("Rule id -> its level: error, warning, advice, off"), {}
    )

    def _faults(self) -> Iterator[FaultInValue]:
        columns, sample = self.recipients.columns, self.recipients.sample
        yield from settings_faults(self.audiences, columns=columns, sample=sample)
        # A signature that DMARC does not count: Gmail and Outlook would refuse the mails.
        for name, sender in self.senders.items():
            dkim = sender.dkim or self.dkim
            domain = domain_in_ascii(sender.email.rpartition("@")[2])
            if dkim is None or domain is None or is_aligned(dkim.domain, domain):
                continue
            message = _("the signature is {domain}'s, but '{sender}' writes as {email}")
            message = message.format(domain=dkim.domain, sender=name, email=sender.email)
            hint = _("write domain: {domain}, whose DNS must have the key")
            if sender.dkim is None and len(self.senders) > 1:
                hint = _("give '{sender}' a dkim: of its own, with domain: {domain}")
            fault = Fault("dkim", message, hint.format(domain=domain, sender=name))
            place = ("senders", name, "dkim") if sender.dkim else ("dkim",)
            yield FaultInValue(fault, within=(*place, "domain"))

    def for_sender(self, name: str) -> Self:
        """Return the settings as a sender has them: own server, signature, way to leave."""
        sender = self.senders[name]
        own = {"smtp": sender.smtp, "dkim": sender.dkim, "unsubscribe": sender.unsubscribe}
        changed = {key: value for key, value in own.items() if value is not None}
        return replaced(self, **changed) if changed else self

    def for_list(self, name: str) -> Self:
        """Return the settings with the headings of a list's own file."""
        columns = {**self.recipients.columns, **self.lists[name].columns}
        return replaced(self, recipients=replaced(self.recipients, columns=columns))

    @property
    def asks_before_sending(self) -> bool:
        """Whether a content is approved or tested before it is sent, and so is shown by name."""
        return self.approval is not None or self.test_first

    @property
    def sample_audience(self) -> Audience:
        """What the sample recipient is."""
        return audience_of(self.recipients.sample, self.audiences)

    @property
    def merge_fields(self) -> frozenset[str]:
        """The fields that a text may hold between double brackets."""
        return frozenset(self.recipients.columns)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of hours written without offset."""
        return ZoneInfo(self.timezone)
