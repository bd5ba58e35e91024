"""Which charges a question is asked of: only where the remedy that asks it may apply."""

from __future__ import annotations

from datetime import date

from recordrelief.law import charge, history, other
from recordrelief.law import expressions as e
from recordrelief.law.rules import Rules

AS_OF = date(2020, 7, 1)
PRIOR = history.others.any(other.convicted & (other.judgment_date < charge.judgment_date))
HERE = charge.jurisdiction.is_("xx") & charge.convicted


def asked_of(*about: tuple[e.Test, e.Test]) -> list[str]:
    expressions = [one for pair in about for one in pair]
    question = next(node for node in PRIOR.walk() if isinstance(node, e.Quantified))
    return [str(test) for test in Rules(expressions, AS_OF, [(test, [own]) for test, own in about]).asked_of(question)]


def test_a_question_is_asked_of_the_charges_of_every_remedy_that_asks_it() -> None:
    there = charge.jurisdiction.is_("yy") & charge.convicted
    assert asked_of((HERE, ~PRIOR), (there, PRIOR & charge.victim_minor)) == [str(HERE), str(there)]


def test_what_a_question_would_tell_does_not_confine_another() -> None:
    asks = HERE & history.any(charge.weapon)
    assert asked_of((asks, PRIOR)) == [str(HERE)]


def test_a_question_in_the_applying_itself_is_asked_of_every_charge() -> None:
    assert asked_of((HERE & PRIOR, PRIOR)) == []


def test_a_question_inside_another_is_asked_of_every_charge() -> None:
    assert asked_of((HERE, PRIOR), (HERE, history.any(charge.convicted & PRIOR))) == []


def test_without_a_word_on_it_a_question_is_asked_of_every_charge() -> None:
    question = next(node for node in PRIOR.walk() if isinstance(node, e.Quantified))
    assert Rules([PRIOR], AS_OF).asked_of(question) == ()
