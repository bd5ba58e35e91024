"""What formats of one document a file share: a directory stands for the files in it."""

from __future__ import annotations

from pathlib import Path

from recordrelief.formats import expanded


def test_a_directory_stands_for_the_files_in_it(tmp_path: Path) -> None:
    inside = tmp_path / "sheets"
    (inside / "deeper").mkdir(parents=True)
    for name in ("b.txt", "a.pdf", ".hidden", "deeper/c.txt"):
        (inside / name).touch()
    alone = tmp_path / "alone.txt"
    alone.touch()
    assert expanded([alone, inside]) == (alone, inside / "a.pdf", inside / "b.txt")
