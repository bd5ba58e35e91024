"""The forms of an explanation: golden texts of one person, the schema, the page as a page, hostile texts."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest
from made_up.law import recordrelief_statutes
from test_cli import SCREEN, Run, command  # noqa: F401  (a fixture)

import recordrelief as rr
from recordrelief.errors import RequestError
from recordrelief.model import Source
from recordrelief.outlines import joined
from recordrelief.plain_texts import PlainTexts, RemedyText
from recordrelief.renderings import FORMS, form
from recordrelief.renderings.documents import SCHEMA, document, json_schema
from recordrelief.screening import Screening
from recordrelief.statutes import StatutePack
from recordrelief.testing.golden import assert_golden
from recordrelief.wording import is_correction

GOLDEN = Path(__file__).parent / "golden"
(XANADU,) = recordrelief_statutes()
PLAIN = attrs.evolve(
    XANADU,
    plain={
        "en": PlainTexts(
            remedies={
                "xx-9": RemedyText(
                    name="Clear a hum", does="The hum is gone.", who="You ask.", next="Go to the court of Xanadu."
                )
            },
            outcomes={"dismissed": "The hum would be gone."},
        ),
        "es": PlainTexts(
            remedies={
                "xx-9": RemedyText(
                    name="Limpiar un zumbido", does="El zumbido ya no está.", who="Usted pide.", next="Vaya a la corte."
                )
            },
            outcomes={"dismissed": "El zumbido ya no estaría."},
        ),
    },
)
CORRECTED = "level changed by A. Example on 2026-01-02: The order says so (correction 1, overlay.yaml:1); was felony"


def charge(id: str, citation: str | None, level: str | None, day: str | None, line: int, *notes: str) -> rr.Charge:
    return rr.Charge(
        charge_id=id,
        jurisdiction="xx",
        offense=rr.Offense(citation=citation, level=level, attempt=False, conspiracy=False, solicitation=False),
        disposition=rr.Disposition(outcome="convicted", conviction_date=day),
        source=Source(file="made-up.csv", line=line, notes=notes),
    )


PERSON = rr.Subject(
    subject_id="P1",
    birth_date="1980",
    record_scope="county",
    charges=[
        charge("C1", "XX 1", "misdemeanor", "2010-02-03", 2, "read from a stain", CORRECTED),
        charge("C2", "XX 1", "misdemeanor", "2019-11-20", 3),
        charge("C3", "XX 2", "felony", "2011-05-06", 4),
        charge("C4", "XX 1", None, "2012", 5),
    ],
)


def screened(person: rr.Subject = PERSON, pack: StatutePack = PLAIN) -> Screening:
    return rr.screen(rr.Records.from_subjects([person]), statutes=pack, as_of="2020-07-01")


def explanation(person: rr.Subject = PERSON, pack: StatutePack = PLAIN) -> rr.Explanation:
    return rr.explain(screened(person, pack), person.subject_id)


@pytest.mark.parametrize(("name", "ending"), [("tree", "txt"), ("markdown", "md"), ("html", "html"), ("json", "json")])
@pytest.mark.parametrize("language", [None, "en", "es"])
def test_one_person_in_each_form(name: str, ending: str, language: str | None, request: pytest.FixtureRequest) -> None:
    told = explanation() if language is None else explanation().plain(language)
    file = GOLDEN / f"explanation{'' if language is None else f'-plain-{language}'}.{ending}"
    assert_golden(form(name)(told.outline).rstrip("\n") + "\n", file, request.config)


def test_the_methods_are_the_forms() -> None:
    told = explanation()
    made = {"tree": told.text(), "markdown": told.markdown(), "html": told.html(), "json": told.json()}
    assert made == {name: one(told.outline) for name, one in FORMS.items()}
    with pytest.raises(RequestError, match=r"no such form.*'html'"):
        form("htm")


def closed(schema: Any) -> Any:
    """The schema with nothing allowed that it does not name."""
    if isinstance(schema, dict):
        more = {"additionalProperties": False} if "properties" in schema else {}
        return {key: closed(value) for key, value in schema.items()} | more
    return [closed(one) for one in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("language", [None, "en", "es"])
def test_json_keeps_to_its_schema_and_has_no_key_beside(language: str | None) -> None:
    told = explanation() if language is None else explanation().plain(language)
    given = json.loads(told.json())
    assert given["schema"] == SCHEMA == json_schema()["$id"]
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.Draft202012Validator(closed(json_schema())).validate(given)
    charges = given["laws"][0]["charges"]
    assert [one["determinations"][0]["status"] for one in charges] == [
        "eligible",
        "eligible_later",
        "ineligible",
        "undetermined",
    ]
    assert [one["determinations"][0]["plain"] is None for one in charges] == [language is None] * 4


def test_every_field_is_described_and_always_stands() -> None:
    def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield schema
        yield from schema["$defs"].values()

    for one in objects(json_schema()):
        assert list(one["properties"]) == one["required"]
        assert all(each["description"].endswith(".") for each in one["properties"].values())


def test_json_carries_facts_lines_and_what_is_missing() -> None:
    charges = document(explanation().outline)["laws"][0]["charges"]
    first, later, closed_, open_ = (one["determinations"][0] for one in charges)
    (offense,) = [one for one in first["findings"] if one["id"] == "9.1"]
    assert offense["citation"] == "(a)"
    assert [one["value"] for one in offense["facts"]] == ["yes"]
    assert later["eligible_on"] == "2020-11-21"
    assert closed_["deciding"] == ["9.1", "9.2"]
    assert [one["fact"] for one in open_["missing"]] == ["charge.level"]


def test_corrections_stand_apart_from_other_notes() -> None:
    told = document(explanation().outline)["laws"][0]["charges"][0]
    assert (told["notes"], told["corrections"]) == (["read from a stain"], [CORRECTED])
    assert is_correction(CORRECTED) and not is_correction("read from a stain")
    assert "Some facts here were put right by hand." in explanation().plain().text()
    assert CORRECTED in explanation().text()


HOSTILE = "<script>alert('x')</script> & \"quoted\" | [a](javascript:x) `code`\n# head\x00\x1b[31m"


def _hostile() -> rr.Subject:
    charges = [
        attrs.evolve(one, charge_id=f"{HOSTILE}{n}", source=Source(file=HOSTILE, line=n, notes=(HOSTILE,)))
        for n, one in enumerate(PERSON.charges)
    ]
    return attrs.evolve(PERSON, subject_id=HOSTILE, charges=charges)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onclick", "style"}


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("language", [None, "en", "es"])
def test_the_page_is_well_formed_accessible_and_needs_nothing_else(language: str | None, hostile: bool) -> None:
    told = explanation(_hostile() if hostile else PERSON)
    page = (told if language is None else told.plain(language)).html()
    root = ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))  # any parser of XML reads it too
    assert root.get("lang") == (language or "en")
    assert root.find("./head/title").text  # type: ignore[union-attr]
    assert len(root.findall(".//h1")) == 1
    levels = [int(one.tag[1]) for one in root.iter() if re.fullmatch("h[1-6]", one.tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    tables = root.findall(".//table")
    assert tables
    for table in tables:
        assert table.find("caption") is not None
        assert all(one.get("scope") == "col" for one in table.findall("./thead/tr/th"))
        assert all(row.find("th").get("scope") == "row" for row in table.findall("./tbody/tr"))  # type: ignore[union-attr]
    assert "script" not in {one.tag for one in root.iter()}
    assert not re.search(r"https?:|url\(|@import", page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    reader = _Tags()
    reader.feed(page)
    assert set(reader.tags) <= {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "strong", "section"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li"),
    }


@pytest.mark.parametrize("language", [None, "en", "es"])
def test_nothing_of_a_record_is_markup_in_markdown(language: str | None) -> None:
    told = explanation(_hostile())
    text = (told if language is None else told.plain(language)).markdown()
    assert not re.search(r"(?<!\\)<script", text)
    assert not re.search(r"(?<!\\)\[a", text)
    assert "\n# head" not in text
    assert "\x1b" not in text
    heads = re.findall(r"^#+ ", text, re.MULTILINE)
    assert heads.count("# ") == 1
    for row in re.findall(r"^\|.*$", text, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) == (7 if language is None else 3)


def test_several_laws_are_one_document() -> None:
    one = explanation().outline
    both = joined([one, one])
    assert [law.statutes for law in both.laws] == ["xx", "xx"]
    jsonschema.validate(document(both), json_schema())
    for made in FORMS.values():
        assert made(both)


def test_the_command_line_has_every_form(command: Run, tmp_path: Path) -> None:  # noqa: F811
    ask = ("explain", "run", "--subject", "P1")
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    code, out, _ = command(*ask, "--as", "json")
    assert code == 0
    jsonschema.validate(json.loads(out), json_schema())
    code, out, err = command(*ask, "--as", "html", "--out", "page.html", "--voice", "plain", "--language", "es")
    assert code == 0, err
    page = Path("page.html")
    assert '<html lang="es">' in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o077 == 0
    assert command(*ask, "--as", "html", "--out", "page.html")[0] == 2
    assert command(*ask, "--as", "html", "--out", "page.html", "--force")[0] == 0
    for wrong in (("--as", "pdf"), ("--voice", "loud"), ("--language", "es"), ("--voice", "plain", "--language", "fr")):
        code, _, err = command(*ask, *wrong)
        assert code == 2
        assert err.startswith("Error: ")
