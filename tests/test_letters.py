"""Letters to the person: plain, in two languages, honest about what relief does not do, and nothing in them runs."""

from __future__ import annotations

import io
import stat
import string
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_up import COUNTY, LAW, MARK, alone, extract  # noqa: F401
from reading_level import grade

from recordrelief import cli
from recordrelief.delivery.letter_forms import FORMS, as_docx, as_html, as_text
from recordrelief.delivery.letters import Item, Letter, Section, letter_to, texts_of
from recordrelief.delivery.run_again import RunAgain
from recordrelief.errors import PackError, RequestError
from recordrelief.letter_texts import check_letter_texts, read_letter_texts
from recordrelief.plain_texts import LANGUAGES
from recordrelief.plugins import load
from recordrelief.runs import RunRequest, run

HARDEST = 8
EN = """\
check = "Ask {law} what it did by {day}."

[cautions.guns]
text = "This does not give back gun rights."
basis = "XX 9(a)"
remedies = ["xx-9"]

[cautions.travel]
text = "You may not be let in elsewhere."
basis = "question for counsel"
"""
ES = """\
check = "Pregunte a {law} qué hizo."

[cautions.guns]
text = "Esto no devuelve el derecho a tener armas."
basis = "XX 9(a)"
remedies = ["xx-9"]

[cautions.travel]
text = "Puede que no le dejen entrar en otros lugares."
basis = "question for counsel"
"""
RISKY = f"P1,<script>{MARK}</script> One,C1,XX 1,misdemeanor,convicted,AMBER,2010-02-03"
ROWS = (
    RISKY,
    f"P1,{MARK} One,C2,XX 1,,convicted,AMBER,2010-02-03",
    f"P1,{MARK} One,C3,XX 2,felony,convicted,AMBER,2010-02-03",
    f"P1,{MARK} One,C6,XX 1,,convicted,AMBER,2012-02-03",
    f"P2,{MARK} Two,C4,XX 2,felony,convicted,AMBER,2010-02-03",
    f"P3,{MARK} Three,C5,XX 1,misdemeanor,dismissed,AMBER,2010-02-03",
)


def made(tmp_path: Path, *, letters: bool = True, key: Path | None = None) -> RunAgain:
    (tmp_path / "letters").mkdir(exist_ok=True)
    if letters:
        (tmp_path / "letters" / "en.toml").write_text(EN, encoding="utf-8")
        (tmp_path / "letters" / "es.toml").write_text(ES, encoding="utf-8")
    law = tmp_path / "law_with_letters.py"
    law.write_text(
        f"""
import runpy
from pathlib import Path
import attrs
from recordrelief.letter_texts import read_letter_texts
from recordrelief.plugins import hookimpl
RECORDRELIEF_HOOK_API = 1
(PACK,) = runpy.run_path({str(LAW)!r})["recordrelief_statutes"]()
@hookimpl
def recordrelief_statutes():
    return [attrs.evolve(PACK, letters=read_letter_texts(Path({str(tmp_path / "letters")!r})))]
""",
        encoding="utf-8",
    )
    source, plugins = extract(tmp_path, *ROWS), [COUNTY, law]
    request = RunRequest(
        inputs=[source],
        statutes="xx",
        as_of="2020-07-01",
        plugins=plugins,
        out=tmp_path / "run",
        pseudonymize=key,
    )
    return RunAgain.of(run(request).directory, load(plugins), inputs=[source], key=key)


@pytest.fixture
def again(tmp_path: Path) -> RunAgain:
    return made(tmp_path)


def words(letter: Letter) -> str:
    return " ".join(as_text(letter).decode().split())


def test_a_letter_says_what_was_found_what_it_does_not_do_and_how_to_check(again: RunAgain) -> None:
    letter = letter_to(again, "P1")
    assert [section.heading for section in letter.sections] == [
        "Before you go on",
        "What you can ask for",
        "What we do not know yet",
        "What this does not do",
        "How to check",
        "If you need help",
    ]
    text = words(letter)
    for said in (
        "It is not legal advice.",
        "No lawyer has checked the rules",
        "Charge C1: XX 1",
        "you can ask for this now",
        "That is not a no.",
        "This does not give back gun rights. The rule is in XX 9(a).",
        "You may not be let in elsewhere. We do not know this for sure. Ask a lawyer",
        "Ask Xanadu what it did by July 1, 2020.",
        "Some of what is on your record is not in this letter.",  # C3 is closed
    ):
        assert said in text
    assert "C3" not in text


def test_the_same_questions_are_asked_once(again: RunAgain) -> None:
    (section,) = [one for one in letter_to(again, "P1").sections if one.heading == "What we do not know yet"]
    first, second = section.items
    questions = [text for label, text in first.said if label == "What to find out"]
    assert questions
    assert not [text for label, text in second.said if label == "What to find out"]
    assert second.said[-1][1].startswith("What we asked above")


def test_what_the_window_of_an_envelope_shows_is_a_name(again: RunAgain) -> None:
    first, *_ = as_text(letter_to(again, "P2")).decode().splitlines()
    assert first == f"{MARK} Two"
    body = as_html(letter_to(again, "P2")).decode().split("<main>", 1)[1].lstrip()
    assert body.startswith(f'<p class="name">{MARK} Two</p>')


def test_the_letter_is_written_in_spanish(again: RunAgain) -> None:
    text = words(letter_to(again, "P1", "es"))
    for said in (
        "Una carta sobre sus antecedentes",
        "Esto no devuelve",
        "La regla está en XX 9(a)",
        "Pregunte a Xanadu",
    ):
        assert said in text
    assert '<html lang="es">' in as_html(letter_to(again, "P1", "es")).decode()
    with pytest.raises(RequestError, match="no plain text in that language"):
        letter_to(again, "P1", "fr")


def test_a_pack_without_cautions_is_no_pack_without_limits(tmp_path: Path) -> None:
    text = words(letter_to(made(tmp_path, letters=False), "P1"))
    assert "We do not have notes yet on what the law of Xanadu leaves as it is. Ask a lawyer" in text


def test_where_there_is_nothing_it_says_so(again: RunAgain) -> None:
    text = words(letter_to(again, "P2"))
    assert "We found nothing on your record that you can ask for now. That may change." in text
    assert "gun" not in text  # nothing was found that could leave them as they are
    with pytest.raises(RequestError, match="nothing to write of"):
        letter_to(again, "P3")
    with pytest.raises(RequestError, match="no such subject"):
        letter_to(again, "P9")


def test_nothing_of_a_record_runs_in_the_page(again: RunAgain) -> None:
    page = as_html(letter_to(again, "P1")).decode()
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)

    Tags().feed(page)
    assert "script" not in tags
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page


def test_the_word_document_says_the_same_every_time(again: RunAgain) -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    letter = letter_to(again, "P1")
    document = as_docx(letter)
    assert document == as_docx(letter)
    with zipfile.ZipFile(io.BytesIO(document)) as book:
        text = book.read("word/document.xml").decode()
    for section in letter.sections:
        assert section.heading in text


def test_no_character_of_a_name_breaks_the_word_document() -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    odd = "A\x0bB\x01C"
    section = Section(heading=odd, sentences=(odd,), items=(Item(title=odd, said=((odd, odd),)),))
    letter = Letter(language="en", title=odd, name=odd, greeting=odd, opening=odd, sections=(section,))
    with zipfile.ZipFile(io.BytesIO(as_docx(letter))) as book:
        assert book.read("word/document.xml").decode().count("A B C") == 9


def test_a_pseudonymous_run_writes_to_the_person_with_its_key(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(9, 73)))
    again = made(tmp_path, key=key)
    shown = again.stored.determinations.filter(status="eligible")["subject_id"][0]
    assert shown.startswith("person-")
    assert "Charge C1: XX 1" in words(letter_to(again, shown))


@pytest.mark.parametrize("ending", sorted(FORMS))
def test_the_command_writes_each_form_for_its_owner_only(
    again: RunAgain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ending: str
) -> None:
    if ending == ".docx":
        pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        cli.main(["letter", "run", "--subject", "P1", "--out", f"letter{ending}"])
    out, err = capfd.readouterr()
    assert (left.value.code, err) == (0, "")
    assert MARK not in out
    assert stat.S_IMODE(Path(f"letter{ending}").stat().st_mode) == 0o600
    with pytest.raises(SystemExit) as left:
        cli.main(["letter", "run", "--subject", "P1", "--out", "letter.rtf"])
    assert left.value.code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_places(language: str) -> None:
    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    english, other = texts_of("en"), texts_of(language)
    assert list(english) == list(other)
    for name, text in other.items():
        assert text.strip()
        assert places(text) == places(english[name]), name


@pytest.mark.parametrize(("name", "text"), list(texts_of("en").items()))
def test_every_text_is_easy_to_read(name: str, text: str) -> None:
    assert grade(text) <= HARDEST, name


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{law}", "{laws}", r"en\.toml: check: A text names .*\{laws\}.*'law'"),
        ("gun rights.", "{gun}", r"en\.toml: cautions\.guns: A text names"),
        ("basis =", "basi =", r"cautions\.guns: There is no such option.*basis"),
        ('basis = "XX 9(a)"', 'basis = " "', "A caution has a basis"),
        ('basis = "XX 9(a)"\n', "", "A text is missing|value it does not take"),
        ("[cautions.guns]", "[cautions.guns", "not TOML"),
    ],
)
def test_texts_with_a_mistake_are_refused_when_they_are_read(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in EN
    (tmp_path / "en.toml").write_text(EN.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PackError, match=said):
        read_letter_texts(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[cautions.travel]", "[cautions.viaje]", "stands in one language and not in the other"),
        ("XX 9(a)", "XX 9(b)", "another basis"),
    ],
)
def test_the_languages_must_say_the_same(tmp_path: Path, before: str, after: str, said: str) -> None:
    (tmp_path / "en.toml").write_text(EN, encoding="utf-8")
    (tmp_path / "es.toml").write_text(ES, encoding="utf-8")
    check_letter_texts("xx", read_letter_texts(tmp_path), ["xx-9"])
    with pytest.raises(PackError, match=r"cautions\.guns: .*does not have.*Found: xx-9"):
        check_letter_texts("xx", read_letter_texts(tmp_path), ["xx-8"])
    (tmp_path / "es.toml").write_text(ES.replace(before, after), encoding="utf-8")
    with pytest.raises(PackError, match=said):
        check_letter_texts("xx", read_letter_texts(tmp_path), ["xx-9"])
