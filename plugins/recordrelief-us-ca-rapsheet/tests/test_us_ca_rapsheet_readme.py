"""The README names what the distribution brings: the format, and every code that it uses."""

from __future__ import annotations

import re
from pathlib import Path

from recordrelief_us_ca_rapsheet import plugin
from recordrelief_us_ca_rapsheet.files import REASONS

PLUGIN = Path(__file__).resolve().parent.parent
README = (PLUGIN / "README.md").read_text(encoding="utf-8")


def test_every_format_has_its_section() -> None:
    for one in plugin.recordrelief_formats():
        assert re.search(rf"^## The format `{one.id}`$", README, re.MULTILINE), one.id


def test_every_reason_to_set_a_file_aside_is_told() -> None:
    for code in REASONS:
        assert f"`{code}`" in README, code


def test_every_code_of_an_issue_is_told() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PLUGIN / "src").rglob("*.py")))
    used = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source)) - set(REASONS) - {"CYCLE_BREAK", "EVENT_BREAK"}
    for code in used:
        assert f"`{code}`" in README, code
