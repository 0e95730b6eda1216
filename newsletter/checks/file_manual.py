"""The manual pages of what a file must be to be read: what is found before any rule looks at it."""

from collections.abc import Mapping

from newsletter.i18n import N_

_PAGES: Mapping[str, str] = {
    "missing-key unknown-key duplicate-key": N_("""\
Every key is one that the program knows, written once, and none that is needed is missing.

A misspelt key would be left out of the email without a word; a second one would replace the first.
Fails: `titel: A new term`; `subject:` twice
Passes: `title: A new term`"""),
    "unknown-kind unknown-value yes-no number colour": N_("""\
A value is one of those that its key takes.

Some take a word from a list, true or false, a number or a colour; the hint says what to write.
Fails: `kind: editorail`; `contents: maybe`; `brand: blue`
Passes: `kind: editorial`; `contents: true`; `brand: "#1a2b3c"`"""),
    "ledger": N_("""\
The address of a shared ledger has no password in it, and nobody can read what goes there.

Git forgets no password: put it in the environment. Without verified TLS, others read every address.
Fails: `ledger: postgresql+psycopg://me:secret@db.example.org/letters`
Passes: `ledger: postgresql+psycopg://me@db.example.org/letters`"""),
    "empty shape items nesting no-fields empty-file text-without-field exchanges": N_("""\
A value has the shape that its key needs: a text, a list, or lines `key: value`.

Each entry of a list begins with a hyphen and a space; what belongs to a key is indented under it.
Fails: `items: a text`; `subject:` with nothing after it
Passes: `items:` and, indented below, `- kind: text`"""),
    "indentation tab space-after-colon space-after-hyphen": N_("""\
Lines of one level begin in the same column; a space follows each colon and each hyphen.

YAML reads the levels of a file from spaces, never from tabs. The hint says how many to type.
Fails: `title:Fair`; `-kind: text`
Passes: `title: Fair`; `- kind: text`"""),
    "yaml yaml-quotes unclosed-quote unclosed-bracket cut-by-hash": N_("""\
A text with a character that means something in YAML is between quotes.

At the start of a text, `[ { * & ! @ % > |` and quotes mean something else, as do a colon or a hash
with a space beside it; between braces or brackets, so does a comma; not under `body: |`.
Fails: `title: The fair: programme`; `picture: {file: lock.jpg, alt: A lock, the Marne}`
Passes: `title: "The fair: programme"`; `picture: {file: lock.jpg, alt: "A lock, the Marne"}`"""),
    "file file-missing file-outside text-file": N_("""\
A file that is named exists, is inside the workspace, and is of a type that can be read.

Texts are beside the issue, pictures in assets/images/: a colleague lacks what is outside.
Fails: `file: ../../Desktop/text.md`
Passes: `file: texts/editorial.md`"""),
    "encoding character accents": N_("""\
A file is saved as UTF-8, and has only characters that readers can see.

In another encoding, accents become other characters. Control characters come from pasting.
Fails: an issue saved as Windows-1252; `RenÃ©e` in the members file
Passes: the same, saved as UTF-8; `Renée`
Source: RFC 3629."""),
    "date event-hours event-ends-early time-zone": N_("""\
A date exists, its weekday is right, its hour is in one time zone; an event ends after it starts.

An hour in another zone, or a day that does not exist, sends members to an empty room.
Fails: `date: 2025-02-30`; `start: 2025-02-12 18:00` with `end: 2025-02-11`
Passes: `date: 2025-02-28`; `timezone: Europe/London`"""),
    "url link-syntax email host": N_("""\
An address is complete, and a link is written as Markdown requires.

An email is on no website: a short address leads nowhere. A link without its bracket shows as typed.
Fails: `[The programme] (www.example.org)`; `email: sam at example.org`
Passes: `[The programme](https://www.example.org)`; `email: sam@example.org`"""),
    "bold footnote": N_("""\
Asterisks and footnotes come in pairs: what opens is closed, a mark has its note.

What has no other half is shown as typed, or not at all.
Fails: `**Registration`; `an agreement[^1]` without `[^1]: …`
Passes: `**Registration**`; `an agreement[^1]` and, below, `[^1]: Signed in March.`"""),
    "alt picture font-missing pale-brand": N_("""\
A picture is of a type that emails show, and `alt` says what is in it; colours are readable.

Readers who do not see pictures have the words of `alt`; a purely decorative one says
`decorative: true`. The theme's fonts are installed on this machine, and its colours readable.
Fails: `{file: photo.svg}`
Passes: `{file: photo.png, alt: "The team outside the town hall"}`
Source: WCAG 1.1.1."""),
    "id translation issue-name": N_("""\
A name stands for one thing: an `id` for one item, a file's name for one issue.

Links inside the email, translations and the record of what was sent go by these names.
Fails: `id: agenda` in two items; `may.yaml` and `may.yml`
Passes: an `id` of letters without accents, digits and hyphens, used once."""),
    "audience columns merge-field": N_("""\
`for:` and merge fields name what the settings know.

A misspelt value would hide a part from everyone; an unknown field would be shown in its brackets.
Fails: `for: {region: [Wale]}`; `((firstname))`
Passes: `for: {region: [Wales]}`; `((first name | dear member))`"""),
    "sender settings-name speaker contact": N_("""\
Everyone named is known: from the settings, or from the item itself.

Senders, contacts, boilerplates and organisations have a name in newsletter.yaml; those who speak in
an interview are under `people:`. A press contact has a phone number or an email address.
Fails: `sender: pres`
Passes: `sender: press`, with `press:` under `senders:` in newsletter.yaml"""),
    "embargo dateline": N_("""\
A press release says whether it is under embargo, and until when; it has one place and one date.

The dateline is made of `place:` and `date:`; the lead begins after it.
Fails: `embargo: soon`; `embargo: 2025-03-04`
Passes: `embargo: none`; `embargo: 2025-03-04 06:00`"""),
    "ignore rules": N_("""\
A rule that is ignored, or whose level is changed, exists; what is ignored has a reason.

Remove an `ignore` whose rule finds nothing any more: it would hide the next mistake.
Fails: `ignore: [{rule: vague-lnk, because: …}]`
Passes: `ignore: [{rule: vague-link, because: the title of the page is "Here"}]`"""),
    "template-outdated": N_("""\
A template of your own is a copy of the packaged one, as this version has it.

A copy from an earlier version lacks what was fixed since. Rename it, copy the template anew,
and compare the two.
Fails: a copy of a template that a new version has changed
Passes: a copy made by `newsletter templates --copy NAME`"""),
    "sent-record": N_("""\
`sent.json` can be read: it says when an issue was sent.

It alone tells a colleague's machine that an issue was sent; a git conflict damages it.
Fails: `<<<<<<< HEAD` in the file
Passes: the file as `send` wrote it."""),
    "rate duration security token-user": N_("""\
The server settings say how fast it takes emails, how long to wait for it, and who logs in.

Too fast, and it refuses the rest; unencrypted, others read the password; a token needs an account.
Fails: `rate: fast`; `keep_trying: 20`; `security: none` with `user:`; `token_command:` alone
Passes: `rate: 300/minute`; `keep_trying: 20min`; `security: starttls`"""),
    "dkim domain selector": N_("""\
The signature is that of the sender's domain, and names the key as the DNS does.

Email programs count a signature only if its domain is that of the sender's address (DMARC).
Fails: `dkim: {selector: letter, domain: relay.com}` with `email: news@example.org`
Passes: `dkim: {selector: letter, domain: example.org}`
Source: RFC 7489, 3.1; RFC 6376, 3.6.2."""),
    "members-file members-columns cell-count quotation-mark missing-value duplicate formula "
    "spoilt-number cell-format hidden-rows address-repaired address-misspelt": N_("""\
The members file has headings in its first row, then a row for each member, with an email address.

A row that cannot be read is skipped, and reported; the other emails are sent.
Fails: `#N/A` in a cell; an open quotation mark
Passes: CSV UTF-8 or .xlsx, as exported."""),
}
FILE_MANUAL = {name: page for names, page in _PAGES.items() for name in names.split()}
