"""A mapping on the real dirt of a county's published export: every row accounted for, every word read or set aside."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import polars as pl
import pytest

from recordrelief.formats.mapping import read_mapped, read_mapping
from recordrelief.manifests import counted

pytestmark = pytest.mark.oracle

CENTURIES_AHEAD = {"7/8/2219 12:00:00 AM", "6/27/2219 12:00:00 AM", "11/25/2219 12:00:00 AM"}


def test_every_row_and_every_word_is_accounted_for(tmp_path: Path) -> None:
    folder = os.environ.get("RECORDRELIEF_REFERENCE")
    if not folder:
        pytest.skip("RECORDRELIEF_REFERENCE does not name the folder with the export")
    paths = []
    for name in ("dispositions.csv", "sentencing.csv"):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(gzip.decompress((Path(folder) / "data" / "cook-county" / f"{name}.gz").read_bytes()))
    found = read_mapped(read_mapping(Path(__file__).parent / "cook_county.toml"), paths)
    records = found.records
    counts = counted(records.quarantine, records.sources, "cook-county")
    assert all(count.source.rows == count.used + count.quarantined for count in counts)
    assert [count.source.rows for count in counts] == [20_234, 4_329]
    assert records.quarantine.is_empty()
    # Words are all told; what is left are days that cannot be.
    assert {one.text for one in found.unread} == CENTURIES_AHEAD
    assert records.charges.height == 20_234
    assert records.charges["charge_id"].is_unique().all()
    outcomes = dict(records.charges.group_by("outcome").len().iter_rows())
    assert outcomes == {
        "convicted": 4_388,
        "dismissed": 15_529,
        "acquitted": 177,
        "pending": 74,
        "transferred": 4,
        "prosecutor_rejected": 1,
        None: 61,
    }
    # Where the outcome is unknown its text is kept: not understood is not the same as not recorded.
    assert records.charges.filter(pl.col("outcome").is_null())["outcome_text"].null_count() == 0
    assert records.sentences.height == 4_329
    silent = records.sentences.filter(pl.col("kind").is_null())
    assert silent.height == 4
