"""Stage 5: cases counted by one column, for reports: causes (Z1.5-3), ways of responding (Z8.8), natures, outcomes.

Help-first cases are counted nowhere (PRIVACY.md 5); nobody is counted by person.
"""

from sqlalchemy import Connection, func, select

from cases.case import case_file
from cases.policy import load_policy
from foundation.school import School


def count_cases(connection: Connection, school: School, column: str) -> dict[str, int]:
    """Return word → number of cases, the most frequent first; `column` is one of `huiyin case count`."""
    stored = case_file.c.level_code if column == "level" else case_file.c[column]
    query = select(stored, func.count()).where(~case_file.c.restricted).group_by(stored)
    counts = [(word, int(number)) for word, number in connection.execute(query)]
    policy = load_policy(school)
    names = {
        word: policy.level_name(word) if column == "level" else school.name_of(word) if column == "lead" else word
        for word, _ in counts
    }
    return {str(names[word]): number for word, number in sorted(counts, key=lambda pair: (-pair[1], str(pair[0])))}
