"""Files: text and PDF, directories, what cannot be read, and what is made to break the reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rap_sheets import END, HEADER, codes_of, records_of, text_of

import recordrelief as rr
from recordrelief.errors import RequestError, SourceError
from recordrelief.records import Records
from recordrelief_us_ca_rapsheet import files, pdf_text, reader
from recordrelief_us_ca_rapsheet.dice import Dice
from recordrelief_us_ca_rapsheet.files import REASONS
from recordrelief_us_ca_rapsheet.files import text_of as decoded
from recordrelief_us_ca_rapsheet.format import RapSheets
from recordrelief_us_ca_rapsheet.generate import invented_sheet
from recordrelief_us_ca_rapsheet.lines import LONGEST_LINE
from recordrelief_us_ca_rapsheet.pdf_text import PdfFault, PdfReader
from recordrelief_us_ca_rapsheet.reading import sheets_of
from recordrelief_us_ca_rapsheet.writing import printed, write_pdf

SHEET = text_of("* * * *\nCOURT:  NAM:01\n20020903  CASC STOCKTON\nCNT:01  #1\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n")


def _read(directory: Path, **contents: bytes) -> Records:
    """The records of a directory with these files, of which underscores are dots."""
    for name, content in contents.items():
        (directory / name.replace("_", ".")).write_bytes(content)
    return reader.read([directory])


def _faults(records: Records) -> dict[str, str]:
    return dict(records.quarantine.select("source_file", "code").iter_rows())


class TestPdf:
    @pytest.fixture(autouse=True)
    def _with_reportlab(self) -> None:
        pytest.importorskip("reportlab", reason="needs the extra pdf")

    @pytest.mark.parametrize("seed", range(6))
    def test_a_pdf_is_read_as_its_text(self, tmp_path: Path, seed: int) -> None:
        sheet = invented_sheet(Dice(seed), seed)
        write_pdf(sheet, tmp_path / "sheet.pdf", lines_a_page=30)
        with PdfReader() as pdf:
            pages = pdf.pages((tmp_path / "sheet.pdf").read_bytes())
        (read,) = sheets_of(pages)
        assert read == sheet
        assert not read.cuts

    def test_the_same_sheet_gives_the_same_bytes(self, tmp_path: Path) -> None:
        sheet = invented_sheet(Dice(1), 1)
        for name in ("one.pdf", "other.pdf"):
            write_pdf(sheet, tmp_path / name)
        assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "other.pdf").read_bytes()

    def test_a_page_that_shows_no_text_is_told(self, tmp_path: Path) -> None:
        from reportlab.pdfgen.canvas import Canvas

        lines = printed(invented_sheet(Dice(3), 3)).splitlines()
        canvas = Canvas(str(tmp_path / "sheet.pdf"))
        for page in (lines[:40], None, lines[40:]):
            if page is None:
                canvas.rect(10, 10, 300, 300, fill=1)
            else:
                text = canvas.beginText(36, 780)
                for line in page:
                    text.textLine(line)
                canvas.drawText(text)
            canvas.showPage()
        canvas.save()
        records = reader.read([tmp_path / "sheet.pdf"])
        assert "PAGE_WITHOUT_TEXT" in codes_of(records)
        (subject,) = records.to_subjects()
        assert subject.charges[-1].offense.citation is None or subject.must_register is None

    def test_only_images(self, tmp_path: Path) -> None:
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(str(tmp_path / "a.pdf"))
        canvas.rect(10, 10, 300, 300, fill=1)
        canvas.save()
        records = _read(tmp_path, b_txt=SHEET.encode())
        assert _faults(records) == {"a.pdf": "PDF_WITHOUT_TEXT"}

    def test_a_password(self, tmp_path: Path) -> None:
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(str(tmp_path / "a.pdf"), encrypt="secret")
        canvas.drawString(10, 10, "CII/A01234567")
        canvas.save()
        assert _faults(_read(tmp_path, b_txt=SHEET.encode())) == {"a.pdf": "PDF_LOCKED"}

    def test_too_many_pages(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_pdf(invented_sheet(Dice(2), 2), tmp_path / "a.pdf", lines_a_page=3)
        content = (tmp_path / "a.pdf").read_bytes()
        monkeypatch.setattr(pdf_text, "PAGES", 2)
        assert pdf_text.text_of(content) == "TOO_LARGE"
        monkeypatch.setattr(pdf_text, "PAGES", 1_000)
        monkeypatch.setattr(pdf_text, "CHARACTERS", 100)
        assert pdf_text.text_of(content) == "TOO_LARGE"

    @settings(max_examples=40)
    @given(st.data())
    def test_a_damaged_pdf_costs_only_itself(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        directory = tmp_path_factory.mktemp("pdf")
        write_pdf(invented_sheet(Dice(4), 4), directory / "a.pdf")
        content = bytearray((directory / "a.pdf").read_bytes())
        for _ in range(data.draw(st.integers(1, 30))):
            content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
        answer = pdf_text.text_of(bytes(content[: data.draw(st.integers(100, len(content)))]))
        assert isinstance(answer, list) or answer in REASONS


class TestTheProcessThatReadsPdfs:
    def test_it_dies_and_another_takes_its_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with PdfReader() as pdf:
            with pytest.raises(PdfFault, match="PDF_DAMAGED"):
                pdf.pages(b"%PDF-1.7 nothing")
            process = pdf._process
            assert process is not None
            process.kill()
            process.wait()
            with pytest.raises(PdfFault, match="PDF_DAMAGED"):
                pdf.pages(b"%PDF-1.7 nothing")
            assert pdf._process is not process

    def test_a_file_that_breaks_it_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf_text.sys, "executable", "/nonexistent/python")
        with PdfReader() as pdf, pytest.raises(PdfFault, match="PDF_GIVEN_UP"):
            pdf.pages(b"%PDF-1.7 nothing")

    def test_no_process_stays(self) -> None:
        with PdfReader() as pdf:
            with pytest.raises(PdfFault):
                pdf.pages(b"%PDF-1.7 nothing")
            process = pdf._process
        assert process is not None
        assert process.returncode is not None


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_encodings_and_line_endings(self, tmp_path: Path, encoding: str, ending: str) -> None:
        text = SHEET.replace("STOCKTON", "STÓCKTON").replace("\n", ending)
        records = _read(tmp_path, a_txt=text.encode(encoding))
        assert records.charges["county"].to_list() == ["SAN JOAQUIN"]

    def test_an_encoding_that_is_none_of_them(self) -> None:
        assert decoded(b"\xff\xfeA") == (None, "utf-16")
        assert decoded(b"A\x81\x8d")[1] == "cp1252"
        assert decoded(bytes(1_000)) == (None, "")

    def test_nul_bytes_are_blanks(self, tmp_path: Path) -> None:
        records = _read(tmp_path, a_txt=SHEET.replace("459 PC", "459\0PC").encode())
        assert records.charges["citation"].to_list() == ["PC 459"]

    def test_a_giant_line_is_not_looked_into_and_may_be_anything(self, tmp_path: Path) -> None:
        giant = "*DISPO:" + "CONVICTED " * 100_000
        records = records_of(tmp_path, SHEET.replace("*DISPO:CONVICTED", "*DISPO:CONVICTED\n\n" + giant))
        (charge,) = records.to_subjects()[0].charges
        assert charge.disposition.outcome is None
        assert any(relief.kind is None for relief in charge.reliefs)
        assert "LINE_UNREAD" in codes_of(records)
        assert len(giant) > LONGEST_LINE

    @pytest.mark.parametrize(
        "line",
        [
            "*" * 900,
            "- " * 450,
            "." * 900,
            "'" * 900,
            "A" * 900,
            "1" * 900,
            "(" * 900,
            "CNT:" * 200,
            "NAM:01 " * 120,
            "SEN: " + "1 YR " * 150,
            "D I S P O " * 90,
            "/A" * 450,
            "11357(A)" * 100,
            "COM: " + "CNT 01 " * 100,
        ],
    )
    def test_many_lines_made_to_take_long(self, tmp_path: Path, line: str) -> None:
        records_of(tmp_path, SHEET.replace("*DISPO:CONVICTED", "\n".join([line] * 300)))

    @settings(max_examples=60)
    @given(st.lists(st.text(max_size=80), max_size=30))
    def test_any_text_is_read_or_set_aside(self, lines: list[str]) -> None:
        sheets_of([HEADER + "* * * *\n" + "\n".join(lines) + "\n" + END])

    @settings(max_examples=60)
    @given(
        st.lists(st.sampled_from([*SHEET.split("\n"), "- - - -", "19990101", " DISPO:X", "   SEN: LIFE", "* *", ""]))
    )
    def test_any_order_of_lines_makes_records(self, lines: list[str]) -> None:
        from recordrelief.objects import tables_of
        from recordrelief_us_ca_rapsheet.issues import Issues
        from recordrelief_us_ca_rapsheet.people import subject_of

        for number, sheet in enumerate(sheets_of(["* * * *\n".join([HEADER, "\n".join(lines)])])):
            tables_of([subject_of(sheet, f"S{number}", "a.txt", Issues())])


class TestDirectories:
    def test_its_files_in_the_order_of_their_names(self, tmp_path: Path) -> None:
        other = SHEET.replace("A01234567", "A00000002")
        (tmp_path / "inside").mkdir()
        records = _read(tmp_path, b_txt=SHEET.encode(), a_txt=other.encode(), **{"_hidden": b"x"})
        assert records.subjects["subject_id"].to_list() == ["A00000002", "A01234567"]
        assert [source.name for source in records.sources] == ["a.txt", "b.txt"]
        assert records.quarantine.is_empty()

    def test_a_file_that_cannot_be_read_costs_only_itself(self, tmp_path: Path) -> None:
        records = _read(
            tmp_path,
            good_txt=SHEET.encode(),
            broken_pdf=b"%PDF-1.7\nQUILL,MARA",
            empty_txt=b"",
            zeros_bin=bytes(5_000),
            error_txt=b"RE: QHY\n** RECORD ERROR **\n",
            letter_txt=b"Dear Ms Quill,\n",
        )
        assert _faults(records) == {
            "broken.pdf": "PDF_DAMAGED",
            "empty.txt": "EMPTY",
            "zeros.bin": "NOT_TEXT",
            "error.txt": "RECORD_ERROR",
            "letter.txt": "NO_CYCLE",
        }
        assert records.charges.height == 1
        assert sum(source.rows for source in records.sources) == 6
        assert "Quill" not in str(records.quarantine["reason"].to_list())

    def test_a_reading_that_fails_all_the_same_costs_only_its_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(pages: list[str]) -> None:
            if "OTTER" in pages[0]:
                raise RuntimeError("OTTER, MARA")
            return sheets_of(pages)  # type: ignore[return-value]

        monkeypatch.setattr(files, "sheets_of", fails)
        records = _read(tmp_path, a_txt=SHEET.encode(), b_txt=SHEET.replace("QUILL", "OTTER").encode())
        assert _faults(records) == {"b.txt": "UNFORESEEN"}

    def test_a_file_that_is_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "LARGEST", 2_000)
        records = _read(tmp_path, a_txt=SHEET.encode(), b_txt=SHEET.encode() + b" " * 3_000)
        assert _faults(records) == {"b.txt": "TOO_LARGE"}

    def test_the_same_content_twice_is_read_once(self, tmp_path: Path) -> None:
        records = _read(tmp_path, a_txt=SHEET.encode(), b_txt=SHEET.encode())
        assert records.charges.height == 1
        assert [(source.rows, source.notes) for source in records.sources] == [
            (1, ()),
            (0, ("not read: the same content as a.txt",)),
        ]

    def test_but_not_where_both_were_named(self, tmp_path: Path) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text(SHEET)
        with pytest.raises(RequestError, match="same content"):
            reader.read([tmp_path / "a.txt", tmp_path / "b.txt"])

    def test_nothing_that_can_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="no file in the input"):
            reader.read([tmp_path])
        with pytest.raises(SourceError, match="No file of the input") as caught:
            _read(tmp_path, letter_txt=b"Dear Ms Quill,\n")
        assert "Quill" not in str(caught.value)


class TestTheFormat:
    def test_a_text_is_recognised(self) -> None:
        assert RapSheets().identify("a.txt", SHEET.encode())

    @pytest.mark.parametrize("head", [b"", b"%PDF-1.7", b"RECORD_ID,x", b"CII/A01234567\n", b"ARR/DET/CITE:\n"])
    def test_other_things_are_not(self, head: bytes) -> None:
        assert not RapSheets().identify("a.txt", head)
        assert not RapSheets().identify("directory/", SHEET.encode())

    def test_from_the_library(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(SHEET)
        assert rr.read(tmp_path / "a.txt").charges.height == 1
        assert rr.read(tmp_path, format="us-ca-rapsheet").charges.height == 1

    def test_a_file_that_could_not_be_read_is_nobody_s_in_an_explanation(self, tmp_path: Path) -> None:
        pytest.importorskip("recordrelief_us_ca", reason="screens by the law of California")
        records = _read(tmp_path, a_txt=SHEET.encode(), letter_txt=b"Dear Ms Quill,")
        screening = rr.screen(records, statutes="us-ca", as_of="2026-11-24")
        told = str(rr.explain(screening, "A01234567"))
        assert "may be about anyone, this person included: 1" in told
        assert "letter.txt" not in told

    def test_the_same_seed_gives_the_same_bytes(self, tmp_path: Path) -> None:
        sizes = []
        for name, people in (("a", 5), ("b", 5), ("c", 9)):
            sizes.append(RapSheets().generate(subjects=people, seed=3, out=tmp_path / name))
        few, again, more = ((tmp_path / name).read_bytes() for name in "abc")
        assert few == again
        assert more.startswith(few)
        records = rr.read(tmp_path / "c", format="us-ca-rapsheet")
        assert records.subjects.height == 9
        assert records.sources[0].rows == sizes[2]

    def test_there_is_at_least_one_subject(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError):
            RapSheets().generate(subjects=0, seed=1, out=tmp_path / "a")
