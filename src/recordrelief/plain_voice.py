"""What an explanation says to the person themself: short sentences, in their language, honest about what is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import attrs

from recordrelief.findings import Determination, Finding
from recordrelief.law.scopes import TABLE_OF
from recordrelief.model import Charge
from recordrelief.outlines import Asked, AskedPlainly, Outline, PlainAnswer, ToldCharge, ToldDetermination, ToldLaw
from recordrelief.plain_texts import FactText, Frame, PlainTexts, RemedyText, frame
from recordrelief.statutes import StatutePack

_FIRST = ("eligible", "eligible_later", "undetermined", "granted", "ineligible")
"""The order in which the answers for a charge are told."""
_FIRM = ("eligible", "eligible_later", "ineligible")
"""Answers that a presumption may have made."""


def in_plain_words(
    outline: Outline, determinations: Sequence[Determination], pack: StatutePack, language: str
) -> Outline:
    """The outline with all that is said to the person, in the order in which it helps.

    Args:
        outline: of one law.
        determinations: the answers it was made of.
        pack: the law; without texts of its own in the language, the titles of its remedies stand, and it is said.
        language: one that the core speaks.

    Raises:
        RequestError: the core does not speak the language.
    """
    speaker = _Speaker(
        frame(language),
        pack.plain.get(language),
        pack,
        {one.charge_id: one.charge for one in determinations},
        frozenset(
            (one.charge_id, one.remedy.id)
            for one in determinations
            if one.status in _FIRM and any(finding.presumed for finding in _behind(one))
        ),
    )
    reviewed = any(one.remedy.reviewed_by for one in determinations)
    laws = tuple(speaker.law(law, outline.as_of, reviewed=reviewed) for law in outline.laws)
    return attrs.evolve(outline, voice="plain", language=language, laws=laws)


def _behind(one: Determination) -> Iterator[Finding]:
    """The findings that made an answer: all of them where it is a yes, those that decide where it is a no."""
    yield from (finding for finding in one.findings if one.status != "ineligible" or finding.decides)


def day_in_words(day: date, words: Frame) -> str:
    """A day as people say it: June 2, 2008; 2 de junio de 2008."""
    return words.say("day", month=words.months[day.month - 1], day=str(day.day), year=str(day.year))


@attrs.frozen
class _Speaker:
    """Says the answers of one person in one language. ``presumed`` are answers that rest on a presumption."""

    words: Frame
    texts: PlainTexts | None
    pack: StatutePack
    charges: Mapping[str, Charge]
    presumed: frozenset[tuple[str, str]]

    def law(self, law: ToldLaw, as_of: date, *, reviewed: bool) -> ToldLaw:
        """What should be known before anything else, and the charges."""
        words = self.words
        sentences = [
            words.say("aid"),
            words.say("reviewed" if reviewed else "not_reviewed"),
            words.say("read", day=day_in_words(as_of, words), law=law.title),
            words.say(f"scope_{law.record_scope or 'unknown'}"),
        ]
        if law.unread:
            sentences.append(words.say("unread"))
        if law.corrections or any(charge.corrections for charge in law.charges):
            sentences.append(words.say("corrected"))
        if self.texts is None:
            sentences.append(words.say("no_texts", law=law.title))
        return attrs.evolve(law, plain=tuple(sentences), charges=tuple(self.charge(charge) for charge in law.charges))

    def charge(self, charge: ToldCharge) -> ToldCharge:
        answers = sorted(
            (attrs.evolve(one, plain=self.answer(charge.charge_id, one)) for one in charge.determinations),
            key=lambda one: (_FIRST.index(one.status), not one.best),
        )
        return attrs.evolve(
            charge, plain=tuple(self.about(self.charges[charge.charge_id])), determinations=tuple(answers)
        )

    def about(self, charge: Charge) -> Iterator[str]:
        """The charge: what it is called, and how it ended."""
        words, offense, how = self.words, charge.offense, charge.disposition
        named = offense.citation or words.say("offense_unread")
        for form in ("attempt", "conspiracy", "solicitation"):
            if getattr(offense, form):
                named = words.offenses[form].format(offense=named)
        level = words.levels[offense.level or "unknown"]
        yield words.say("charge", charge=charge.charge_id, offense=named, level=level)
        day = (how.conviction_date if how.outcome == "convicted" else None) or how.date
        ended = words.outcomes[how.outcome or "unknown"]
        if day is not None and day.earliest == day.latest:
            ended += " " + words.say("ended_on", day=day_in_words(day.earliest, words))
        yield ended

    def answer(self, charge_id: str, one: ToldDetermination) -> PlainAnswer:
        """The answer for a charge and a remedy. What is closed or granted says no more than that, and why."""
        text = None if self.texts is None else self.texts.remedy(one.remedy)
        sentences = list(self.status(one))
        if (charge_id, one.remedy) in self.presumed:
            sentences.append(self.words.say("presumed"))
        if one.open:
            if text is None:
                sentences.append(self.words.say("no_text", title=one.title, citation=one.citation))
            sentences += self.further(one)
        return PlainAnswer(
            complete=text is not None,
            name=self.name(one.remedy, one.title),
            short=self.words.labels[f"eligible_{one.pathway}" if one.status == "eligible" else one.status],
            answer=tuple(sentences),
            does=text.does if text and one.open else "",
            who=text.who if text and one.status in ("eligible", "eligible_later") else "",
            next=self.next(one, text),
            questions=tuple(self.questions(one)),
        )

    def next(self, one: ToldDetermination, text: RemedyText | None) -> str:
        """What to do: where it is open whether anything can be had, to find that out, and nothing else."""
        words = self.words
        if not one.open:
            return ""
        if one.status == "undetermined":
            return words.say("find_first" if one.missing else "ask_lawyer")
        if text is None:
            return words.say("ask_lawyer")
        return words.say("when_time", next=text.next) if one.status == "eligible_later" else text.next

    def name(self, remedy: str, title: str) -> str:
        text: RemedyText | None = None if self.texts is None else self.texts.remedy(remedy)
        return title if text is None else text.name

    def status(self, one: ToldDetermination) -> Iterator[str]:
        words = self.words
        match one.status:
            case "eligible":
                yield words.statuses[f"eligible_{one.pathway}"]
            case "eligible_later" if one.eligible_on is None:
                yield words.statuses[f"later_{one.pathway}_open"]
                if one.eligible_on_earliest:
                    yield words.statuses["not_before"].format(day=day_in_words(one.eligible_on_earliest, words))
                yield words.statuses["day_open"]
            case "eligible_later":
                assert one.eligible_on is not None
                yield words.statuses[f"later_{one.pathway}"].format(day=day_in_words(one.eligible_on, words))
                if one.eligible_on_earliest and one.eligible_on_earliest != one.eligible_on:
                    yield words.statuses["perhaps_from"].format(day=day_in_words(one.eligible_on_earliest, words))
                yield words.statuses["later_condition"]
            case "undetermined":
                yield words.statuses["undetermined"]
                if one.missing:
                    yield words.statuses["fact_missing"]
                if one.unsettled:
                    yield words.statuses["law_open"]
                if not one.missing and not one.unsettled:
                    yield words.statuses["readings"]
                if one.not_before:
                    yield words.statuses["not_before"].format(day=day_in_words(one.not_before, words))
            case "ineligible":
                rules = dict.fromkeys(finding.citation for finding in one.findings if finding.decides)
                yield words.statuses["ineligible"]
                if rules:
                    yield words.statuses["rule"].format(citation=one.citation, rules="; ".join(rules))
                yield words.statuses["wrong_record"]
            case "granted":
                yield words.statuses["granted"]

    def further(self, one: ToldDetermination) -> Iterator[str]:
        """What else to know of an answer that leaves something to do."""
        words = self.words
        if one.status == "eligible":
            if one.grade:
                yield words.grades[one.grade]
            if one.best:
                yield words.say("best")
        if one.overdue_since:
            yield words.say("overdue", day=day_in_words(one.overdue_since, words))
        if one.outcome:
            named = [self.outcome(name) for name in one.outcome.split(" or ")]
            yield words.say("outcome" if len(named) == 1 else "outcomes", outcome=" ".join(named))
        if one.sequence:
            titles = {remedy.id: remedy.title for remedy in self.pack.all_versions(self.pack.policy())}
            steps = [self.name(id, titles.get(id, id)) for id in one.sequence.split(" > ")]
            yield words.say("sequence", first=steps[0], second=steps[-1])

    def outcome(self, name: str) -> str:
        return name if self.texts is None else self.texts.outcomes.get(name, name)

    def questions(self, one: ToldDetermination) -> Iterator[AskedPlainly]:
        asked = {each.fact: each for each in (*one.missing, *one.day_missing, *one.outcome_missing)}
        for each in asked.values():
            yield self.question(each)

    def question(self, asked: Asked) -> AskedPlainly:
        """The plain question for a fact; where there is none, the question of the pack, and that it is not plain."""
        words = self.words
        root, _, short = asked.fact.partition(".")
        name = f"{TABLE_OF.get(root, root)}.{short}" if short else f"open.{root}"
        own = {} if self.texts is None else self.texts.facts
        text: FactText | None = own.get(name) or words.facts.get(name)
        if text is None:
            return AskedPlainly(
                fact=asked.fact, ask=words.say("no_question", ask=asked.ask), where=words.places["lawyer"]
            )
        about = f" {words.say('other_charge')}" if root == "other" else ""
        return AskedPlainly(fact=asked.fact, ask=text.ask + about, where=words.places[text.where])
