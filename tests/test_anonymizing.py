"""Anonymized copies: no word of a person survives, what the law reads does, and the key decides who becomes whom."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import LAW
from test_cli import command  # noqa: F401

import recordrelief as rr
from recordrelief.disguise import LONGEST_SHIFT, SHORTEST_SHIFT, Disguise, Vocabulary, own_words, scrubbed
from recordrelief.formats import Format
from recordrelief.formats.mapping import MappedFormat
from recordrelief.formats.person import Person
from recordrelief.model import PartialDate
from recordrelief.plugins import load
from recordrelief.statutes import StatutePack

Run = Callable[..., tuple[int, str, str]]
KEY = bytes(range(32))


@given(st.text("0123456789", min_size=1, max_size=3))
def test_a_number_keeps_its_shape_and_never_itself(text: str) -> None:
    made = Disguise(KEY).number("case", text)
    assert len(made) == len(text)
    assert made.isdigit()
    assert made != text


@pytest.mark.parametrize("shape", ["0", "00", "A0", "a-0"])
def test_two_numbers_never_get_the_same_pseudonym(shape: str) -> None:
    signs = {"0": "0123456789", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a": "abcdefghijklmnopqrstuvwxyz"}
    texts = [""]
    for sign in shape:
        texts = [text + one for text in texts for one in signs.get(sign, sign)]
    disguise = Disguise(KEY)
    assert sorted(disguise.number("case", text) for text in texts) == sorted(texts)


@given(st.text(min_size=1, max_size=40))
def test_a_name_keeps_no_word(text: str) -> None:
    made = Disguise(KEY).person("1").name(text)
    pairs = zip(re.findall(r"[^\W_]+", text), re.findall(r"[^\W_]+", made), strict=True)
    assert not [word for word, other in pairs if word.casefold() == other.casefold()]


@given(st.text(min_size=1, max_size=20), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_the_days_of_a_person_move_together_and_not_far(identity: str, day: date) -> None:
    mask = Disguise(KEY).person(identity)
    assert SHORTEST_SHIFT <= abs(mask.shift) <= LONGEST_SHIFT
    assert mask.day(day) - day == timedelta(days=mask.shift)
    assert mask.digits(f"{day:%Y%m%d}") == f"{mask.day(day):%Y%m%d}"
    year = PartialDate.of(f"{day.year}")
    assert mask.partial(year) == year


def test_a_text_keeps_what_the_vocabulary_knows_and_not_the_person() -> None:
    vocabulary = Vocabulary.of(["CASC"], [r"[0-9]{1,5} PC"])
    mask = Disguise(KEY).person("1")
    text = "CASC 459 PC burglary, GRAND Theft by Mara Quill b. 19710214 tel 555-1234"
    made = vocabulary.cleaned(text, mask, own_words("Grand, Mara"))
    assert made.startswith("CASC 459 PC burglary, XXXXX Theft by Xxxx Xxxxx x. ")
    assert made.endswith(f"{mask.day(date(1971, 2, 14)):%Y%m%d} xxx 000-0000")
    assert scrubbed("Müller 7") == "Xxxxxx 0"


PEOPLE = """\
# Quimby wrote this
subject_id: QZ-90417
birth_date: 1984-02-29
race: QZRACE
names: [{given: Qwilliam, family: Qzotter, kind: primary}]
identifiers: [{kind: sid, value: QX5550123}, {kind: ssn, value: 000-44-5566}]
record_scope: state
cases: [{case_id: QCASE771, case_number: QNUM8812, court: Qtown Superior Court, filed_date: 2010-03-01}]
charges:
  - id: QCH-1
    case_id: QCASE771
    citation: XX 1
    level: misdemeanor
    outcome: convicted
    outcome_text: guilty, says Qneighbour
    conviction_date: 2010-02-03
    attempt: false
    conspiracy: false
    solicitation: false
    sentences: [{kind: jail, imposed_date: 2010-02-03, length_text: 90 days, length_days_min: 90, length_days_max: 90}]
  - {id: QCH-2, citation: XX 2, level: felony, outcome: convicted, conviction_date: 2019-12}
"""
TOKENS = "Quimby QZ-90417 1984-02-29 QZRACE Qwilliam Qzotter QX5550123 000-44-5566 QCASE771 QNUM8812 Qtown Qneighbour"
DIGITS = ("90417", "5550123", "000445566")


def survivors(text: str, tokens: str) -> list[str]:
    """The tokens of the input that stand in the output, in any case."""
    return [token for token in [*tokens.split(), "QCH-1", "2010-02-03"] if token.casefold() in text.casefold()]


def copied(tool: Format, source: Path, disguise: Disguise | None = None) -> Path:
    out = source.with_name("copy-" + source.name)
    tool.anonymize(source, out, disguise or Disguise(KEY))
    return out


def test_people_keep_their_record_and_lose_themselves(tmp_path: Path) -> None:
    source = tmp_path / "person.yaml"
    source.write_text(PEOPLE, encoding="utf-8")
    text = copied(Person(), source).read_text(encoding="utf-8")
    assert not survivors(text, TOKENS)
    assert not [one for one in DIGITS if one in re.sub(r"\D", "", text)]
    before, after = rr.read(source), rr.read(tmp_path / "copy-person.yaml")
    for table in ("subjects", "cases", "charges", "sentences"):
        assert before.table(table).height == after.table(table).height
    kept = ["citation", "level", "outcome"]
    assert before.charges.sort("citation").select(kept).equals(after.charges.sort("citation").select(kept))
    days = pl.col("conviction_date") - pl.lit(before.subjects["birth_date"][0])
    moved = pl.col("conviction_date") - pl.lit(after.subjects["birth_date"][0])
    exact = pl.col("citation") == "XX 1"
    assert before.charges.filter(exact).select(days).item() == after.charges.filter(exact).select(moved).item()
    assert after.sentences["length_days_max"].to_list() == [90]


@given(st.integers(0, 3000), st.integers(0, 1000))
def test_answers_are_the_same_on_a_day_that_moved_with_the_person(convicted: int, later: int) -> None:
    law = load([LAW]).pack("xx")
    day = date(2010, 1, 1) + timedelta(days=convicted)
    disguise = Disguise(KEY)
    one = rr.Subject(
        subject_id="QZ-1",
        record_scope="state",
        charges=[
            rr.Charge(
                charge_id="c",
                offense=rr.Offense(
                    citation="XX 1", level="misdemeanor", attempt=False, conspiracy=False, solicitation=False
                ),
                disposition=rr.Disposition(outcome="convicted", conviction_date=day),
            )
        ],
    )
    from recordrelief.formats.anonymous_people import disguised_people

    (other,) = disguised_people([one], disguise)
    as_of = day + timedelta(days=later)
    moved = disguise.person("subject QZ-1").day(as_of)
    # A year that holds a leap day is one day longer: where that decides, a copy may answer otherwise.
    if abs(later - 365.5) > 1:
        assert _statuses(one, law, as_of) == _statuses(other, law, moved)


def _statuses(subject: rr.Subject, law: StatutePack, as_of: date) -> list[str]:
    return [one.status for one in rr.screen_subject(subject, statutes=law, as_of=as_of)]


MAPPING = """\
id = "larkspur"
title = "Larkspur County"
record_scope = "county"
blank = ["N/A"]
[files.counts]
without = ["term"]
[files.counts.subject]
key = ["person"]
birth_date = { column = "born", date = ["%m/%d/%Y"] }
[files.counts.charge]
key = ["docket", "count"]
subject = ["person"]
county = "county"
citation = { column = "offense", citation = ["PC", "HS"] }
offense_text = "offense"
outcome = { column = "finding", codes = "findings" }
conviction_date = { column = "day", date = ["%m/%d/%Y"] }
count_number = { column = "count", number = true }
[files.terms.sentence]
charge = ["docket", "count"]
kind = { column = "term", codes = "terms" }
length = { number = "long", every = "months" }
[codes.findings]
Guilty = "convicted"
[codes.terms]
Jail = "jail"
"""
COUNTS = """\
person,name,born,docket,count,county,offense,finding,day,worth
QP70001,Qara Qzuill,02/14/1971,QD550011,1,Fresno,459 PC burglary Qzuill,Guilty,06/11/2002,QWORTH
QP70001,Qara Qzuill,02/14/1971,QD550011,2,Fresno,HS 11357(a),Qodd,06/11/2002,QWORTH
QP70001,Qara,too few
person,name,born,docket,count,county,offense,finding,day,worth
QP70002,Qivo Qreed,N/A,QD550012,1,Fresno,no section at all of Qreed,Guilty,Qday,QWORTH
"""
TERMS = "docket,count,term,long\nQD550011,1,Jail,6\n"
MARKED = "QP70001 QP70002 Qara Qzuill Qivo Qreed QD550011 QD550012 Qodd Qday QWORTH 02/14/1971 06/11/2002"


def test_an_export_keeps_what_its_mapping_reads(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "counts.csv").write_text(COUNTS, encoding="utf-8")
    tool = MappedFormat.from_file(tmp_path / "m.toml")
    text = copied(tool, tmp_path / "counts.csv").read_text(encoding="utf-8")
    assert not survivors(text, MARKED)
    assert not [one for one in ("70001", "550011") if one in re.sub(r"\D", "", text)]
    before, after = tool.read([tmp_path / "counts.csv"]), tool.read([tmp_path / "copy-counts.csv"])
    for table in ("subjects", "charges", "quarantine", "issues"):
        assert before.table(table).height == after.table(table).height
    for column in ("citation", "outcome", "county", "count_number"):
        assert before.charges[column].to_list() == after.charges[column].to_list()
    assert before.quarantine["code"].to_list() == after.quarantine["code"].to_list()


def test_an_export_that_does_not_say_whose_a_row_is_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "terms.csv").write_text(TERMS, encoding="utf-8")
    with pytest.raises(rr.RequestError, match="do not say whose"):
        copied(MappedFormat.from_file(tmp_path / "m.toml"), tmp_path / "terms.csv")


def test_fixed_width_keeps_its_places(tmp_path: Path) -> None:
    head, _, _ = MAPPING.partition("[files.counts]")
    (tmp_path / "m.toml").write_text(
        head
        + '[files.f]\nkind = "fixed"\n[files.f.places]\nperson = [1, 6]\nday = [20, 29]\nwhat = [31, 40]\n'
        + '[files.f.subject]\nkey = ["person"]\n[files.f.charge]\nkey = ["person", "day"]\nsubject = ["person"]\n'
        + 'conviction_date = { column = "day", date = ["%m/%d/%Y"] }\n'
        + 'citation = { column = "what", citation = ["PC"] }\n',
        encoding="utf-8",
    )
    (tmp_path / "f.txt").write_text("QP0001 Qsecret name06/11/2002 PC 459    Qrest\nshort Qz\n", encoding="utf-8")
    tool = MappedFormat.from_file(tmp_path / "m.toml")
    text = copied(tool, tmp_path / "f.txt").read_text(encoding="utf-8")
    assert not [one for one in ("QP0001", "Qsecret", "name", "Qrest", "Qz", "06/11/2002") if one in text]
    before, after = tool.read([tmp_path / "f.txt"]), tool.read([tmp_path / "copy-f.txt"])
    assert before.charges["citation"].to_list() == after.charges["citation"].to_list() == ["PC 459"]
    assert before.quarantine.height == after.quarantine.height == 1


def test_one_key_gives_one_copy_and_none_a_new_one_each_time(command: Run, tmp_path: Path) -> None:  # noqa: F811
    source = tmp_path / "QZ-90417.yaml"
    source.write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "key").write_bytes(KEY)
    for name, more in (("a", ("--key", "key")), ("b", ("--key", "key")), ("c", ()), ("d", ())):
        code, out, _ = command("anonymize", str(source), "--format", "person", "--out", f"{name}.yaml", *more)
        assert code == 0
        assert "Read it before you send it" in out
    texts = [(tmp_path / f"{name}.yaml").read_text(encoding="utf-8") for name in "abcd"]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3
    assert stat.S_IMODE((tmp_path / "a.yaml").stat().st_mode) == 0o600


def test_what_stands_there_is_not_replaced_without_force(command: Run, tmp_path: Path) -> None:  # noqa: F811
    source = tmp_path / "p.yaml"
    source.write_text(PEOPLE, encoding="utf-8")
    arguments = ("anonymize", str(source), "--format", "person", "--out", "copy.yaml")
    assert command(*arguments)[0] == 0
    assert command(*arguments)[0] == 2
    assert command(*arguments, "--force")[0] == 0
    assert command(*arguments[:-1], str(source), "--force")[0] == 2
    assert source.read_text(encoding="utf-8") == PEOPLE


def test_several_inputs_become_a_directory_without_their_names(command: Run, tmp_path: Path) -> None:  # noqa: F811
    for name in ("Qzotter.yaml", "Qother.yml"):
        (tmp_path / name).write_text(PEOPLE.replace("QZ-90417", name), encoding="utf-8")
    arguments = ("anonymize", "Qzotter.yaml", "Qother.yml", "--format", "person", "--out", "copies")
    assert command(*arguments)[0] == 0
    there = sorted(path.name for path in (tmp_path / "copies").iterdir() if not path.name.startswith("."))
    assert there == ["0001.yaml", "0002.yml"]
    assert stat.S_IMODE((tmp_path / "copies").stat().st_mode) == 0o700
    assert command(*arguments)[0] == 2
    assert command(*arguments, "--force")[0] == 0


def test_a_format_that_cannot_says_so_with_a_cure(command: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "canonical.json").write_text("{}", encoding="utf-8")
    code, _, err = command("anonymize", "tables/canonical.json", "--format", "canonical", "--out", "copy")
    assert code == 2
    assert "cannot anonymize" in err
    assert "recordrelief generate" in err
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("content", [None, b"short", bytes(64)])
def test_a_key_that_is_none_is_refused(command: Run, tmp_path: Path, content: bytes | None) -> None:  # noqa: F811
    (tmp_path / "p.yaml").write_text(PEOPLE, encoding="utf-8")
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    code, _, err = command("anonymize", "p.yaml", "--format", "person", "--key", "key", "--out", "copy.yaml")
    assert code == 2
    assert "key" in err
