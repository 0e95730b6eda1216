"""Addresses on the team's own site, made from names of files, whatever signs these have."""

from urllib.parse import quote


def address_in(folder: str, *names: str) -> str:
    """Return the address of what lies in `folder` under `names`: its spaces, accents and # encoded.

    As typed they would end the address, or not arrive: « photo été #1.png ».
    """
    return "/".join([folder.rstrip("/"), *(quote(name) for name in names)])


def page_of(web_url: str, issue_id: str) -> str:
    """Return the address of an issue's page, where `web_url` has {issue} in its place."""
    return web_url.replace("{issue}", quote(issue_id, safe=""))
