from pipelines.default_school import UNITS, default_school
from pipelines.load_words import load_words


def test_the_built_in_school_has_the_twelve_competences_as_departments():
    departments = default_school().organisation.departments

    assert [unit.competences for unit in departments] == [[name] for name in UNITS]
    assert len(departments) == 12


def test_every_competence_has_words():
    words = load_words().words

    assert all(len(words[name]) > 20 for name in UNITS)
