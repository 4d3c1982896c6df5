"""What each panel and saved search must show, said in plain Python: which records, in which groups, which figure."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any

from foundation.clock import at_school
from foundation.outcome import LEVELS
from kibana.panel import Bucket, Panel

Row = dict[str, Any]
Claim = Callable[[Row, datetime], bool]
TWO_DAYS, DAY = timedelta(days=2), timedelta(hours=24)


def everything(row: Row, now: datetime) -> bool:
    return True


def is_running(row: Row, now: datetime) -> bool:
    return row["is_open"]


def is_late(row: Row, now: datetime) -> bool:
    return row["is_open"] and row["due_at"] < now


def has_event(row: Row, now: datetime) -> bool:
    return row["event_id"] is not None


def waits_for_review(row: Row, now: datetime) -> bool:
    return row["review_state"] == "待研判" and row["level_code"] >= 1


def is_doubtful(row: Row, now: datetime) -> bool:
    return row["false_alarm"] or (waits_for_review(row, now) and row["relevance"] < 0.6)


SEARCHES: dict[str, Claim] = {
    "今日巡查": lambda row, now: row["first_seen_at"] >= now - DAY,
    "待研判": waits_for_review,
    "高等级": lambda row, _: row["level_code"] >= 2 and not row["false_alarm"],
    "疑似误报": is_doubtful,
    "帖文已消失": lambda row, _: row["vanished_at"] is not None,
    "逾期案件": is_late,
}
PANELS: dict[str, Claim] = {
    "新听到的帖文": everything,
    "重大以上的帖文": lambda row, _: row["level_code"] >= 2,
    "待研判的帖文": waits_for_review,
    "在办案件": is_running,
    "各等级声量": everything,
    "信源构成": everything,
    "类别": everything,
    "各部门的帖文": everything,
    "主题云": everything,
    "主题与类别": everything,
    "已逾期案件": is_late,
    "两天内到期": lambda row, now: row["is_open"] and now <= row["due_at"] < now + TWO_DAYS,
    "待研判案件": lambda row, _: row["is_open"] and row["provisional"],
    "发现时已迟": lambda row, _: row["late"],
    "到期日": is_running,
    "曾逾期的案件": lambda row, _: row["was_overdue"],
    "逾期在哪个部门": is_late,
    "按哪一条到期": is_running,
    "巡查轮次": everything,
    "没有听全的轮次": lambda row, _: row["blocked"],
    "有异常的轮次": lambda row, _: row["alarm"] != "",
    "新听到的条数": lambda row, _: not row["catching_up"],
    "巡查结果": everything,
    "各信源新帖": lambda row, _: not row["catching_up"],
    "没有听全的信源": lambda row, _: row["blocked"],
    "异常的信源": lambda row, _: row["alarm"] != "",
    "一轮用时": everything,
    "舆情事件": has_event,
    "归入事件的帖文": has_event,
    "转载与重复": lambda row, _: row["outcome"] == "duplicate",
    "站方已回复": lambda row, _: row["official_reply_at"] is not None,
    "事件逐日": has_event,
    "传播站点": has_event,
    "事件榜": has_event,
    "转载最多": lambda row, _: row["copies"] >= 1,
    "逐日回复数": everything,
    "各部门在办": is_running,
    "各部门办结": lambda row, _: not row["is_open"],
    "部门与环节": is_running,
    "平均答复用时（小时）": lambda row, _: row["published_at"] is not None,
    "答复用时中位数（小时）": lambda row, _: row["published_at"] is not None,
    "退办次数": lambda row, _: row["hand_backs"] >= 1,
    "曾逾期": lambda row, _: row["was_overdue"],
    "协办": everything,
    "成因": lambda row, _: row["cause"] != "",
}


def figures(panel: Panel, rows: list[Row], now: datetime) -> dict[tuple[str, ...], float]:
    """Return what the panel must show: keys of its groups → figure."""
    groups: dict[tuple[str, ...], list[Row]] = {} if panel.buckets else {(): []}
    for row in rows:
        if PANELS[panel.title](row, now):
            for key in keys_of(row, panel.buckets):
                groups.setdefault(key, []).append(row)
    return {key: measure(panel, members) for key, members in groups.items()}


def keys_of(row: Row, buckets: tuple[Bucket, ...]) -> Iterator[tuple[str, ...]]:
    if not buckets:
        yield ()
        return
    for first in keys_in(row, buckets[0]):
        for rest in keys_of(row, buckets[1:]):
            yield (first, *rest)


def keys_in(row: Row, bucket: Bucket) -> list[str]:
    if bucket.queries:
        return [LEVELS[row["level_code"]]]
    value = row[bucket.field.removesuffix(".whole")]
    if value in (None, "", (), []):
        return []
    if bucket.by_day:
        return [at_school(value).date().isoformat()]
    return list(value) if isinstance(value, tuple | list) else [str(value)]


def measure(panel: Panel, members: list[Row]) -> float:
    if panel.metric.operation == "count":
        return float(len(members))
    values = [row[panel.metric.field] for row in members if row[panel.metric.field] is not None]
    done = {"sum": sum, "max": max, "average": fmean, "median": median, "unique_count": lambda found: len(set(found))}
    return float(done[panel.metric.operation](values))
