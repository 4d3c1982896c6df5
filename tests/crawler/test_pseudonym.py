"""Tests of the door: names become pseudonyms that link nothing across sites and years."""

from datetime import UTC, datetime

import pytest

from crawler.pseudonym import pseudonym

AT = datetime(2026, 10, 8, tzinfo=UTC)
SITE = "bbs.yunlu.example"


@pytest.mark.provision("Z2.9")
def test_the_name_does_not_stand_in_the_pseudonym(tmp_path):
    assert "松风" not in pseudonym("松风", SITE, AT, tmp_path)
    assert len(pseudonym("松风", SITE, AT, tmp_path)) == 16


def test_one_author_of_one_site_keeps_a_pseudonym_within_the_year(tmp_path):
    january = datetime(2026, 1, 2, tzinfo=UTC)

    assert pseudonym(" 松风 ", SITE, AT, tmp_path) == pseudonym("松风", SITE, january, tmp_path)


def test_sites_and_years_and_schools_are_not_linked(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    names = {
        pseudonym("松风", SITE, AT, tmp_path),
        pseudonym("松风", "weiyan.example", AT, tmp_path),
        pseudonym("松风", SITE, AT.replace(year=2027), tmp_path),
        pseudonym("松风", SITE, AT, other),
    }

    assert len(names) == 4


def test_the_year_turns_at_school_midnight(tmp_path):
    before = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    after = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert pseudonym("松风", SITE, before, tmp_path) != pseudonym("松风", SITE, after, tmp_path)


def test_no_name_has_no_pseudonym(tmp_path):
    assert pseudonym("  ", SITE, AT, tmp_path) == ""
