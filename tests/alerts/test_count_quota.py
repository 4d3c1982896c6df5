"""A provider's monthly quota: counted from what was accepted, told once at 80 %."""

from sqlalchemy import insert, select

from alerts.count_quota import sent_this_month, warn_quota
from foundation.school import School, SchoolFiles
from foundation.tables import fact, outbox


def _send(work, count, channel="dingtalk"):
    for number in range(count):
        known = {"dedupe_key": f"{channel}{number}", "kind": "due", "channel": channel, "recipient": "x", "payload": {}}
        times = {"not_before": work.at, "created_at": work.at, "sent_at": work.at}
        work.connection.execute(insert(outbox).values(**known, **times, state="sent"))


def test_eighty_percent_is_told_once_a_month(ledger, school, move_clock):
    settings = school.files.texts["huiyin.yaml"] + "  monthly_quota: {dingtalk: 10, wecom: 10}\n"
    school = School.from_files(SchoolFiles(school.files.texts | {"huiyin.yaml": settings}))
    with ledger.change() as work:
        _send(work, 7)
        before = warn_quota(work, school)
        work.connection.execute(insert(outbox).values(
            dedupe_key="one", kind="due", channel="dingtalk", recipient="x", payload={}, not_before=work.at,
            created_at=work.at, sent_at=work.at, state="sent",
        ))  # fmt: skip
        told, again = warn_quota(work, school), warn_quota(work, school)

    assert (before, told, again) == (0, 1, 0)
    with ledger.read() as connection:
        assert sent_this_month(connection, move_clock()) == {"dingtalk": 8}
        assert sent_this_month(connection, move_clock(days=40)) == {}
        assert connection.execute(select(fact.c.data).where(fact.c.kind == "quota.near")).scalar()["count"] == 8
