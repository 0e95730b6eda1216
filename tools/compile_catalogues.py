"""Compiles the French catalogue when the program is built or installed: git keeps its source."""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Writes each `.mo` beside its `.po`."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Do so before what goes into the wheel is collected."""
        for source in Path(self.root, "newsletter/locales").rglob("*.po"):
            compiled = BytesIO()
            with source.open("rb") as file:
                write_mo(compiled, read_po(file))
            # At once: a program that runs meanwhile reads the old one or the new one.
            beside = source.with_suffix(".mo.new")
            beside.write_bytes(compiled.getvalue())
            beside.replace(source.with_suffix(".mo"))
