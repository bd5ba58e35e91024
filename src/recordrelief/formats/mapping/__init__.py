"""Mapping files: a county's export read with no Python at all, from one TOML file that says which column is what."""

from recordrelief.formats.mapping.mapped import Mapped, MappedFormat, read_mapped
from recordrelief.formats.mapping.specification import ExportMapping, read_mapping

__all__ = ["ExportMapping", "Mapped", "MappedFormat", "read_mapped", "read_mapping"]
