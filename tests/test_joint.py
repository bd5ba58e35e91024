"""Several laws over one population: each answers for its own charges and sees the whole record."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import polars as pl
import pytest
from made_up import COUNTY, ROWS, alone, extract  # noqa: F401
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

import recordrelief as rr
from recordrelief import cli
from recordrelief.errors import RequestError
from recordrelief.joint import screen_jointly
from recordrelief.law import charge, history, other
from recordrelief.law.offenses import OffenseCatalog
from recordrelief.model import Charge, Disposition, Subject
from recordrelief.records import Records
from recordrelief.runs import RunRequest, open_run, run
from recordrelief.screening import screen
from recordrelief.statutes import Condition, Grade, Pathway, ReliefKind, Remedy, StatutePack

AS_OF = date(2020, 7, 1)


def law_of(state: str) -> StatutePack:
    """A state that dismisses a conviction of its own where there is no other, wherever that was."""
    first = Condition(f"{state}.1", "no other conviction", ~history.others.any(other.convicted), cites="(a)")
    return StatutePack(
        id=state,
        title=state.upper(),
        jurisdiction=state,
        version="1",
        catalog=OffenseCatalog(()),
        sets=(),
        remedies=lambda _: (
            Remedy(
                id=f"{state}-dismissal",
                title="Dismissal of an only conviction",
                citation="Made-up Code § 1",
                relief=ReliefKind.DISMISSAL,
                pathway=Pathway.PETITION,
                applies_to=charge.jurisdiction.is_(state) & charge.convicted,
                requires=(first,),
                grades=(Grade.MANDATORY,),
            ),
        ),
    )


HERE, THERE = law_of("aa"), law_of("bb")


def count(charge_id: str, jurisdiction: str | None, outcome: str = "convicted") -> Charge:
    return Charge(charge_id=charge_id, jurisdiction=jurisdiction, disposition=Disposition(outcome=outcome))


def people(*charges: Charge) -> Records:
    return Records.from_subjects([Subject(subject_id="P1", record_scope="national", charges=charges)])


def answers(records: Records, *packs: StatutePack) -> dict[tuple[str, str], str]:
    found = screen_jointly(records, statutes=packs, as_of=AS_OF).determinations
    rows = found.select("charge_id", pl.col("remedy", "status").cast(pl.String)).iter_rows()
    return {(charge_id, remedy): status for charge_id, remedy, status in rows}


def test_each_charge_is_under_the_law_of_its_jurisdiction() -> None:
    records = people(count("A", "aa"), count("B", "bb", "dismissed"))
    assert answers(records, HERE, THERE) == {("A", "aa-dismissal"): "eligible"}


def test_a_conviction_elsewhere_is_history_here() -> None:
    records = people(count("A", "aa"), count("B", "bb"))
    assert answers(records, HERE, THERE) == {("A", "aa-dismissal"): "ineligible", ("B", "bb-dismissal"): "ineligible"}


def test_a_charge_of_no_known_jurisdiction_is_open_under_every_law() -> None:
    assert answers(people(count("X", None)), HERE, THERE) == {
        ("X", "aa-dismissal"): "undetermined",
        ("X", "bb-dismissal"): "undetermined",
    }


def test_the_answers_are_those_of_each_law_by_itself() -> None:
    records = people(count("A", "aa"), count("B", "bb"), count("X", None))
    joint = screen_jointly(records, statutes=(HERE, THERE), as_of=AS_OF)
    for pack in (HERE, THERE):
        single = screen(records, statutes=pack, as_of=AS_OF)
        mine = pl.col("remedy").cast(pl.String).str.starts_with(pack.id)
        assert_frame_equal(joint.determinations.filter(mine), single.determinations)
        assert_frame_equal(
            joint.findings.select(single.findings.columns).filter(pl.col(f"{pack.id}-dismissal/applies").is_not_null()),
            single.findings.filter(pl.col(f"{pack.id}-dismissal/applies").is_not_null()),
        )
    assert joint.findings.height == 3
    assert [one.id for one in joint.remedies] == ["aa-dismissal", "bb-dismissal"]


def test_a_remedy_asked_for_leaves_out_the_law_that_has_it_not() -> None:
    joint = rr.screen_jointly(
        people(count("A", "aa"), count("B", "bb")), statutes=[HERE, THERE], as_of=AS_OF, remedies=["bb-dismissal"]
    )
    assert [part.pack.id for part in joint.parts] == ["bb"]
    assert joint.determinations["charge_id"].to_list() == ["B"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"statutes": [HERE, HERE]}, "asked for twice"),
        ({"policies": {"ab": {}}}, "not asked for"),
        ({"remedies": ["aa-dismisal"]}, "Did you mean 'aa-dismissal'"),
        ({"statutes": [HERE, attrs.evolve(HERE, id="cc")]}, "aa-dismissal of aa and of cc"),
    ],
)
def test_what_cannot_be_asked_together_is_refused(asked: dict[str, object], message: str) -> None:
    given: dict[str, object] = {"statutes": [HERE, THERE], "as_of": AS_OF}
    with pytest.raises(RequestError, match=message):
        screen_jointly(people(count("A", "aa")), **(given | asked))  # type: ignore[arg-type]


LAW_PLUGIN = """
from recordrelief.plugins import hookimpl
from test_joint import HERE, THERE

RECORDRELIEF_HOOK_API = 1

@hookimpl
def recordrelief_statutes():
    return [HERE, THERE]
"""


def made(tmp_path: Path) -> tuple[Path, Path]:
    law = tmp_path / "laws.py"
    law.write_text(LAW_PLUGIN, encoding="utf-8")
    person = tmp_path / "people.yaml"
    person.write_text(
        "subject_id: P1\nrecord_scope: national\ncharges:\n"
        "- {charge_id: A, jurisdiction: aa, outcome: convicted}\n"
        "- {charge_id: B, jurisdiction: bb, outcome: dismissed}\n",
        encoding="utf-8",
    )
    return law, person


def test_a_run_and_its_explanation_under_two_laws(tmp_path: Path) -> None:
    law, person = made(tmp_path)
    command = ["screen", str(person), "--statutes", "aa,bb", "--as-of", "2020-07-01", "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(cli.app, [*command, "--plugin", str(law), "--also", "csv"])
    assert done.exit_code == 0, done.output
    stored = open_run(tmp_path / "run")
    assert stored.determinations["charge_id"].to_list() == ["A"]
    assert [one["id"] for one in stored.manifest["statutes"]] == ["aa", "bb"]
    assert (tmp_path / "run" / "determinations.csv").exists()
    told = CliRunner().invoke(cli.app, ["explain", str(tmp_path / "run"), "--subject", "P1"])
    assert told.exit_code == 0 and "Who acts: the person" in told.output and "No other conviction" in told.output


def test_a_policy_says_which_law_it_is_for(tmp_path: Path) -> None:
    law, person = made(tmp_path)
    options = tmp_path / "options.toml"
    options.write_text('history = "complete_only"\n', encoding="utf-8")

    def asked(policy: str) -> RunRequest:
        return RunRequest(
            inputs=[person], statutes="aa, bb", as_of="2020-07-01", out=tmp_path / "run", policy=policy, plugins=[law]
        )

    with pytest.raises(RequestError, match="says which it is for"):
        run(asked(str(options)))
    about = run(asked(f"bb={options}")).manifest
    assert [one["policy"]["history"] for one in about["statutes"]] == ["as_recorded", "complete_only"]


def test_an_output_made_for_one_law_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    law, _ = made(tmp_path)
    outputs = tmp_path / "outputs.py"
    outputs.write_text(
        "from recordrelief.plugins import hookimpl\nfrom recordrelief.outputs import Output\n\n"
        "RECORDRELIEF_HOOK_API = 1\n\n"
        "class One(Output):\n    id = 'one'\n    title = 'For one law'\n\n"
        "    def write(self, screening, records, directory, settings):\n        return ()\n\n"
        "@hookimpl\ndef recordrelief_outputs():\n    return [One()]\n",
        encoding="utf-8",
    )
    extract(tmp_path, *ROWS)
    with pytest.raises(RequestError, match="one law at a time"):
        run(
            RunRequest(
                inputs=[tmp_path / "extract.csv"],
                statutes="aa,bb",
                as_of="2020-07-01",
                out=tmp_path / "run",
                outputs=["one"],
                plugins=[law, outputs, COUNTY],
            )
        )
    assert not (tmp_path / "run").exists()
