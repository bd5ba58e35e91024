"""PC 851.91, in force from 2018-01-01: an arrest that led to no conviction is sealed on petition.

It is sealed as of right, unless the arrest was for abuse in the family and the person's record shows a pattern of it.
"""

from __future__ import annotations

import datetime

from recordrelief.law import OffenseSet, Test, charge, cycle, day, presumed
from recordrelief.statutes import Bar, Branch, Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import arrests, diversion
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2018, 1, 1)
GRANTED = ("pc-851.91", "pc-851.92")

NO_LIMITATION = OffenseSet.listing(
    "offenses-that-may-be-charged-at-any-time",
    cites="PC 799",
    includes=(
        "MV 1672(a)",
        "PC 37",
        "PC 128",
        "PC 187",
        "PC 205",
        "PC 206",
        "PC 209",
        "PC 209.5",
        "PC 217.1(b)",
        "PC 218",
        "PC 219",
        "PC 220(b)",
        "PC 236.1(c)(2)",
        "PC 269",
        "PC 273ab",
        "PC 288.7",
        "PC 451.5",
        "PC 4500",
        "PC 11418(b)(1)",
        "PC 11418(b)(2)",
        "PC 12308",
        "PC 12310",
        "PC 18745",
        "PC 18755",
    ),
    perhaps=(
        # A finding, or who was killed, makes it a matter of life imprisonment.
        "PC 136.1",
        "PC 182",
        "PC 211",
        "PC 212.5",
        "PC 213",
        "PC 215",
        "PC 246",
        "PC 519",
        "PC 520",
        # Embezzlement, of public money or of other; its misuse.
        "PC 424",
        "PC 503",
        "PC 504",
        "PC 514",
        # Sex felonies, where committed since 2017-01-01 or not yet barred then.
        "PC 261",
        "PC 262",
        "PC 264.1",
        "PC 286",
        "PC 287",
        "PC 288",
        "PC 288a",
        "PC 288.5",
        "PC 289",
    ),
    attempts="open",
    conspiracies="open",
    solicitations="open",
    catalog=o.CATALOG,
)
"""Murder, what carries death or life imprisonment, embezzled public money, and some sex felonies."""

ABUSE = OffenseSet.listing(
    "domestic-child-and-elder-abuse",
    cites="PC 851.91(c)(2)",
    includes=("PC 273.5", "PC 243(e)(1)", "PC 273a", "PC 273d", "PC 368"),
    perhaps=("PC 236", "PC 240-245", "PC 273.6", "PC 422", "PC 646.9"),
    attempts="as_target",
    conspiracies="open",
    solicitations="open",
    catalog=o.CATALOG,
)
SETS = (NO_LIMITATION, ABUSE)

_A, _B = "PC 851.91(a)(1)(A)", "PC 851.91(a)(1)(B)"
_ENDED = ("dismissed", "acquitted", "vacated", "diverted", "deferred")
_GENERAL_TIMES = "the general times to prosecute, PC 800 to 802"
_SECTION_TELLS = "the section charged tells"
_KINDS = ("domestic_violence", "child_abuse", "elder_abuse")


def _branch_a(policy: CaliforniaPolicy) -> Branch:
    run = charge.test("limitations_run")
    return Branch(
        id="a",
        title="An arrest on which no pleading was filed",
        cites=_A,
        requires=(
            Condition("851.91.1.a.1", "no pleading was filed on the arrest", ~arrests.filed(policy), cites=_A),
            Condition(
                "851.91.1.a.2",
                "the time to prosecute is over for every offense of the arrest",
                # The general time can show that it runs; that it is over only somebody who knows can say.
                presumed(run, False, _GENERAL_TIMES) | (run & ~arrests.time_runs()),
                cites=_A,
                curable=True,
            ),
        ),
    )


def _branch_b(policy: CaliforniaPolicy) -> Branch:
    may_be_refiled = arrests.ended("dismissed", "vacated", "diverted", "deferred") & charge.may_be_refiled
    return Branch(
        id="b",
        title="An arrest whose charges came to nothing",
        cites=_B,
        requires=(
            Condition("851.91.1.b.1", "a pleading was filed on the arrest", arrests.filed(policy), cites=_B),
            Condition(
                "851.91.1.b.2",
                "every charge that is over was dismissed, ended in acquittal, or was one whose conviction was undone",
                arrests.only((*_ENDED, *arrests.NOT_CHARGED, "pending")),
                cites=_B,
            ),
            Condition(
                "851.91.1.b.3",
                "no charge that was dismissed, or whose conviction was undone, may be filed again",
                cycle.none(may_be_refiled),
                cites=f"{_B}(i), (iii)",
                note="A conviction is undone for good once all appeals are over.",
                curable=True,
            ),
        ),
    )


def _no_limitation() -> Test:
    return presumed(charge.test("no_statute_of_limitations"), charge.offense.in_set(NO_LIMITATION), _SECTION_TELLS)


def _told(fact: Test, policy: CaliforniaPolicy, option: str) -> Test:
    """What is told; where nothing is, an option of the policy may take that for no."""
    return presumed(fact, False, f"policy {option}") if getattr(policy, option) else fact


def _cleared(policy: CaliforniaPolicy) -> Test:
    """Acquitted of the charge, or found innocent of it; of a charge that went on to court, acquitted of one like it."""
    acquitted = arrests.ended("acquitted")
    later = arrests.WENT_ON & cycle.any(acquitted & _no_limitation())
    innocent = _told(charge.test("factually_innocent"), policy, "presume_no_finding_of_innocence")
    return acquitted | later | innocent


def _pattern(policy: CaliforniaPolicy) -> Test:
    """The arrest was for abuse, and the record shows a pattern of it: two convictions or five arrests."""
    kind = charge.word("abuse_kind")
    domestic = _told(charge.domestic_violence, policy, "presume_no_abuse")
    abuse = presumed(kind.is_in(_KINDS), cycle.any(domestic | charge.offense.in_set(ABUSE)), _SECTION_TELLS)
    convictions, found = charge.number("abuse_convictions_within_3y"), charge.number("abuse_arrests_within_3y")
    return abuse & ((convictions >= 2) | (found >= 5))


def _of_right(policy: CaliforniaPolicy) -> Condition:
    return Condition(
        "851.91.6",
        "the arrest was not for abuse in the family, or the record shows no pattern of it",
        ~_pattern(policy),
        cites="PC 851.91(c)",
        note="With a pattern, sealing has to serve the interests of justice.",
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    return (
        Remedy(
            id="pc-851.91",
            title="Sealing of an arrest without a conviction",
            citation="Cal. Penal Code § 851.91",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=arrests.ARREST,
            requires=(
                diversion.concluded("851.91.2", policy, cites="PC 851.91(a)(2)(A)"),
                Condition(
                    "851.91.4",
                    "the person did not evade prosecution on purpose, as by absconding",
                    ~charge.test("evaded_prosecution"),
                    cites="PC 851.91(a)(2)(C)",
                ),
                Condition(
                    "851.91.5",
                    "the person did not evade it by identity fraud that was charged",
                    ~charge.test("identity_fraud_charged"),
                    cites="PC 851.91(a)(2)(D)",
                ),
            ),
            bars=(
                Bar(
                    "851.91.3",
                    "a charge is of murder, or of another offense that may be charged at any time, and the person was "
                    "neither acquitted nor found innocent of it",
                    cycle.any(_no_limitation() & ~_cleared(policy)),
                    cites="PC 851.91(a)(2)(B)",
                ),
            ),
            branches=(_branch_a(policy), _branch_b(policy)),
            granted=arrests.given(GRANTED, kinds=("sealed",), since=day(2018, 1, 1)),
            grades=(Grade.MANDATORY.when(_of_right(policy)), Grade.DISCRETIONARY),
            outcomes=(Outcome("sealed"),),
            in_force=InForce(EFFECTIVE),
            acts="the person, in the court of the arrest or of the charges",
            forms=("CR-409", "CR-410"),
            notes=(
                "The prosecutor and the arresting agency have to be served 15 days before the hearing. Each arrest "
                "needs a petition of its own.",
                "The arrest is deemed not to have occurred. The records are sealed, not destroyed.",
                "It can still be proved in a later prosecution, and has to be told in applications for public office, "
                "to become a peace officer, for a license, or for a contract with the State Lottery Commission.",
            ),
        ),
    )
