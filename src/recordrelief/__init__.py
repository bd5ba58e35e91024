"""recordrelief: record relief for one person or a whole state, every decision explained with its citation.

    import recordrelief as rr

    records = rr.read("extract.csv")
    screening = rr.screen(records, statutes="us-ca", as_of="2020-07-01")
    print(rr.explain(screening, subject_id))

Every name below is imported when it is first used, so that the package itself is light.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recordrelief.api import compare, explain, read, screen, screen_jointly, screen_subject, settle
    from recordrelief.comparison import Comparison
    from recordrelief.errors import (
        CitationError,
        PackError,
        PluginError,
        RecordReliefError,
        RequestError,
        SourceError,
    )
    from recordrelief.explain import Explanation
    from recordrelief.findings import Determination, Finding, SeenFact
    from recordrelief.joint import JointScreening
    from recordrelief.model import (
        Case,
        Charge,
        Coverage,
        Disposition,
        Event,
        Identifier,
        Name,
        Offense,
        PartialDate,
        Relief,
        Sentence,
        Source,
        Subject,
    )
    from recordrelief.questions import Question
    from recordrelief.records import Records, SourceFile
    from recordrelief.screening import Screening
    from recordrelief.settling import QuestionSet, Settlement, Settling

    __version__: str

_HOMES = {
    "api": ("compare", "explain", "read", "screen", "screen_jointly", "screen_subject", "settle"),
    "comparison": ("Comparison",),
    "errors": ("CitationError", "PackError", "PluginError", "RecordReliefError", "RequestError", "SourceError"),
    "explain": ("Explanation",),
    "findings": ("Determination", "Finding", "SeenFact"),
    "model": (
        *("Case", "Charge", "Coverage", "Disposition", "Event", "Identifier", "Name", "Offense", "PartialDate"),
        *("Relief", "Sentence", "Source", "Subject"),
    ),
    "joint": ("JointScreening",),
    "questions": ("Question",),
    "records": ("Records", "SourceFile"),
    "screening": ("Screening",),
    "settling": ("QuestionSet", "Settlement", "Settling"),
}

__all__ = [
    "Case",
    "Charge",
    "CitationError",
    "Comparison",
    "Coverage",
    "Determination",
    "Disposition",
    "Event",
    "Explanation",
    "Finding",
    "Identifier",
    "JointScreening",
    "Name",
    "Offense",
    "PackError",
    "PartialDate",
    "PluginError",
    "Question",
    "QuestionSet",
    "RecordReliefError",
    "Records",
    "Relief",
    "RequestError",
    "Screening",
    "SeenFact",
    "Sentence",
    "Settlement",
    "Settling",
    "Source",
    "SourceError",
    "SourceFile",
    "Subject",
    "__version__",
    "compare",
    "explain",
    "read",
    "screen",
    "screen_jointly",
    "screen_subject",
    "settle",
]

_HOME_OF = {name: f"recordrelief.{module}" for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # else a name that is not there would pass every type checker

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            value: Any = _version()
        elif name in _HOME_OF:
            value = getattr(importlib.import_module(_HOME_OF[name]), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("recordrelief")
    except metadata.PackageNotFoundError:
        return "0+unknown"


class _Package(ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        # Importing the module recordrelief.explain would else hide the function of that name.
        if not (name == "explain" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
