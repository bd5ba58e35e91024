"""Statute packs: a jurisdiction's law, with its remedies (:mod:`recordrelief.remedies`), facts and policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs.validators import deep_iterable, in_, instance_of, matches_re, optional

from recordrelief.errors import PackError, RequestError, nearest
from recordrelief.form_maps import FormMap, check_form_maps
from recordrelief.law import expressions as e
from recordrelief.law.offenses import OffenseCatalog, OffenseSet
from recordrelief.law.rules import HISTORY_POLICIES, HistoryPolicy
from recordrelief.law.scopes import ROWS, TABLE_OF, Kind, facts_of
from recordrelief.letter_texts import LetterTexts, check_letter_texts
from recordrelief.options import structured
from recordrelief.plain_texts import PlainTexts, check_plain_texts
from recordrelief.remedies import (
    ALWAYS,
    AN_ID,
    MOST_FINDINGS,
    RESERVED,
    Bar,
    Branch,
    Condition,
    Grade,
    GradeRule,
    InForce,
    Outcome,
    Pathway,
    ReliefKind,
    Remedy,
    Wait,
    a_sentence,
)
from recordrelief.tables import TABLES

if TYPE_CHECKING:
    from recordrelief.records import Records

__all__ = [
    "ALWAYS",
    "BY_GRADE",
    "MOST_FINDINGS",
    "RESERVED",
    "Bar",
    "Branch",
    "Condition",
    "Fact",
    "Grade",
    "GradeRule",
    "InForce",
    "Outcome",
    "Pathway",
    "Policy",
    "Preference",
    "ReliefKind",
    "Remedy",
    "StatutePack",
    "Wait",
]


@attrs.frozen(kw_only=True)
class Preference:
    """One step of a pack's ranking: claims that meet all it names go before those that meet a later step only.

    ``remedies`` names some by id, and within the step they stand in this order; ``opens`` asks that the relief would
    open another remedy that is closed. Within a step the stronger grade goes first.
    """

    grade: Grade | None = attrs.field(default=None, validator=optional(instance_of(Grade)))
    pathway: Pathway | None = attrs.field(default=None, validator=optional(instance_of(Pathway)))
    relief: ReliefKind | None = attrs.field(default=None, validator=optional(instance_of(ReliefKind)))
    remedies: tuple[str, ...] = attrs.field(default=(), validator=deep_iterable(instance_of(str), instance_of(tuple)))
    opens: bool = attrs.field(default=False, validator=instance_of(bool))

    def meets(self, remedy: Remedy, grade: Grade, *, opens: bool) -> bool:
        """Whether a claim to a remedy is of this step."""
        return (
            (self.grade is None or self.grade is grade)
            and (self.pathway is None or self.pathway is remedy.pathway)
            and (self.relief is None or self.relief is remedy.relief)
            and (not self.remedies or remedy.id in self.remedies)
            and (opens or not self.opens)
        )

    def __str__(self) -> str:
        said = [str(part.value) for part in (self.grade, self.relief) if part is not None]
        said += [f"by {self.pathway.value}"] if self.pathway is not None else []
        said += [", then ".join(self.remedies)] if self.remedies else []
        said += ["where it would open another remedy"] if self.opens else []
        return " ".join(said) or "any"


BY_GRADE = tuple(Preference(grade=grade) for grade in Grade)
"""The ranking of a pack that states none: the stronger claim first."""


@attrs.frozen(kw_only=True)
class Policy:
    """What the law leaves to a reader, a prosecutor or a court. Packs add their own options in a subclass.

    ``boundary``: a period of n years from day D is over the day after its anniversary (``strict``) or on it
    (``inclusive``). ``history``: what a county's or a state's record does not show did not happen (``as_recorded``),
    or is unknown unless the record is state-wide (``complete_only``). ``look_ahead``: a first day of eligibility counts
    later versions of the remedy that the pack already holds (``pack``), or the version in force only (``in_force``).
    """

    boundary: Literal["strict", "inclusive"] = attrs.field(default="strict", validator=in_(("strict", "inclusive")))
    history: HistoryPolicy = attrs.field(default="as_recorded", validator=in_(HISTORY_POLICIES))
    look_ahead: Literal["pack", "in_force"] = attrs.field(default="pack", validator=in_(("pack", "in_force")))


@attrs.frozen(kw_only=True)
class Fact:
    """A fact that a pack's law turns on and that no canonical column holds; formats may fill it.

    ``ask`` is the question that would settle it.
    """

    name: str = attrs.field(validator=matches_re(r"[a-z][a-z0-9_]*"))
    table: str = attrs.field(validator=in_(("subjects", "cases", "charges", "sentences", "reliefs", "events")))
    kind: Kind = attrs.field(validator=in_(("test", "day", "number", "word")))
    means: str = attrs.field(validator=a_sentence)
    ask: str = attrs.field(validator=a_sentence)


@attrs.frozen(kw_only=True, eq=False)
class StatutePack:
    """A jurisdiction's law: its offenses, offense sets, remedies, facts and policy choices.

    ``remedies`` makes the remedies from the policy. Loading builds them under every named policy and refuses a pack
    whose versions overlap or leave gaps, or whose rules read facts that nobody declared.

    ``ranking`` says which remedy is the best of those that a charge is eligible for: the first step that one meets.

    ``derive`` adds to the records, under a policy, what the pack takes from the source's words before any rule is
    asked: facts of its own, and further readings of a record that may mean several things. It drops no row.

    ``plain`` are the texts for the person themself, by language; each holds one for every remedy, outcome and fact.
    ``forms`` are the field maps of forms that courts publish, by the id of the form.
    ``letters`` are what a letter to the person says of what relief does not do, by language.
    """

    id: str = attrs.field(validator=AN_ID)
    title: str
    jurisdiction: str
    version: str
    catalog: OffenseCatalog
    sets: tuple[OffenseSet, ...] = attrs.field(validator=instance_of(tuple))
    policy: type[Policy] = Policy
    policies: Mapping[str, Policy] = attrs.field(factory=dict)
    facts: tuple[Fact, ...] = attrs.field(default=(), validator=deep_iterable(instance_of(Fact)))
    remedies: Callable[[Any], Sequence[Remedy]]
    derive: Callable[[Records, Any], Records] | None = None
    ranking: tuple[Preference, ...] = attrs.field(
        default=BY_GRADE, validator=deep_iterable(instance_of(Preference), instance_of(tuple))
    )
    plain: Mapping[str, PlainTexts] = attrs.field(factory=dict)
    forms: Mapping[str, FormMap] = attrs.field(factory=dict)
    letters: Mapping[str, LetterTexts] = attrs.field(factory=dict)
    _built: dict[Policy, tuple[Remedy, ...]] = attrs.field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        names = [one.name for one in self.sets]
        if twice := {name for name in names if names.count(name) > 1}:
            raise PackError("Two offense sets have one name.", where=self.id, found=", ".join(sorted(twice)))
        _check_declared(self)
        built = [self.all_versions(policy) for policy in (self.policy(), *self.policies.values())]
        remedies = [remedy for several in built for remedy in several]
        _check_named(self, remedies)
        check_plain_texts(
            self.id,
            self.plain,
            remedies=(one.id for one in remedies),
            outcomes=(outcome.name for one in remedies for outcome in one.outcomes),
            facts=(f"{one.table}.{one.name}" for one in self.facts),
        )
        check_form_maps(self.id, self.forms, (one.id for one in remedies))
        by_policy = (id for texts in self.plain.values() for id in texts.by_policy)
        check_letter_texts(self.id, self.letters, (*(one.id for one in remedies), *by_policy))

    def all_versions(self, policy: Policy) -> tuple[Remedy, ...]:
        """Every version of every remedy under a policy, sorted by id and day.

        Raises:
            PackError: the versions of a remedy overlap or leave a gap, or a rule reads an undeclared fact.
        """
        if policy not in self._built:
            remedies = sorted(self.remedies(policy), key=lambda one: (one.id, one.in_force.since or date.min))
            _check_versions(self.id, remedies)
            _check_facts(self, remedies)
            self._built[policy] = tuple(remedies)
        return self._built[policy]

    def amended(
        self,
        *,
        id: str,
        title: str,
        remedies: Callable[[tuple[Remedy, ...], Any], Sequence[Remedy]] | Sequence[Remedy],
        **rest: Any,
    ) -> StatutePack:
        """The pack with remedies changed or added: a bill, to be compared with today's law.

        Args:
            id: of the amendment.
            title: of the amendment.
            remedies: the remedies it brings, each in the place of every version of the one of its id; or a function
                from the remedies of this pack and the policy to those of the amendment, for whatever else a bill does.
            rest: whatever else of a pack is another one: ``version``, ``facts``, ``sets``, ``policy``, ``ranking``.

        Raises:
            PackError: the amendment contradicts itself.
        """

        def made(policy: Any) -> Sequence[Remedy]:
            today = tuple(self.remedies(policy))
            if callable(remedies):
                return remedies(today, policy)
            brought = {one.id for one in remedies}
            return (*(one for one in today if one.id not in brought), *remedies)

        if "policy" in rest:
            if not issubclass(rest["policy"], self.policy):
                raise PackError("The policy of an amendment must extend that of its pack.", where=id)
            rest.setdefault("policies", {})  # those of the pack know nothing of the new options
        plain = {language: attrs.evolve(texts, complete=False) for language, texts in self.plain.items()}
        forms = {form: attrs.evolve(one, complete=False) for form, one in self.forms.items()}
        letters = {language: attrs.evolve(texts, complete=False) for language, texts in self.letters.items()}
        kept: dict[str, Any] = {"plain": plain, "forms": forms, "letters": letters}
        return attrs.evolve(self, id=id, title=title, remedies=made, **(kept | rest))

    def derived(self, records: Records, policy: Policy) -> Records:
        """The records with the facts and readings that the pack derives from them."""
        return records if self.derive is None else self.derive(records, policy)

    def in_force(self, policy: Policy, as_of: date) -> tuple[Remedy, ...]:
        """The version of each remedy in force on a day."""
        return tuple(remedy for remedy in self.all_versions(policy) if as_of in remedy.in_force)

    def read_policy(self, given: Policy | Mapping[str, Any] | str | None) -> Policy:
        """A policy from options, from the name of one the pack brings, or the default.

        Raises:
            RequestError: no such policy or option, or a value the option does not take.
        """
        if given is None:
            return self.policy()
        if isinstance(given, Policy):
            if not isinstance(given, self.policy):
                raise RequestError(f"The policy is not one of pack {self.id}.", found=type(given).__name__)
            return given
        if isinstance(given, str):
            if given not in self.policies:
                raise RequestError(f"Pack {self.id} has no policy {given!r}.", cure=nearest(given, self.policies))
            return self.policies[given]
        policy: Policy = structured(self.policy, given, f"policy of {self.id}")
        return policy


def _check_versions(pack: str, remedies: Sequence[Remedy]) -> None:
    for earlier, later in pairwise(remedies):
        if earlier.id != later.id:
            continue
        if earlier.in_force.until != later.in_force.since or later.in_force.since is None:
            raise PackError(
                "The versions of a remedy must follow one another without gap or overlap.",
                where=f"{pack}: {earlier.id}",
                found=f"{earlier.in_force}, then {later.in_force}",
            )


_KINDS: dict[type[e.Expression], Kind] = {
    e.TestFact: "test",
    e.DayFact: "day",
    e.NumberFact: "number",
    e.Word: "word",
}


def _check_declared(pack: StatutePack) -> None:
    """A pack's facts are declared once and take the name of no column or fact that there is already."""
    seen: set[tuple[str, str]] = set()
    for fact in pack.facts:
        own = {name for row in ROWS.values() if TABLE_OF[row.root] == fact.table for name in facts_of(row)}
        if fact.name in own or fact.name in TABLES[fact.table].column_names() or fact.name == "offense":
            raise PackError(
                "A fact of the pack has the name of a canonical one.", where=pack.id, found=f"{fact.table}.{fact.name}"
            )
        if (fact.table, fact.name) in seen:
            raise PackError("A fact is declared twice.", where=pack.id, found=f"{fact.table}.{fact.name}")
        seen.add((fact.table, fact.name))


def _check_named(pack: StatutePack, remedies: Sequence[Remedy]) -> None:
    """What opens and what is ranked are remedies that the pack has, under a policy that it names."""
    ids = {remedy.id for remedy in remedies}
    asked = [(remedy.id, name) for remedy in remedies for name in remedy.opens]
    asked += [("its ranking", name) for step in pack.ranking for name in step.remedies]
    for where, name in asked:
        if name not in ids:
            raise PackError(
                "A remedy is named that the pack does not have.",
                where=f"{pack.id}: {where}",
                found=name,
                cure=nearest(name, ids),
            )


def _check_facts(pack: StatutePack, remedies: Sequence[Remedy]) -> None:
    declared = {(fact.table, fact.name): fact.kind for fact in pack.facts}
    sets = {id(one) for one in pack.sets}
    named: dict[str, OffenseSet] = {one.name: one for one in pack.sets}
    for remedy in remedies:
        for where, expression in remedy.expressions():
            for node in expression.walk():
                if isinstance(node, e.Membership):
                    other = named.setdefault(node.offenses.name, node.offenses)
                    if other is not node.offenses and id(node.offenses) not in sets:
                        raise PackError(
                            "Two offense sets have one name.", where=f"{pack.id}: {where}", found=other.name
                        )
                kind = _KINDS.get(type(node))
                if kind is None:
                    continue
                root, _, name = next(iter(node.facts())).partition(".")
                own = facts_of(ROWS[root]).get(name)
                known = declared.get((TABLE_OF[root], name)) if own is None else _KINDS[type(own.make(name))]
                if known != kind:
                    raise PackError(
                        f"A rule reads a {kind} that neither the canonical tables nor the pack declare.",
                        where=f"{pack.id}: {where}",
                        found=f"{root}.{name}",
                        cure="Declare it as a Fact of the pack, with its table and kind.",
                    )
