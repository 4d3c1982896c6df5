"""Tests of the bundle: what is written, and what a check says of a folder that is none."""

from pathlib import Path

import pytest

from cases.bundle import Bundle, check_bundle, write_bundle
from foundation.errors import Refused


def test_a_bundle_is_written_into_its_own_folder_and_never_over_another(tmp_path: Path) -> None:
    bundle = Bundle("HY-2026-0001", {"a.md": b"words"}, ())
    place = write_bundle(bundle, tmp_path / "2026")

    assert (place / "a.md").read_bytes() == b"words"
    assert [path.name for path in place.parent.iterdir()] == ["HY-2026-0001"]
    with pytest.raises(Refused, match="不会覆盖"):
        write_bundle(bundle, tmp_path / "2026")


def test_a_half_written_folder_of_a_crash_is_made_whole(tmp_path: Path) -> None:
    part = tmp_path / ".HY-2026-0001.part"
    part.mkdir()
    (part / "a.md").write_bytes(b"wo")
    (part / "stale.md").write_bytes(b"of another day")
    place = write_bundle(Bundle("HY-2026-0001", {"a.md": b"words"}, ()), tmp_path)

    assert {path.name: path.read_bytes() for path in place.iterdir()} == {"a.md": b"words"}


@pytest.mark.parametrize("words", ["", "[]", "{}", '{"files": [1]}', '{"files": {"name": 1}}'])
def test_a_manifest_that_says_nothing_proves_nothing(tmp_path: Path, words: str) -> None:
    (tmp_path / "manifest.json").write_text(words)

    with pytest.raises(Refused, match="读不到案卷的清单"):
        check_bundle(tmp_path)


def test_a_name_that_leads_out_of_the_folder_is_missing_not_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"files": [{"name": "../secret", "sha256": "0"}]}')

    assert "少了 ../secret" in check_bundle(tmp_path)
