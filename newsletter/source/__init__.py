"""YAML files read into plain values that keep their places: nothing vanishes silently."""

from newsletter.source.source import Loc, Source, parse_source, read_source
from newsletter.source.tree import Value, YamlText

__all__ = ["Loc", "Source", "Value", "YamlText", "parse_source", "read_source"]
