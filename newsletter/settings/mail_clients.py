"""The mail programs that settings may name under `clients:`, and their apps in caniemail's data."""

from collections.abc import Mapping
from typing import Literal

Client = Literal[
    "Gmail", "Outlook classic", "Outlook", "Outlook mobile", "Apple Mail", "Yahoo", "Orange", "SFR",
    "LaPoste", "Free", "Thunderbird", "Proton", "Outlook for Mac", "Samsung Email", "AOL", "GMX",
    "WEB.DE", "Fastmail", "HEY",
]  # fmt: skip
CLIENTS: Mapping[Client, tuple[str, ...]] = {
    "Gmail": ("gmail.desktop-webmail", "gmail.ios", "gmail.android", "gmail.mobile-webmail"),
    "Outlook classic": ("outlook.windows",),
    # The new Outlook for Windows is Outlook on the web in a window.
    "Outlook": ("outlook.outlook-com",),
    "Outlook mobile": ("outlook.ios", "outlook.android"),
    "Apple Mail": ("apple-mail.macos", "apple-mail.ios"),
    "Yahoo": ("yahoo.desktop-webmail", "yahoo.ios", "yahoo.android"),
    "Orange": ("orange.desktop-webmail", "orange.ios", "orange.android"),
    "SFR": ("sfr.desktop-webmail", "sfr.ios", "sfr.android"),
    "LaPoste": ("laposte.desktop-webmail",),
    "Free": ("free-fr.desktop-webmail",),
    "Thunderbird": ("thunderbird.macos",),
    "Proton": ("protonmail.desktop-webmail", "protonmail.ios", "protonmail.android"),
    "Outlook for Mac": ("outlook.macos",),
    "Samsung Email": ("samsung-email.android",),
    "AOL": ("aol.desktop-webmail", "aol.ios", "aol.android"),
    "GMX": ("gmx.desktop-webmail", "gmx.ios", "gmx.android"),
    "WEB.DE": ("web-de.desktop-webmail", "web-de.ios", "web-de.android"),
    "Fastmail": ("fastmail.desktop-webmail",),
    "HEY": ("hey.desktop-webmail",),
}

APPS = tuple(app for apps in CLIENTS.values() for app in apps)

# What French readers open mails with.
USUAL = tuple(CLIENTS)[:12]
FRENCH = frozenset({"Orange", "SFR", "LaPoste", "Free"})  # nobody else's readers have them
