"""A petition for one person: the court's own form, filled in with what the record says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from recordrelief.delivery import lists
from recordrelief.delivery.blank_forms import BlankForm, filled_form, wrapped
from recordrelief.delivery.petition_charges import Asked, counts_of
from recordrelief.delivery.petition_facts import Count, Filer, applies, facts_of, facts_of_row, meets
from recordrelief.delivery.plain_pages import ROOM, can_be_set, plain_pages
from recordrelief.delivery.run_again import RunAgain
from recordrelief.errors import RequestError, nearest
from recordrelief.form_maps import Choice, FormMap, Rows, filled_in, in_row, places_of
from recordrelief.statutes import StatutePack


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
    """A form filled in, and what is to be known of it: by the names of its fields, never by what stands in them.

    ``unsure`` are fields with letters that the form may not show. ``unused`` is what is known of who files and has no
    field in the map.
    """

    content: bytes
    charges: tuple[str, ...]
    filled: int
    checked: tuple[str, ...]
    attached: tuple[str, ...]
    not_known: tuple[str, ...]
    unmapped: tuple[str, ...]
    unsure: tuple[str, ...]
    unused: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    left: Mapping[str, str]
    notes: tuple[str, ...]
    revision: str


def petition(again: RunAgain, request: PetitionRequest) -> Petition:
    """Fill in a court's form for one person.

    Raises:
        RequestError: the record says that the person has died; a charge may not be petitioned for, or is open and that
            was not allowed; the charges are of several cases; the form is not the one that its field map is of, or not
            that of the county.
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
    if lists.agreed(records.subjects, "subject_id")["deceased"][0]:
        raise RequestError("The record says that the person has died: no petition is filled in for them.")
    asked = Asked(charges=request.charges, remedies=request.remedies, undetermined=request.allow_undetermined)
    counts, left_out = counts_of(again, pack, form, asked, records)
    filer = Filer.of_file(request.filer)
    facts = facts_of(form, counts, records, filer)
    _check_county(form, facts["case.county"])
    known = [name for name, value in attrs.asdict(filer).items() if value is not None]
    unused = tuple(name for name in known if f"filer.{name}" not in form.used())
    return attrs.evolve(_Filling(pack, form, blank, further, facts, counts).made(), left_out=left_out, unused=unused)


def _form(again: RunAgain, id: str) -> tuple[StatutePack, FormMap]:
    known = {form: (pack, one) for pack in again.packs for form, one in pack.forms.items()}
    if id not in known:
        raise RequestError("No law of the run has a field map of that form.", found=id, cure=nearest(id, known))
    return known[id]


def _check_county(form: FormMap, county: str | None) -> None:
    for other in form.not_counties:
        if county is not None and other.casefold() == county.strip().casefold():
            raise RequestError(
                f"The form is not that of the county (form {form.id}, revision {form.revision}).",
                found=other,
                cure="Take the county's own form.",
            )


def _check_fields(form: FormMap, blank: BlankForm) -> None:
    rows = form.rows
    gone = [name for name in form.fields() if name not in blank.fields]
    if rows is not None and rows.count is None:
        # The first field of a row tells how many there are: the other fields must be there for each of them.
        first, *others = rows.patterns()
        numbers = blank.numbers(first)
        gone += [in_row(name, n) for n in numbers for name in others if in_row(name, n) not in blank.fields]
        gone += [] if numbers else [first]
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


@attrs.define(eq=False)
class _Filling:
    """Fills one form; what does not fit goes to pages of its own."""

    pack: StatutePack
    form: FormMap
    blank: BlankForm
    further: BlankForm | None
    facts: dict[str, str | None]
    counts: tuple[Count, ...]
    attached: dict[str, str] = attrs.field(factory=dict)
    not_known: list[str] = attrs.field(factory=list)
    unsure: list[str] = attrs.field(factory=list)

    def made(self) -> Petition:
        """The form, and what is to be known of it."""
        form = self.form
        rest: tuple[Count, ...] = ()
        if self._lists(form.rows):
            room = len(self._rows(form, self.blank))
            rest = tuple(attrs.evolve(one, place="attached") for one in self.counts[room:])
            self.counts = (*self.counts[:room], *rest)
        texts, boxes = self._part(form, self.blank, self.counts)
        pages: list[bytes] = []
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
            unsure=tuple(dict.fromkeys(self.unsure)),
            unmapped=tuple(name for name in self.blank.fields if name not in mapped),
            left=form.left,
            notes=form.notes,
            revision=form.revision,
        )

    def _part(self, form: FormMap, blank: BlankForm, counts: Sequence[Count]) -> tuple[dict[str, str], dict[str, str]]:
        texts: dict[str, str] = {}
        boxes: dict[str, str] = {}
        for name, text in form.text.items():
            self._put(texts, form, blank, name, filled_in(text, self.facts), text)
        for choice in form.choices:
            if applies(choice, self.counts):
                self._choose(texts, boxes, form, blank, choice, choice.field, self.facts)
        if form.rows is not None and self._lists(form.rows):
            for n, one in zip(self._rows(form, blank), counts, strict=False):
                values = self.facts | facts_of_row(one, form)
                for name, text in form.rows.text.items():
                    self._put(texts, form, blank, in_row(name, n), filled_in(text, values), text)
                for choice in form.rows.choices:
                    if applies(choice, [one]):
                        self._choose(texts, boxes, form, blank, choice, in_row(choice.field, n), values)
        return texts, boxes

    def _lists(self, rows: Rows | None) -> bool:
        """Whether the charges are listed at all."""
        return rows is not None and (not rows.when or any(meets(one, rows.when) for one in self.counts))

    def _rows(self, form: FormMap, blank: BlankForm) -> tuple[int, ...]:
        rows = form.rows
        if rows is None:
            return ()
        if rows.count is None:
            return blank.numbers(rows.patterns()[0])
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
        if not can_be_set(value):
            self.unsure.append(name)
        field = blank.fields[name]
        if field.fits(value):
            texts[name] = value
            return
        self.attached[name] = value
        # Where not even that fits, the page itself says which field it belongs to.
        if field.fits(form.see):
            texts[name] = form.see

    def _attachment(self, rest: Sequence[Count]) -> Iterator[str]:
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
            values = facts_of_row(one, self.form)
            told = ("charge.count", "charge.citation", "charge.description", "charge.level", "charge.conviction_date")
            said = [value for name in told if (value := values[name])]
            yield from wrapped("Count " + ", ".join(said) if values["charge.count"] else ", ".join(said), ROOM)
            for choice in self.form.rows.choices if self.form.rows else ():
                if applies(choice, [one]):
                    said_of = "yes" if choice.text is None else filled_in(choice.text, self.facts | values)
                    yield from wrapped(f"{choice.label or choice.field}: {said_of or ''}", ROOM)
