"""YAML files read into plain values that keep their places.

Nothing vanishes silently: every plain value is text, and every fault is reported at its line, in
words that say what to type. Issues and settings are made of these values by the layers above.
"""

from newsletter.source.source import Loc, Source, parse_source, read_source
from newsletter.source.tree import Value, YamlText

__all__ = ["Loc", "Source", "Value", "YamlText", "parse_source", "read_source"]
