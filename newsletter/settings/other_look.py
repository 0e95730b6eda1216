"""The theme in another look than its own, to be looked at."""

from zoneinfo import ZoneInfo

from newsletter.packaged import packaged_or_own
from newsletter.settings.settings import Settings
from newsletter.settings.theme import themed
from newsletter.source import read_source
from newsletter.values.fields import ReadingContext
from newsletter.workspace import THEME_FILE


def with_look(settings: Settings, look: str) -> Settings:
    """Return the settings as they would be if the theme's file said `look:` with this name.

    All else that the file says stays: brand, logo, colours, fonts. A theme that cannot be read
    leaves the settings as they are.
    """
    source = read_source(packaged_or_own(settings.workspace, THEME_FILE))
    context = ReadingContext(settings.workspace, settings.workspace, ZoneInfo(settings.timezone))
    theme, _problems = themed(source, context, look_name=look)
    return settings.model_copy(update={"theme": theme}) if theme else settings
