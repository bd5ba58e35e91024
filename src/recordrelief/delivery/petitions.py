"""A petition for one person: the charges it is about, and the court's own form filled in with what the record says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from recordrelief.citations import CitedOffense
from recordrelief.delivery import lists
from recordrelief.delivery.blank_forms import BlankForm, filled_form, wrapped
from recordrelief.delivery.names import all_names
from recordrelief.delivery.plain_pages import ROOM, plain_pages
from recordrelief.delivery.run_again import RunAgain
from recordrelief.determinations import determinations
from recordrelief.errors import CitationError, RequestError, nearest
from recordrelief.findings import Determination
from recordrelief.form_maps import Choice, FormMap, filled_in, in_row, places_of
from recordrelief.options import structured
from recordrelief.records import Records
from recordrelief.remedies import Pathway
from recordrelief.statutes import StatutePack
from recordrelief.wording import fact_means, joined_words, offense_words


@attrs.frozen(kw_only=True)
class Filer:
    """Who files, from a TOML file: an attorney, or the person themself."""

    name: str | None = None
    bar_number: str | None = None
    firm: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    represents: str | None = None

    @classmethod
    def of_file(cls, path: Path | None) -> Filer:
        """What a file says of who files; nothing without one.

        Raises:
            RequestError: there is no such file, or it has a key that there is not.
        """
        if path is None:
            return cls()
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RequestError(
                "The file of who files cannot be read.", where=str(path), found=type(error).__name__
            ) from None
        made: Filer = structured(cls, given, path.name)
        return made


@attrs.frozen(kw_only=True)
class PetitionRequest:
    """Which petition is asked for. ``attachment`` is the blank form for charges that do not fit."""

    subject_id: str
    form: str
    blank: Path
    charges: Sequence[str] = ()
    remedies: Sequence[str] = ()
    filer: Path | None = None
    attachment: Path | None = None
    allow_undetermined: bool = False


@attrs.frozen(kw_only=True)
class Petition:
    """A form filled in, and what is to be known of it: by the names of its fields, never by what stands in them."""

    content: bytes
    charges: tuple[str, ...]
    filled: int
    checked: tuple[str, ...]
    attached: tuple[str, ...]
    not_known: tuple[str, ...]
    unmapped: tuple[str, ...]
    left: Mapping[str, str]
    notes: tuple[str, ...]
    revision: str


@attrs.frozen(kw_only=True, eq=False)
class _Count:
    """One charge of the petition: what the law said of it, its row of the record and of its case."""

    asked: tuple[Determination, ...]
    also: frozenset[str]
    row: Mapping[str, Any]
    case: Mapping[str, Any]
    agencies: tuple[str, ...]
    sentence: str

    @property
    def first(self) -> Determination:
        return next((one for one in self.asked if one.best), self.asked[0])


def petition(again: RunAgain, request: PetitionRequest) -> Petition:
    """Fill in a court's form for one person.

    Raises:
        RequestError: a charge may not be petitioned for, or is open and that was not allowed; the charges are of
            several cases; the form is not the one that its field map is of.
    """
    pack, form = _form(again, request.form)
    blank = BlankForm.of_file(request.blank)
    _check_fields(form, blank)
    further = None
    if request.attachment is not None:
        if form.attachment is None:
            raise RequestError("The form has no attachment with a field map.", cure="Leave out --attachment.")
        further = BlankForm.of_file(request.attachment)
        _check_fields(pack.forms[form.attachment], further)
    records = again.records_of([again.subject_behind(request.subject_id)])
    if records.subjects.is_empty():
        raise RequestError("The run has no such subject.")
    counts = _counts(again, pack, form, request, records)
    return _Filling(
        pack, form, blank, further, _facts(form, counts, records, Filer.of_file(request.filer)), counts
    ).made()


def _form(again: RunAgain, id: str) -> tuple[StatutePack, FormMap]:
    known = {form: (pack, one) for pack in again.packs for form, one in pack.forms.items()}
    if id not in known:
        raise RequestError("No law of the run has a field map of that form.", found=id, cure=nearest(id, known))
    return known[id]


def _check_fields(form: FormMap, blank: BlankForm) -> None:
    gone = [name for name in form.fields() if name not in blank.fields]
    if form.rows is not None and form.rows.count is None:
        gone += [name for name in form.rows.text if not blank.numbers(name)]
    if gone:
        raise RequestError(
            f"The form lacks fields of its map (form {form.id}, revision {form.revision}).",
            found=", ".join(gone),
            cure="Take the form of that revision, or bring the map up to date.",
        )
    for choice in form.choices:
        states = blank.fields[choice.field].states
        if choice.on is not None and choice.value(states) is None:
            raise RequestError(
                f"A box of the form has not the value that its map checks (form {form.id}, revision {form.revision}).",
                where=choice.field,
                found=", ".join(states) or "no values: it is no check box",
                expected=choice.on,
            )


def _counts(
    again: RunAgain, pack: StatutePack, form: FormMap, request: PetitionRequest, records: Records
) -> tuple[_Count, ...]:
    """The charges of the petition, each surely to be petitioned for."""
    subject = records.subjects["subject_id"][0]
    screening = next((one for one in again.screened(records) if one.pack.id == pack.id), None)
    found = () if screening is None else determinations(screening, subject, facts=False)
    by_charge: dict[str, list[Determination]] = {}
    for one in found:
        by_charge.setdefault(one.charge_id, []).append(one)
    serves = set(form.remedies) or {one.remedy.id for one in found if one.remedy.pathway is Pathway.PETITION}
    again.remedies_named(request.remedies)
    if request.remedies:
        serves &= set(request.remedies)
    named = [again.charge_behind(id, records) for id in request.charges]
    for id, shown in zip(named, request.charges, strict=True):
        if id not in by_charge:
            raise RequestError("The run determined no such charge for that person.", found=shown)
    answers = {id: [one for one in by_charge[id] if one.remedy.id in serves] for id in (named or by_charge)}
    chosen: dict[str, tuple[Determination, ...]] = {}
    refused: list[str] = []
    for id, asked in answers.items():
        taken = tuple(one for one in asked if one.status == "eligible")
        if request.allow_undetermined and not taken:
            taken = tuple(one for one in asked if one.status == "undetermined")
        why = _why_not(asked, taken, pack, allowed=request.allow_undetermined)
        if why is None:
            chosen[id] = taken
        elif named or taken:
            refused.append(f"{id} ({why})")
    if refused:
        raise RequestError(
            "A petition is made only for what is eligible and leaves no question open.",
            found="; ".join(refused),
            cure="Find out what is missing (recordrelief settle), or add --allow-undetermined where only that is open.",
        )
    if not chosen:
        raise RequestError("The person has no charge that this form may be filed for.")
    rows = {row["charge_id"]: row for row in lists.agreed(records.charges, "charge_id").iter_rows(named=True)}
    cases = {row["case_id"]: row for row in lists.agreed(records.cases, "case_id").iter_rows(named=True)}
    of = {rows[id]["case_id"] for id in chosen}
    if len(of) > 1:
        raise RequestError(
            "A petition is about one case, and these charges are of several.",
            found="; ".join(
                ", ".join(id for id in chosen if rows[id]["case_id"] == case) for case in sorted(map(str, of))
            ),
            cure="Say which with --charge.",
        )
    told = {row["charge_id"]: row for row in lists.told_charges(records).iter_rows(named=True)}
    return tuple(
        _Count(
            asked=asked,
            also=frozenset(one.remedy.id for one in by_charge[id] if one.status == "eligible"),
            row=rows[id],
            case=cases.get(rows[id]["case_id"], {}),
            agencies=tuple(told[id]["agencies"] or ()),
            sentence=told[id]["sentence"] or "",
        )
        for id, asked in sorted(chosen.items(), key=lambda item: (rows[item[0]]["count_number"] or 0, item[0]))
    )


def _why_not(
    asked: Sequence[Determination], taken: Sequence[Determination], pack: StatutePack, *, allowed: bool
) -> str | None:
    """Why a charge cannot be petitioned for; None if it can."""
    if not asked:
        return "none of the remedies of this form is about it"
    if taken and allowed:
        return None
    if not taken:
        return joined_words([f"{one.remedy.id}: {_status(one, pack)}" for one in asked])
    open_ = [f"{one.remedy.id}: {_questions(one, pack)}" for one in taken if _questions(one, pack)]
    return joined_words(open_) if open_ else None


def _status(one: Determination, pack: StatutePack) -> str:
    asked = _questions(one, pack) if one.status == "undetermined" else ""
    return one.status.replace("_", " ") + (f", {asked}" if asked else "")


def _questions(one: Determination, pack: StatutePack) -> str:
    facts = dict.fromkeys((*one.missing, *one.outcome_missing))
    told = [f"not known: {fact_means(name, pack)}" for name in facts]
    return "; ".join([*told, *(f"the law is open: {point}" for point in one.unsettled)])


def _facts(form: FormMap, counts: Sequence[_Count], records: Records, filer: Filer) -> dict[str, str | None]:
    """What the texts of the map may name, as far as it is known."""
    person = lists.agreed(records.subjects, "subject_id").row(0, named=True)
    names = all_names(person["names"])
    case = counts[0].case
    numbers = [one["value"] for one in person["identifiers"] or () if one["kind"] == "sid"]
    filing = attrs.asdict(filer)
    if filing["name"] is None:
        filing["name"] = names[0] if names else None
    return {
        "subject.name": names[0] if names else None,
        "subject.aliases": "; ".join(names[1:]) or None,
        "subject.birth_date": _day(person, "birth_date", form),
        "subject.state_id": numbers[0] if numbers else None,
        "case.number": case.get("case_number"),
        "case.court": case.get("court"),
        "case.county": case.get("county") or counts[0].row["county"],
        "charges.citations": _all(offense_words(one.row) for one in counts),
        "charges.conviction_date": _all(_day(one.row, "conviction_date", form) for one in counts),
        "charges.arrest_date": _all(_day(one.row, "arrest_date", form) for one in counts),
        "charges.agencies": _all(agency for one in counts for agency in one.agencies),
        "charges.sentences": _all(one.sentence or None for one in counts),
        **{f"filer.{name}": value for name, value in filing.items()},
    }


def _all(texts: Iterable[str | None]) -> str | None:
    """Several texts, each once; None where one of them is not known."""
    told = list(dict.fromkeys(texts))
    return None if not told or None in told else "; ".join(one for one in told if one)


def _day(row: Mapping[str, Any], name: str, form: FormMap) -> str | None:
    first: date | None = row[name]
    return first.strftime(form.days) if first is not None and first == row[name + "_latest"] else None


def _row_facts(one: _Count, form: FormMap) -> dict[str, str | None]:
    row, code, section = one.row, None, None
    try:
        cited = None if row["citation"] is None else CitedOffense.parse(row["citation"])
    except CitationError:
        cited = None
    if cited is not None and len(cited.citations) == 1:
        code, _, section = str(cited.citations[0]).partition(" ")
    # An attempt is not the offense itself: its form is told with the section.
    forms = [form_ for form_ in ("attempt", "conspiracy", "solicitation") if row[form_]]
    return {
        "charge.citation": offense_words(row) if row["citation"] is not None else None,
        "charge.code": code,
        "charge.section": " ".join([section, *(f"({each})" for each in forms)]) if section else None,
        "charge.description": row["offense_text"] or row["charged_text"],
        "charge.level": row["level"],
        "charge.count": None if row["count_number"] is None else str(row["count_number"]),
        "charge.conviction_date": _day(row, "conviction_date", form),
        "charge.arrest_date": _day(row, "arrest_date", form),
        "charge.becomes": one.first.outcome,
        "charge.remedy": one.first.remedy.citation,
    }


def _meets(one: _Count, choice: Choice) -> bool:
    """Whether a charge meets all that a choice turns on."""
    row = one.row
    remedies = choice.when.get("remedy")
    asked = [each for each in one.asked if remedies is None or each.remedy.id in remedies]
    found: Mapping[str, frozenset[str]] = {
        "remedy": frozenset(each.remedy.id for each in asked),
        "also": one.also,
        "grade": frozenset(each.grade for each in asked if each.grade),
        "level": frozenset({row["level"]} if row["level"] else ()),
        "outcome": frozenset({row["outcome"]} if row["outcome"] else ()),
    }
    return all(
        _cites(row, wanted) if key == "section" else bool(found[key] & set(wanted))
        for key, wanted in choice.when.items()
    )


def _cites(row: Mapping[str, Any], wanted: Sequence[str]) -> bool:
    if row["citation"] is None:
        return False
    try:
        cited = CitedOffense.parse(row["citation"]).citations
        return any(CitedOffense.parse(text).citations[0].contains(one) for text in wanted for one in cited)
    except CitationError:
        return False


@attrs.define(eq=False)
class _Filling:
    """Fills one form; what does not fit goes to pages of its own."""

    pack: StatutePack
    form: FormMap
    blank: BlankForm
    further: BlankForm | None
    facts: dict[str, str | None]
    counts: tuple[_Count, ...]
    attached: dict[str, str] = attrs.field(factory=dict)
    not_known: list[str] = attrs.field(factory=list)

    def made(self) -> Petition:
        """The form, and what is to be known of it."""
        form = self.form
        texts, boxes = self._part(form, self.blank, self.counts)
        pages: list[bytes] = []
        rest = self.counts[len(self._rows(form, self.blank)) :] if form.rows is not None else ()
        if rest and self.further is not None and form.attachment is not None:
            other = self.pack.forms[form.attachment]
            room = len(self._rows(other, self.further))
            more, checked = self._part(other, self.further, rest[:room])
            pages.append(filled_form(self.further, more, checked, ()))
            rest = rest[room:]
        if rest or self.attached:
            pages.append(plain_pages(list(self._attachment(rest))))
        mapped = {*form.fields(), *texts, *boxes}
        return Petition(
            content=filled_form(self.blank, texts, boxes, pages),
            charges=tuple(one.row["charge_id"] for one in self.counts),
            filled=len(texts),
            checked=tuple(boxes),
            attached=(*self.attached, *(f"charge {one.row['charge_id']}" for one in rest)),
            not_known=tuple(dict.fromkeys(self.not_known)),
            unmapped=tuple(name for name in self.blank.fields if name not in mapped),
            left=form.left,
            notes=form.notes,
            revision=form.revision,
        )

    def _part(self, form: FormMap, blank: BlankForm, counts: Sequence[_Count]) -> tuple[dict[str, str], dict[str, str]]:
        texts: dict[str, str] = {}
        boxes: dict[str, str] = {}
        for name, text in form.text.items():
            self._put(texts, form, blank, name, filled_in(text, self.facts), text)
        for choice in form.choices:
            if any(_meets(one, choice) for one in counts):
                self._choose(texts, boxes, form, blank, choice, choice.field, self.facts)
        if form.rows is not None:
            for n, one in zip(self._rows(form, blank), counts, strict=False):
                values = self.facts | _row_facts(one, form)
                for name, text in form.rows.text.items():
                    self._put(texts, form, blank, in_row(name, n), filled_in(text, values), text)
                for choice in form.rows.choices:
                    if _meets(one, choice):
                        self._choose(texts, boxes, form, blank, choice, in_row(choice.field, n), values)
        return texts, boxes

    def _rows(self, form: FormMap, blank: BlankForm) -> tuple[int, ...]:
        rows = form.rows
        if rows is None:
            return ()
        if rows.count is None:
            return blank.numbers(next(iter(rows.text)))
        return tuple(range(rows.first, rows.first + rows.count))

    def _choose(
        self,
        texts: dict[str, str],
        boxes: dict[str, str],
        form: FormMap,
        blank: BlankForm,
        choice: Choice,
        name: str,
        values: Mapping[str, str | None],
    ) -> None:
        if choice.on is not None:
            boxes[name] = choice.value(blank.fields[name].states) or choice.on
        elif choice.text is not None:
            self._put(texts, form, blank, name, filled_in(choice.text, values), choice.text)

    def _put(
        self, texts: dict[str, str], form: FormMap, blank: BlankForm, name: str, value: str | None, text: str
    ) -> None:
        if value is None:
            self.not_known += [
                f"{name} ({place})" for place in places_of(text) if self.facts.get(place, "") is None
            ] or [name]
            return
        field = blank.fields[name]
        if field.fits(value):
            texts[name] = value
            return
        self.attached[name] = value
        # Where not even that fits, the page itself says which field it belongs to.
        if field.fits(form.see):
            texts[name] = form.see

    def _attachment(self, rest: Sequence[_Count]) -> Iterator[str]:
        facts = self.facts
        head = [f"Attachment to {self.form.id}, {self.form.title}"]
        head += [facts[name] or "" for name in ("subject.name", "case.number", "case.court") if facts[name]]
        for line in head:
            yield from wrapped(line, ROOM)
        yield ""
        for name, text in self.attached.items():
            yield from wrapped(f"Field {name}:", ROOM)
            for part in text.split("\n"):
                yield from wrapped(part, ROOM)
            yield ""
        if rest:
            yield from wrapped("Further charges of the petition:", ROOM)
        for one in rest:
            values = _row_facts(one, self.form)
            told = ("charge.count", "charge.citation", "charge.description", "charge.level", "charge.conviction_date")
            said = [value for name in told if (value := values[name])]
            yield from wrapped("Count " + ", ".join(said) if values["charge.count"] else ", ".join(said), ROOM)
