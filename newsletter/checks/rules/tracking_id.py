"""No address is used to track a reader.

An address copied from a social network or another newsletter often ends with a number that
identifies *you*, the person who clicked: `fbclid`, `mc_eid`, `_hsenc`. Sent to ten thousand
readers, it treats them all as you and gives your habits away. `utm_…` shows where visits come
from, not who they come from: it can stay.

Fails: `https://example.org/etude?fbclid=IwAR0x`
Passes: `https://example.org/etude?utm_source=lettre`

Source: the Brave browser's list (components/query_filter/utils.cc, read 2026-11), without the
parameters that only identify a campaign, plus a few of the same kind.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

PERSONAL = frozenset({
    "__hsfp", "__hssc", "__hstc", "__s", "_bhlid", "_branch_match_id", "_ga", "_gl", "_hsenc",
    "_hsmi", "_kx", "_openstat", "at_recipient_id", "at_recipient_list", "bbeml", "bsft_clkid",
    "bsft_uid", "ck_subscriber_id", "dclid", "et_rid", "fbclid", "gbraid", "gclid",
    "guce_referrer", "guce_referrer_sig", "hsctatracking", "igsh", "igshid", "irclickid",
    "li_fat_id", "mc_eid", "mkt_tok", "ml_subscriber", "ml_subscriber_hash", "msclkid", "oft_c",
    "oft_ck", "oft_d", "oft_id", "oft_ids", "oft_k", "oft_lk", "oft_sk", "oly_anon_id",
    "oly_enc_id", "rb_clickid", "sc_customer", "sc_uid", "srsltid", "ss_email_id", "ttclid",
    "twclid", "vero_conv", "vero_id", "vgo_ee", "wbraid", "wickedid", "yclid", "ymclid",
    "ysclid",
})  # fmt: skip


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each address with somebody's number in it."""
    for link in checked.addresses:
        names = [name for name in _parameters(link.url) if name.lower() in PERSONAL]
        if names:
            message = _(
                "'{parameter}' in this address identifies one person: whoever copied the link"
            )
            hint = _("write {url}").format(url=without_parameters(link.url, names))
            yield at_link(link, message.format(parameter=names[0]), hint)


def _parameters(url: str) -> list[str]:
    if "?" not in url or "=" not in url:
        return []
    return [part.partition("=")[0] for part in urlsplit(url).query.split("&")]


def without_parameters(url: str, names: list[str]) -> str:
    """Return `url` without these parameters, the others as they stand."""
    parts = urlsplit(url)
    kept = [part for part in parts.query.split("&") if part.partition("=")[0] not in names]
    return parts._replace(query="&".join(kept)).geturl()
