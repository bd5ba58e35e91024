"""The format of a county that does not exist: one line a charge, eight cells."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from recordrelief.errors import SourceError
from recordrelief.formats import Format
from recordrelief.model import Coverage
from recordrelief.plugins import hookimpl
from recordrelief.records import Records, SourceFile

RECORDRELIEF_HOOK_API = 1
COLUMNS = ("person", "name", "charge", "citation", "level", "outcome", "county", "day")


class MadeUpCounty(Format):
    id = "made-up-county"
    title = "Register of a county that does not exist"

    def identify(self, name: str, head: bytes) -> bool:
        return head.startswith(b"person,name,charge,")

    def read(self, paths: Sequence[Path]) -> Records:
        rows: list[dict[str, object]] = []
        bad: list[dict[str, object]] = []
        sources = []
        for path in paths:
            content = path.read_bytes()
            lines = content.decode().splitlines()[1:]
            if not lines:
                raise SourceError("The file has no row.", where=str(path))
            before = len(bad)
            for number, line in enumerate(lines, start=2):
                cells = line.split(",")
                place = {"source_file": path.name, "source_line": number}
                if len(cells) == len(COLUMNS):
                    rows.append(dict(zip(COLUMNS, cells, strict=True)) | place)
                else:
                    bad.append(place | {"code": "COLUMN_COUNT", "reason": "not eight cells", "subject_id": None})
            sources.append(
                SourceFile(
                    name=path.name,
                    path=str(path),
                    sha256=hashlib.sha256(content).hexdigest(),
                    bytes=len(content),
                    rows=len(lines),
                    quarantined=len(bad) - before,
                    encoding="utf-8",
                )
            )
        frame = pl.DataFrame(rows, schema_overrides={"source_line": pl.UInt32})
        day = pl.col("day").str.to_date(strict=False)
        text = {name: pl.when(pl.col(name) != "").then(pl.col(name)) for name in ("level", "outcome", "county")}
        return Records.of(
            {
                "subjects": frame.unique("person", keep="first", maintain_order=True).select(
                    pl.col("person").alias("subject_id"),
                    pl.concat_list(
                        pl.struct(
                            pl.lit(None, pl.String).alias("given"),
                            pl.lit(None, pl.String).alias("middle"),
                            pl.col("name").alias("family"),
                            pl.lit(None, pl.String).alias("suffix"),
                            pl.lit("primary").alias("kind"),
                        )
                    ).alias("names"),
                    pl.lit("state").alias("record_scope"),
                    "source_file",
                    "source_line",
                ),
                "charges": frame.select(
                    pl.col("charge").alias("charge_id"),
                    pl.col("person").alias("subject_id"),
                    "citation",
                    *(pl.lit(False).alias(name) for name in ("attempt", "conspiracy", "solicitation")),
                    text["level"].alias("level"),
                    text["outcome"].alias("outcome"),
                    text["county"].alias("county"),
                    day.alias("conviction_date"),
                    day.alias("conviction_date_latest"),
                    "source_file",
                    "source_line",
                ),
                "quarantine": pl.DataFrame(
                    bad,
                    schema={
                        "source_file": pl.String,
                        "source_line": pl.UInt32,
                        "code": pl.String,
                        "reason": pl.String,
                        "subject_id": pl.String,
                    },
                ),
            },
            coverage=Coverage(events={"death": "partial"}),
            sources=sources,
        )

    def generate(self, *, subjects: int, seed: int, out: Path) -> int:
        chance = random.Random(seed)
        lines = [
            f"P{number},Fictional {number},C{number},XX {chance.choice('12')},misdemeanor,convicted,AMBER,2010-01-01"
            for number in range(subjects)
        ]
        out.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
        return subjects


@hookimpl
def recordrelief_formats() -> Sequence[Format]:
    return [MadeUpCounty()]
