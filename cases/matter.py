"""Stage 5: all cases of one matter, and whether its posts are 保密. A case in; its relatives out, or a yes or no.

Parts of a split case share their event; a merged case and the one that took it in share their matter. The posts belong
to all of them, so that one case that is still confidential hides them all.
"""

from sqlalchemy import Connection, or_, select

from cases.case import Case, case_file, cases_by_number, load_case


def cases_of_matter(connection: Connection, case: Case) -> list[Case]:
    """Return the case, its other parts and what was merged with any of them, oldest first."""
    found, before = [case], 0
    while len(found) > before:
        before = len(found)
        numbers = {each.case_no for each in found}
        related = or_(
            case_file.c.event_id.in_({each.event_id for each in found}),
            case_file.c.case_no.in_(numbers | {each.merged_into for each in found if each.merged_into}),
            case_file.c.merged_into.in_(numbers),
        )
        rows = connection.execute(select(case_file.c.case_no).where(related)).scalars().all()
        found = cases_by_number(connection, rows)
    return found


def hides_posts(connection: Connection, case: Case) -> bool:
    """Tell whether the posts of a case's matter may not be searched: one of its cases is confidential."""
    return any(each.confidential for each in cases_of_matter(connection, case))


def answering(connection: Connection, case: Case) -> Case:
    """Return the case that answers for this one: itself, or the one that took it in at last."""
    while case.merged_into:
        case = load_case(connection, case.merged_into)
    return case
