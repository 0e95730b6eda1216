"""Whether the mail and its text contain the words that a law requires."""

from collections.abc import Iterator

from newsletter.checks.checked import Checked, bare
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.values.merge_syntax import MERGE_FIELD


def find_missing(checked: Checked, words: str, *, message: str, template: str) -> Iterator[Finding]:
    """Yield a finding for each form of the mail without `words`: message's {form}.

    Merge fields are the recipient's, typography is the mail's: only letters and digits count.
    """
    in_html, in_text = checked.shown_words
    parts = [bare(part) for part in MERGE_FIELD.split(words)[::3]]
    forms = (
        (_("the email"), in_html, f"templates/email/{template}.mjml"),
        (_("the email's plain text"), in_text, f"templates/text/{template}.txt"),
    )
    for form, said, file in forms:
        if any(part not in said for part in parts):
            hint = _("the packaged template has it: compare yours, {file}").format(file=file)
            yield Finding(message.format(form=form), hint)
