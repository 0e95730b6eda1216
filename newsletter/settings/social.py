"""The organisation's pages on social networks, and the icon of each."""

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from newsletter.i18n import N_
from newsletter.values.fields import Text, Url
from newsletter.values.validation import Model

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


def icon_of(url: str) -> Icon:
    """Return the icon of the network that `url` lies on: "site" of one that is not known."""
    if url.startswith("mailto:"):
        return "email"
    # The last two parts of a name: fr.linkedin.com is linkedin.com.
    site = re.match(r"https?://(?:[\w-]+\.)*([\w-]+\.[\w-]+)", url.lower())
    return _BY_SITE.get(site[1], "site") if site else "site"


class SocialLink(Model):
    """A page of the organisation on a social network."""

    title: Text = Field(description=N_("Name of the network, as readers know it"))
    url: Url = Field(description=N_("Address of the organisation's page there"))
    own_icon: Icon | None = Field(
        None, alias="icon", description=N_("Its icon, if the address does not tell the network")
    )

    @property
    def icon(self) -> Icon:
        """The icon that stands for it."""
        return self.own_icon or icon_of(self.url)
