"""The functions of the public API: read, screen, explain, with formats and statute packs found by their id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any

from recordrelief import explain as explaining
from recordrelief import plugins as plugins_
from recordrelief import screening as screening_
from recordrelief.errors import RequestError
from recordrelief.explain import Determination, Explanation
from recordrelief.formats import identified
from recordrelief.model import Coverage, Subject
from recordrelief.records import Records
from recordrelief.screening import Screening
from recordrelief.statutes import Policy, StatutePack
