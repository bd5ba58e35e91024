"""The report of a finished run: who may have relief, what it would do, and how far it is from done."""

from recordrelief.reports.figures import FIGURES, Figure
from recordrelief.reports.gap import Gap, Rate, uptake, years_to_clear
from recordrelief.reports.help_directory import HelpDirectory, Office, read_directory
from recordrelief.reports.making import Report, report
from recordrelief.reports.tables import Table

__all__ = [
    "FIGURES",
    "Figure",
    "Gap",
    "HelpDirectory",
    "Office",
    "Rate",
    "Report",
    "Table",
    "read_directory",
    "report",
    "uptake",
    "years_to_clear",
]
