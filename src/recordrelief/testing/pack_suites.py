"""The suite of a statute pack: what must hold of every pack, whatever its law, as a class of tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs

from recordrelief import cases as worked_cases
from recordrelief.cases import WorkedCase
from recordrelief.determinations import determinations
from recordrelief.errors import RequestError, SourceError
from recordrelief.explain import explain
from recordrelief.extras import missing
from recordrelief.findings import Result
from recordrelief.handwritten import decoded
from recordrelief.lawbook import law_text
from recordrelief.reached import unreached
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief.statutes import Policy, StatutePack
from recordrelief.testing.forgetting import told_by_less
from recordrelief.testing.golden import assert_golden
from recordrelief.testing.last_days import loose_days, remedies_asked, versions_told
from recordrelief.testing.readable import none_of

CHECKS = ("versions", "conditions", "last_days", "forgetting", "mutation", "citations")
"""The checks beside the answers themselves; ``skips`` names them."""
Sample = int | Callable[[WorkedCase], bool] | None
"""Which cases the expensive checks take: so many a file, those for which it is true, or all."""


def pack_suite(
    pack: StatutePack,
    cases: Path | str | Iterable[WorkedCase],
    *,
    exempt: Mapping[str, Collection[Result]] | None = None,
    each_version: bool = False,
    in_force: date | None = None,
    sample: Sample = None,
    unpresumed: Callable[[Policy], Policy] = lambda policy: policy,
    silent: Collection[str] = (),
    loose: Collection[str] = (),
    mutate: Collection[str] = (),
    equivalents: Path | None = None,
    golden: Path | None = None,
    skips: Mapping[str, str] | None = None,
) -> type:
    """A class of tests for a pack, to be bound to a name that begins with ``Test``.

    So it stands in a test module::

        TestJefferson = pack_suite(PACK, cases=Path(__file__).parent / "cases")

    Args:
        pack: the pack.
        cases: the folder of its worked cases, or the cases.
        exempt: results that a condition cannot have, by its name in the findings (``jc-30.1/30.1.1``).
        each_version: every version must reach every result by itself.
        in_force: ask that of the versions in force on this day only.
        sample: which cases the checks take that screen each case many times (``forgetting``, ``citations``).
        unpresumed: the same policy without its presumptions, which may rightly fill what is forgotten.
        silent: facts of the pack whose absence means no, as the law or the source has it: they are not forgotten.
        loose: waits whose last day no case can hold (``jc-30.1/30.1.4``). One that a case does hold is told.
        mutate: only these remedies have each leaf of their rules turned round; all unless given.
        equivalents: a file of leaves that are equivalent to their opposite (:mod:`recordrelief.mutants`).
        golden: a file with the law as it was approved, in the words of ``recordrelief law``; none unless given.
        skips: checks that are left out, each with the reason: those of :data:`CHECKS`.

    Raises:
        RequestError: there is no such check, or pytest is not installed.
    """
    try:
        import pytest
    except ImportError:
        raise missing("testing", "A suite of recordrelief.testing") from None

    left_out = dict(skips or {})
    if unknown := sorted(set(left_out) - set(CHECKS)):
        raise RequestError("There is no such check.", found=", ".join(unknown), expected=", ".join(CHECKS))
    read = _read(cases)
    taken = tuple(_sampled(read.cases, sample))
    remedies = [one for one in remedies_asked(pack, read.cases) if not mutate or one in mutate]

    def unless_skipped(check: str) -> None:
        if check in left_out:
            pytest.skip(left_out[check])

    class PackSuite:
        """What must hold of a statute pack."""

        def test_every_file_of_cases_can_be_read(self) -> None:
            none_of(read.faults, "These files of cases cannot be read")
            none_of([] if read.cases else [str(cases)], "There is no worked case")

        @pytest.mark.parametrize("case", read.cases, ids=lambda case: case.name)
        def test_the_pack_answers_as_the_case_says(self, case: WorkedCase) -> None:
            none_of(worked_cases.differences(case, pack), f"{case.name} ({case.file}:{case.line}; {case.why})")

        def test_every_condition_is_reached_as_met_unmet_and_unknown(self) -> None:
            unless_skipped("conditions")
            lines = unreached(read.cases, pack, each_version=each_version, exempt=exempt)
            if in_force is not None:
                names = tuple(f"{one.id} ({one.version})" for one in pack.in_force(pack.policy(), in_force))
                lines = [line for line in lines if line.startswith(names)]
            none_of(lines, "The worked cases do not reach all there is")

        def test_versions_follow_one_another_without_gap_or_overlap(self) -> None:
            unless_skipped("versions")
            none_of(versions_told(pack, read.cases), "Versions leave a gap, or overlap")

        def test_some_case_holds_the_last_day_of_each_wait(self) -> None:
            unless_skipped("last_days")
            lines = loose_days(read.cases, pack)
            found = {line.partition(" ")[0] for line in lines}
            none_of([line for line in lines if line.partition(" ")[0] not in loose], "No case holds these days")
            none_of(sorted(set(loose) - found), "These days are held, and need no exemption")

        @pytest.mark.parametrize("file", sorted({case.file for case in taken}))
        def test_a_fact_less_never_tells_more(self, file: str) -> None:
            unless_skipped("forgetting")
            mine = [case for case in taken if case.file == file]
            policies = {case: unpresumed(pack.read_policy(dict(case.policy))) for case in mine}
            lines = [line for case in mine for line in told_by_less(case, pack, policies[case], silent)]
            none_of(lines, "With a fact less the answer says more, or something else")

        @pytest.mark.parametrize("remedy", remedies)
        def test_every_leaf_turned_round_is_noticed(self, remedy: str) -> None:
            unless_skipped("mutation")
            none_of(_survivors(read.cases, pack, remedy, equivalents), "No case notices these turned round")

        @pytest.mark.parametrize("file", sorted({case.file for case in taken}))
        def test_an_explanation_shows_every_citation(self, file: str) -> None:
            unless_skipped("citations")
            lines = [line for case in taken if case.file == file for line in _uncited(case, pack)]
            none_of(lines, "An explanation leaves out what decides")

        if golden is not None:

            def test_the_law_reads_as_it_was_approved(self, request: pytest.FixtureRequest) -> None:
                assert_golden(law_text(pack, pack.policy()), golden, request.config)

    PackSuite.__name__ = PackSuite.__qualname__ = f"PackSuite_{pack.id}"
    return PackSuite


@attrs.frozen
class _Read:
    cases: tuple[WorkedCase, ...]
    faults: tuple[str, ...]


def _read(cases: Path | str | Iterable[WorkedCase]) -> _Read:
    """The cases, file by file: one that cannot be read costs only itself, and says why in a test of its own."""
    if not isinstance(cases, (Path, str)):
        return _Read(tuple(cases), ())
    found: list[WorkedCase] = []
    faults: list[str] = []
    for path in sorted(Path(cases).glob("*.yaml")):
        try:
            found += worked_cases.read_cases(decoded(path.read_bytes(), path.name), path.name)
        except SourceError as error:
            faults.append(str(error))
    return _Read(tuple(found), tuple(faults))


def _sampled(cases: Sequence[WorkedCase], sample: Sample) -> Iterator[WorkedCase]:
    """Of each file as many cases as are asked for, spread over it; the first and the last are among them."""
    if sample is None:
        yield from cases
    elif isinstance(sample, int):
        by_file: dict[str, list[WorkedCase]] = {}
        for case in cases:
            by_file.setdefault(case.file, []).append(case)
        for mine in by_file.values():
            most = min(sample, len(mine))
            places = {round(at * (len(mine) - 1) / max(most - 1, 1)) for at in range(most)}
            yield from (mine[place] for place in sorted(places))
    else:
        yield from filter(sample, cases)


def _survivors(cases: Sequence[WorkedCase], pack: StatutePack, remedy: str, equivalents: Path | None) -> list[str]:
    from recordrelief import mutants

    # Texts for the person are about every remedy, and a mutant is alone.
    found = mutants.survivors(cases, attrs.evolve(pack, plain={}, forms={}, letters={}), remedies=[remedy])
    if equivalents is None:
        return [str(one) for one in found]
    known = mutants.read_equivalents(decoded(equivalents.read_bytes(), equivalents.name), equivalents.name)
    alive, idle = mutants.unexplained(found, known, remedies=[remedy])
    return [*(f"survives: {one}" for one in alive), *(f"listed without need: {one}" for one in idle)]


def _uncited(case: WorkedCase, pack: StatutePack) -> Iterator[str]:
    """What decides an answer of the case and is not shown with its sentence and its citation."""
    wanted = {(one.charge, one.remedy) for one in case.expected}
    screening = screen(
        Records.from_subjects([case.subject], coverage=case.coverage),
        statutes=pack,
        as_of=case.as_of,
        policy=dict(case.policy),
        remedies=sorted({remedy for _, remedy in wanted}),
    )
    for answer in determinations(screening, facts=False):
        key = (answer.charge_id, answer.remedy.id)
        if key not in wanted:
            continue
        text = explain(screening, answer.subject_id, charge_id=key[0], remedy=key[1]).text()
        shown = [answer.remedy.citation]
        for finding in answer.findings:
            if finding.decides:
                shown += [finding.cites, finding.sentence]
        for part in shown:
            if not part or part.lower() not in text.lower():
                yield f"{case.name}, {key[0]}, {key[1]}: the explanation does not show {part!r}"
