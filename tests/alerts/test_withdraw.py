"""A case that becomes restricted takes its words back."""

from sqlalchemy import select

from alerts.outbox import send_pending
from alerts.withdraw import GONE
from cases.case import change_case, load_case
from foundation.tables import fact, outbox

TITLE = "二食堂晚餐有同学肚子疼"


def _open_then_restrict(ledger, school, *, send_first):
    with ledger.change() as work:
        work.tell("case.opened", "HY-2026-0001", event_id=1, level_code=1, title=TITLE)
        work.tell("rule.fired", "一小时三帖", event_id=1, level_code=1, to=["officer"], title=TITLE, window_at="w")
    if send_first:
        send_pending(ledger, school, "worker")
    with ledger.change() as work:
        change_case(work, load_case(work.connection, "HY-2026-0001"), restricted=True, title="")
        work.tell("case.opened", "HY-2026-0001", event_id=1, level_code=1, restricted=True, title="")


def test_what_waits_is_not_sent(ledger, school, new_case, dingtalk, mail_server):
    new_case()
    _open_then_restrict(ledger, school, send_first=False)

    send_pending(ledger, school, "worker")

    assert dingtalk.received == []
    assert [mail.recipients for mail in mail_server.received] == [("wen@yunlu.example",)]


def test_no_word_remains_in_outbox_and_facts(ledger, school, new_case, rows):
    new_case()
    _open_then_restrict(ledger, school, send_first=True)

    with ledger.read() as connection:
        kept = str(connection.execute(select(outbox.c.payload)).all()) + str(connection.execute(select(fact)).all())
    assert TITLE not in kept
    assert GONE in kept


def test_who_was_told_remains_known(ledger, school, new_case, rows):
    new_case()
    _open_then_restrict(ledger, school, send_first=True)

    assert [row.state for row in rows()] == ["sent"] * 5 + ["pending"]
    assert all(row.sent_at for row in rows()[:5])


def test_a_case_named_anew_takes_its_old_name_back(ledger, school, new_case, rows):
    """The post that named the case turned help-first and left; the case itself goes on under another name."""
    new_case()
    with ledger.change() as work:
        work.tell("case.opened", "HY-2026-0001", event_id=1, level_code=1, title=TITLE)
    with ledger.change() as work:
        change_case(work, load_case(work.connection, "HY-2026-0001"), title="另一帖的标题")
        work.tell("case.retitled", "HY-2026-0001", restricted=False)

    with ledger.read() as connection:
        kept = str(connection.execute(select(outbox.c.payload)).all()) + str(connection.execute(select(fact)).all())
    assert TITLE not in kept
