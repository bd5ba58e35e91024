"""A line that cannot be read makes unknown what it could bear on: nothing certain is made up, and nothing is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from recordrelief import model
from recordrelief_us_ca_rapsheet.dice import Dice
from recordrelief_us_ca_rapsheet.generate import invented_sheet
from recordrelief_us_ca_rapsheet.issues import Issues
from recordrelief_us_ca_rapsheet.people import subject_of
from recordrelief_us_ca_rapsheet.reading import sheets_of
from recordrelief_us_ca_rapsheet.writing import printed


def _charges(text: str) -> tuple[model.Charge, ...]:
    sheets = sheets_of([text])
    return tuple(charge for sheet in sheets for charge in subject_of(sheet, "A00000000", "sheet.txt", Issues()).charges)


def _day(day: model.PartialDate | None) -> str | None:
    return None if day is None else str(day)


def _may_be(read: model.Charge, true: model.Charge) -> bool:
    """Whether what was read leaves open that the charge is this one."""
    cited = read.offense.citation
    same = cited == true.offense.citation or (
        cited is None and (not read.possible_citations or true.offense.citation in read.possible_citations)
    )
    outcome = read.disposition.outcome in (None, true.disposition.outcome)
    level = read.offense.level in (None, true.offense.level) or read.disposition.outcome is None
    days = read.disposition.conviction_date in (None, true.disposition.conviction_date)
    attempt = read.offense.attempt in (None, true.offense.attempt)
    return same and outcome and level and days and attempt


def _keeps(read: model.Charge, true: model.Charge) -> bool:
    """Whether its terms and reliefs are there, or may be."""
    kinds = {term.kind for term in read.sentences}
    reliefs = {(relief.kind, relief.remedy) for relief in read.reliefs}
    revoked = {term.revoked for term in read.sentences} | ({None} if None in kinds else set())
    return (
        (None in kinds or {term.kind for term in true.sentences} <= kinds)
        and ((None, None) in reliefs or {(relief.kind, relief.remedy) for relief in true.reliefs} <= reliefs)
        and (None in revoked or {True} & {term.revoked for term in true.sentences} <= revoked)
    )


GARBAGE = ("X#@~ %&XX", "~~~~~~~", "QXZ: 77 VVV", "KKK KKKK KKKKK")


@settings(max_examples=250)
@given(st.integers(0, 3_000), st.data())
def test_a_garbled_line_never_makes_up_nor_loses_a_charge(seed: int, data: st.DataObject) -> None:
    text = printed(invented_sheet(Dice(seed), seed))
    header, body = text.split("\n* * * *\n", 1)
    lines = body.split("\n")
    at = data.draw(st.sampled_from([place for place, line in enumerate(lines) if line.strip()]))
    lines[at] = data.draw(st.sampled_from(GARBAGE))
    true, read = _charges(text), _charges(header + "\n* * * *\n" + "\n".join(lines))
    for charge in true:
        fits = [one for one in read if _may_be(one, charge)]
        assert fits, (at, "a charge is lost")
        assert any(_keeps(one, charge) for one in fits), (at, "a term or a relief is lost")
    for charge in read:
        if charge.disposition.outcome is None or (charge.offense.citation is None and not charge.possible_citations):
            continue
        assert any(_may_be(charge, one) for one in true), (at, "a charge is made up")
        for relief in charge.reliefs:
            if relief.kind is not None and relief.relief_date is not None:
                known = {(_day(one.relief_date), one.kind) for charge in true for one in charge.reliefs}
                assert (_day(relief.relief_date), relief.kind) in known, (at, "a relief is made up")
