"""What is printed is read back: sheets as they are printed, and as a scan gives them back."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rap_sheets import sheets

from recordrelief_us_ca_rapsheet.dice import Dice
from recordrelief_us_ca_rapsheet.generate import invented_sheet
from recordrelief_us_ca_rapsheet.noise import BETWEEN, ERRORS, noisy
from recordrelief_us_ca_rapsheet.reading import sheets_of
from recordrelief_us_ca_rapsheet.repairs import RULES
from recordrelief_us_ca_rapsheet.sheet import Sheet
from recordrelief_us_ca_rapsheet.writing import printed


def _unread(sheet: Sheet) -> list[str]:
    counts = [count for cycle in sheet.cycles for event in cycle.events for count in (event, *event.counts)]
    return [unread.place for count in counts for unread in count.unread]


@settings(max_examples=60)
@given(sheets())
def test_every_sheet_is_read_as_it_was_printed(sheet: Sheet) -> None:
    (read,) = sheets_of([printed(sheet)])
    assert read == sheet
    assert not _unread(read)
    assert not read.repairs


@settings(max_examples=60)
@given(sheets(), st.integers(0, 10_000))
def test_every_sheet_is_read_through_the_noise_of_a_scan(sheet: Sheet, seed: int) -> None:
    text = noisy(printed(sheet), Dice(seed), 0.3)
    (read,) = sheets_of(text.split("\f"))
    assert read == sheet
    assert not _unread(read)


@pytest.mark.parametrize("number", ["1170", "L170", "117O", "I17O"])
def test_the_sentence_under_1170_h_is_known_from_letters_like_its_digits(number: str) -> None:
    sheet = invented_sheet(Dice(3), 3)
    event = next(event for cycle in sheet.cycles for event in cycle.events if event.counts)
    count = attrs.evolve(event.counts[0], realigned=True)
    event = attrs.evolve(event, counts=(count,))
    sheet = attrs.evolve(sheet, cycles=(attrs.evolve(sheet.cycles[0], events=(event,)),))
    (read,) = sheets_of([printed(sheet).replace("1170 (H)", f"{number} (H)")])
    assert read.cycles[0].events[0].counts[0].realigned
    assert bool(read.repairs) is (number != "1170")


@given(st.integers(0, 100_000))
def test_every_invented_sheet_is_read_as_it_was_printed(seed: int) -> None:
    sheet = invented_sheet(Dice(seed), seed)
    assert sheets_of([printed(sheet)]) == (sheet,)


@settings(max_examples=20)
@given(sheets(), sheets())
def test_sheets_one_after_another_are_told_apart(one: Sheet, other: Sheet) -> None:
    one, other = attrs.evolve(one, complete=True), attrs.evolve(other, complete=True)
    assert sheets_of([printed(one) + printed(other)]) == (one, other)


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_every_error_of_the_noise_changes_some_line_and_is_repaired(name: str) -> None:
    changed = 0
    for seed in range(40):
        sheet = invented_sheet(Dice(seed), seed)
        dice = Dice(seed)
        header, body = printed(sheet).split("\n* * * *\n", 1)
        lines = body.split("\n")
        worse = [ERRORS[name](line, dice) for line in lines]
        changed += worse != lines
        (read,) = sheets_of([header + "\n* * * *\n" + "\n".join(worse)])
        assert read == sheet
        if worse != lines and name != "lower-case":
            assert read.repairs
    assert changed


def test_the_noise_has_no_error_without_a_rule() -> None:
    other_words = {"dash", "blank", "lower-case", "comma-in-section"}
    assert set(ERRORS) - other_words <= set(RULES)
    assert {"short-line", "lone-dash"} <= set(BETWEEN) & set(RULES)
