"""What a format's files are made of, as far as the proving kit must know it to make nasty ones of good ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from random import Random

import attrs

MARK = "Qxzmark-Vorbeck"
"""A text that stands for a person's: it may come out of a table, and never out of an error, a log or a reason."""


@attrs.frozen(kw_only=True)
class Nasty:
    """A nasty version of a file, and what must hold of it beside that each row is accounted for.

    ``rows`` are the data rows it has, where that is sure; ``same`` where it says just what the good file says; ``told``
    where something must be refused, set aside or noted; ``never`` are days that no reading of it may hold.
    """

    name: str
    content: bytes
    rows: int | None = None
    same: bool = False
    told: bool = False
    never: Collection[date] = ()


@attrs.frozen(kw_only=True)
class Delimited:
    """Delimited text, one row a line but for quoted line ends.

    Args:
        separator: what stands between cells.
        header: whether the first row names the columns.
        encoding: of the samples.
        dates: the columns that hold days, each with its format for ``strptime``: ``{"born": "%m/%d/%Y"}``.
        codes: the columns whose words a table of the format translates.
        any_order: whether the order of rows says nothing, so that they may be shuffled.
    """

    separator: str = ","
    header: bool = True
    encoding: str = "utf-8"
    dates: Mapping[str, str] = attrs.field(factory=dict)
    codes: Sequence[str] = ()
    any_order: bool = True

    def rows(self, content: bytes) -> tuple[list[str], list[list[str]]]:
        """The header (empty where there is none) and the rows of a file."""
        text = content.decode(self.encoding).removeprefix("\ufeff")
        read = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=self.separator) if row]
        return (read[0], read[1:]) if self.header else ([], read)

    def written(self, header: Sequence[str], rows: Sequence[Sequence[str]], *, end: str = "\n") -> bytes:
        """A file of these rows."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=self.separator, lineterminator=end)
        writer.writerows([header, *rows] if self.header else rows)
        return stream.getvalue().encode(self.encoding)

    def shuffled(self, content: bytes, seed: int) -> bytes | None:
        """The rows in another order; None where their order says something."""
        header, rows = self.rows(content)
        if not self.any_order:
            return None
        Random(seed).shuffle(rows)
        return self.written(header, rows)

    def marked(self, content: bytes) -> Iterator[tuple[str, bytes]]:
        """The file with a person's text in each column of one row in turn, and the name of the column."""
        header, rows = self.rows(content)
        place = len(rows) // 2
        for column in range(len(rows[place])) if rows else ():
            changed = [list(row) for row in rows]
            changed[place][column] = MARK
            yield (header[column] if header else str(column + 1)), self.written(header, changed)

    def grown(self, content: bytes, size: int) -> bytes:
        """A file at least so large, of the same rows again and again."""
        header, rows = self.rows(content)
        return self.written(header, rows * (size // max(len(content), 1) + 1)) if rows else content

    def nasties(self, content: bytes) -> Iterator[Nasty]:
        """The nasty inputs of the field."""
        header, rows = self.rows(content)
        many = len(rows)
        plain = self.written(header, rows)
        yield Nasty(name="a byte order mark", content="\ufeff".encode() + plain, rows=many, same=True)
        yield Nasty(name="Windows line ends", content=self.written(header, rows, end="\r\n"), rows=many, same=True)
        yield Nasty(name="no line end at the end", content=plain.rstrip(b"\r\n"), rows=many, same=True)
        yield Nasty(name="an empty file", content=b"", rows=0)
        if self.header:
            yield Nasty(name="a header alone", content=self.written(header, []), rows=0)
        if not rows:
            return
        letter = self._with(header, rows, "Ren\u00a4").replace("\u00a4".encode(self.encoding), b"\xe9")
        yield Nasty(name="a letter of cp1252", content=letter, rows=many)
        yield Nasty(name="a quoted line end", content=self._with(header, rows, "two\nlines"))
        unclosed = (self.separator.join(['"open', *rows[0][1:]]) + "\n").encode(self.encoding)
        above = self.written(header, []) if self.header else b""
        # It may cost its own row, and never the sound ones behind it.
        content = above + unclosed + plain.removeprefix(above)
        yield Nasty(name="a quote that is not closed", content=content, rows=many)
        yield Nasty(name="UTF-16", content=plain.decode(self.encoding).encode("utf-16"))
        yield Nasty(name="EBCDIC", content=plain.decode(self.encoding).encode("cp037", "replace"))
        yield Nasty(name="a NUL", content=self._with(header, rows, "a\x00b"), rows=many)
        yield Nasty(name="a cell of a megabyte", content=self._with(header, rows, "x" * 2**20), rows=many)
        yield Nasty(name="every row twice", content=self.written(header, [*rows, *rows]), rows=2 * many)
        yield Nasty(name="a row cut short", content=plain + rows[0][0].encode(self.encoding) + b"\n", rows=many + 1)
        if self.header:
            renamed = [*header[:-1], f"{header[-1]} renamed"]
            yield Nasty(name="the last column renamed", content=self.written(renamed, rows), rows=many)
            first = [f"{header[0]} renamed", *header[1:]]
            yield Nasty(name="the first column renamed", content=self.written(first, rows), rows=many, told=True)
        without = [row[1:] for row in rows]
        yield Nasty(name="the first column missing", content=self.written(header[1:], without), rows=many, told=True)
        yield Nasty(
            name="a column more", content=self.written([*header, "more"], [[*row, "x"] for row in rows]), rows=many
        )
        for column, form in self.dates.items():
            yield from self._days(header, rows, header.index(column) if self.header else int(column) - 1, form)
        for column in self.codes:
            at = header.index(column) if self.header else int(column) - 1
            changed = [[*row[:at], "a word nobody knows", *row[at + 1 :]] for row in rows]
            yield Nasty(name=f"a word nobody knows as {column}", content=self.written(header, changed), rows=many)

    def _days(self, header: list[str], rows: list[list[str]], at: int, form: str) -> Iterator[Nasty]:
        name = header[at] if header else str(at + 1)

        def put(text: str) -> bytes:
            return self.written(header, [[*row[:at], text, *row[at + 1 :]] for row in rows])

        leap = date(2016, 2, 29).strftime(form)
        none = date(2016, 2, 28).strftime(form).replace("28", "29").replace("2016", "2015")
        yield Nasty(name=f"29 February as {name}", content=put(leap), rows=len(rows))
        yield Nasty(
            name=f"29 February of no leap year as {name}",
            content=put(none),
            rows=len(rows),
            never=(date(2015, 2, 28), date(2015, 3, 1)),
        )
        if "%Y" in form:
            short = date(2016, 11, 8).strftime(form.replace("%Y", "%y"))
            yield Nasty(
                name=f"a year of two digits as {name}",
                content=put(short),
                rows=len(rows),
                never=(date(2016, 11, 8), date(1916, 11, 8), date(16, 11, 8)),
            )

    def _with(self, header: Sequence[str], rows: Sequence[Sequence[str]], text: str) -> bytes:
        """The file with a text in the last cell of its first row that holds any."""
        changed = [list(row) for row in rows]
        at = max((place for place, cell in enumerate(changed[0]) if cell), default=0)
        changed[0][at] = text
        return self.written(header, changed)


@attrs.frozen(kw_only=True)
class Lines:
    """Text line by line that is no table: a document a file, or a record a line (JSON lines), or XML.

    Args:
        encoding: of the samples.
        records: whether each line is a row of its own, so that lines may be shuffled and repeated.
    """

    encoding: str = "utf-8"
    records: bool = False

    def shuffled(self, content: bytes, seed: int) -> bytes | None:
        """The lines in another order; None where they are no records."""
        if not self.records:
            return None
        lines = self._lines(content)
        Random(seed).shuffle(lines)
        return self._joined(lines)

    def marked(self, content: bytes) -> Iterator[tuple[str, bytes]]:
        """The file with a person's text instead of each of some lines in turn, and which line."""
        lines = self._lines(content)
        for place in sorted({len(lines) * part // 8 for part in range(8)}) if lines else ():
            yield f"line {place + 1}", self._joined([*lines[:place], MARK, *lines[place + 1 :]])

    def grown(self, content: bytes, size: int) -> bytes:
        """A file at least so large, of the same lines again and again where they are records."""
        return content * (size // max(len(content), 1) + 1) if self.records else content

    def nasties(self, content: bytes) -> Iterator[Nasty]:
        """The nasty inputs of the field that are such whatever the lines say."""
        lines = self._lines(content)
        plain = self._joined(lines)
        many = len(lines) if self.records else None
        yield Nasty(name="a byte order mark", content="\ufeff".encode() + plain, rows=many, same=True)
        yield Nasty(name="Windows line ends", content=plain.replace(b"\n", b"\r\n"), rows=many, same=True)
        yield Nasty(name="no line end at the end", content=plain.rstrip(b"\n"), rows=many, same=True)
        yield Nasty(name="an empty file", content=b"")
        yield Nasty(name="UTF-16", content=plain.decode(self.encoding).encode("utf-16"))
        yield Nasty(name="EBCDIC", content=plain.decode(self.encoding).encode("cp037", "replace"))
        yield Nasty(name="a line of a megabyte", content=plain + b"x" * 2**20 + b"\n")
        yield Nasty(name="a letter of cp1252", content=plain.replace(b"a", b"\xe9", 1))
        yield Nasty(name="cut short in the middle", content=plain[: len(plain) // 2])
        yield Nasty(name="a byte that is none of text", content=plain[:20] + b"\x00\x01\x02" + plain[20:])
        if self.records:
            yield Nasty(name="every line twice", content=plain + plain, rows=2 * len(lines))
            yield Nasty(name="a line cut short", content=plain + lines[0][: len(lines[0]) // 2].encode(self.encoding))

    def _lines(self, content: bytes) -> list[str]:
        return content.decode(self.encoding).removeprefix("\ufeff").splitlines()

    def _joined(self, lines: Sequence[str]) -> bytes:
        return "".join(f"{line}\n" for line in lines).encode(self.encoding)


Text = Delimited | Lines
