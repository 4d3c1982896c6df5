"""Kibana: the list of everything that staff find there. Rendered by `lens.py` and `classic.py`, checked by tests.

No panel divides by person, and none can: no data view holds such a field.
"""

from foundation.outcome import LEVELS
from kibana.panel import About, Bucket, Dashboard, Metric, Note, Panel, SavedSearch

POSTS, CASES_COUNT, ROUNDS = Metric("帖文"), Metric("案件"), Metric("轮次")
BY_LEVEL = Bucket("等级", queries=tuple((LEVELS[code], f"level_code: {code}") for code in (3, 2, 1, 0)))
HEARD_ON = Bucket("首次听到", "first_seen_at", by_day=True)
BY_LEAD = Bucket("牵头部门", "lead")
OPEN, OVERDUE = "is_open: true", "due_at < now and is_open: true"
NOTE = "时间按**首次听到**；案件不受时间范围影响。先救助的帖文与案件不在这里，也不在任何计数里。"


def _number(name: str, title: str, about: About, metric: Metric, query: str = "") -> Panel:
    """Return a small panel with one figure."""
    return Panel(name, title, "number", about, metric, query, width=12, height=6)


PATROL_TODAY = SavedSearch(
    "search-today", "今日巡查", "posts", "first_seen_at >= now-24h",
    ("title", "level", "category", "source_id", "departments", "review_state", "url"), "first_seen_at",
    "一天之内听到的全部帖文",
)  # fmt: skip
TO_REVIEW = SavedSearch(
    "search-to-review", "待研判", "posts", 'review_state: "待研判" and level_code >= 1',
    ("title", "level", "score", "reasons.title", "source_id", "case_no", "url"), "first_seen_at",
    "机器建议了等级、还没有人确认的帖文",
)  # fmt: skip
GRAVE = SavedSearch(
    "search-grave", "高等级", "posts", "level_code >= 2 and false_alarm: false",
    ("title", "level", "reasons.title", "event_title", "case_no", "departments", "url"), "first_seen_at",
    "重大与特别重大的帖文，误报除外",
)  # fmt: skip
DOUBTFUL = SavedSearch(
    "search-doubtful", "疑似误报", "posts",
    'false_alarm: true or (review_state: "待研判" and level_code >= 1 and relevance < 0.6)',
    ("title", "level", "relevance", "reasons.title", "review_state", "url"), "first_seen_at",
    "已判误报的，以及有等级但与本校相关度低的",
)  # fmt: skip
VANISHED = SavedSearch(
    "search-vanished", "帖文已消失", "posts", "vanished_at: *",
    ("title", "level", "vanished_at", "edited_at", "source_id", "case_no", "url"), "first_seen_at",
    "原页已经没有的帖文；文字留作证据，到期仍会抹去",
)  # fmt: skip
LATE_CASES = SavedSearch(
    "search-overdue", "逾期案件", "cases", OVERDUE,
    ("case_no", "title", "level", "state", "lead", "due_at", "due_rule", "steps"), "due_at",
    "还在办、最近时限已过的案件",
)  # fmt: skip
SEARCHES = (PATROL_TODAY, TO_REVIEW, GRAVE, DOUBTFUL, VANISHED, LATE_CASES)

OVERVIEW = Dashboard("overview", "总览", "听到多少、多重、谁在办", (
    Note("overview-note", "说明", NOTE),
    _number("heard", "新听到的帖文", "posts", POSTS),
    _number("grave", "重大以上的帖文", "posts", POSTS, "level_code >= 2"),
    _number("to-review", "待研判的帖文", "posts", POSTS, TO_REVIEW.query),
    _number("open-cases", "在办案件", "cases", CASES_COUNT, OPEN),
    Panel("by-level", "各等级声量", "bars", "posts", POSTS, "", (HEARD_ON, BY_LEVEL), width=32),
    Panel("by-source", "信源构成", "pie", "posts", POSTS, "", (Bucket("信源", "source_id", 12),), width=16),
    Panel("by-category", "类别", "rows", "posts", POSTS, "", (Bucket("类别", "category"),), width=16),
    Panel("by-department", "各部门的帖文", "rows", "posts", POSTS, "", (Bucket("责任部门", "departments"),), width=16),
    Panel("topics", "主题云", "words", "posts", POSTS, "", (Bucket("主题", "topics", 50),), width=16),
    Panel("topic-category", "主题与类别", "heatmap", "posts", POSTS, "",
          (Bucket("主题", "topics"), Bucket("类别", "category")), width=48),
    GRAVE,
))  # fmt: skip

DEADLINES = Dashboard("deadlines", "时限与逾期", "哪些案件要到期、已到期，依据哪一条", (
    _number("overdue", "已逾期案件", "cases", CASES_COUNT, OVERDUE),
    _number("due-soon", "两天内到期", "cases", CASES_COUNT,
          "due_at >= now and due_at < now+2d and is_open: true"),
    _number("in-triage", "待研判案件", "cases", CASES_COUNT, "provisional: true and is_open: true"),
    _number("found-late", "发现时已迟", "cases", CASES_COUNT, "late: true"),
    Panel("due-days", "到期日", "bars", "cases", CASES_COUNT, OPEN,
          (Bucket("到期日", "due_at", by_day=True), BY_LEVEL), width=32),
    Panel("was-overdue", "曾逾期的案件", "pie", "cases", CASES_COUNT, "was_overdue: true", (BY_LEVEL,), width=16),
    Panel("overdue-by-lead", "逾期在哪个部门", "rows", "cases", CASES_COUNT, OVERDUE, (BY_LEAD,)),
    Panel("due-rules", "按哪一条到期", "table", "cases", CASES_COUNT, OPEN, (Bucket("时限依据", "due_rule"),)),
    LATE_CASES,
))  # fmt: skip

SOURCES = Dashboard("sources", "信源健康", "该听的都听到了吗", (
    _number("rounds", "巡查轮次", "patrol", ROUNDS),
    _number("blocked", "没有听全的轮次", "patrol", ROUNDS, "blocked: true"),
    _number("alarms", "有异常的轮次", "patrol", ROUNDS, "alarm: *"),
    _number("new-posts", "新听到的条数", "patrol", Metric("新帖", "sum", "new"),
          "catching_up: false"),
    Panel("outcomes", "巡查结果", "bars", "patrol", ROUNDS, "",
          (Bucket("日期", "finished_at", by_day=True), Bucket("巡查结果", "outcome"))),
    Panel("new-by-source", "各信源新帖", "rows", "patrol", Metric("新帖", "sum", "new"), "catching_up: false",
          (Bucket("信源", "title"),)),
    Panel("unheard", "没有听全的信源", "table", "patrol", ROUNDS, "blocked: true",
          (Bucket("信源", "title"), Bucket("巡查结果", "outcome"))),
    Panel("alarmed", "异常的信源", "table", "patrol", ROUNDS, "alarm: *",
          (Bucket("信源", "title"), Bucket("信源异常", "alarm"))),
    Panel("seconds", "一轮用时", "rows", "patrol", Metric("平均秒数", "average", "seconds"), "",
          (Bucket("信源", "title"),), width=48),
))  # fmt: skip

EVENT = Bucket("事件", "event_title.whole", 10)
SPREAD = Dashboard("spread", "事件传播", "一件事从哪里来，传到哪里", (
    _number("events", "舆情事件", "posts", Metric("事件", "unique_count", "event_id")),
    _number("in-events", "归入事件的帖文", "posts", POSTS, "event_id: *"),
    _number("copies", "转载与重复", "posts", POSTS, 'outcome: "duplicate"'),
    _number("site-replies", "站方已回复", "posts", POSTS, "official_reply_at: *"),
    Panel("event-days", "事件逐日", "bars", "posts", POSTS, "event_id: *", (HEARD_ON, EVENT), width=32),
    Panel("event-sites", "传播站点", "pie", "posts", POSTS, "event_id: *", (Bucket("站点", "site", 12),), width=16),
    Panel("top-events", "事件榜", "table", "posts", POSTS, "event_id: *", (Bucket("事件", "event_title.whole"),)),
    Panel("most-copied", "转载最多", "rows", "posts", Metric("最多转载", "max", "copies"), "copies >= 1", (EVENT,)),
    Panel("answers", "逐日回复数", "bars", "posts", Metric("回复", "sum", "replies"), "", (HEARD_ON,), width=48),
))  # fmt: skip

DEPARTMENTS = Dashboard("departments", "部门办理", "按部门看，不按人看", (
    Panel("open-by-lead", "各部门在办", "rows", "cases", CASES_COUNT, OPEN, (BY_LEAD,)),
    Panel("done-by-lead", "各部门办结", "rows", "cases", CASES_COUNT, "is_open: false", (BY_LEAD,)),
    Panel("lead-state", "部门与环节", "heatmap", "cases", CASES_COUNT, OPEN,
          (BY_LEAD, Bucket("环节", "state")), width=48),
    Panel("answer-hours", "平均答复用时（小时）", "rows", "cases", Metric("小时", "average", "answer_hours"),
          "published_at: *", (BY_LEAD,)),
    Panel("median-hours", "答复用时中位数（小时）", "number", "cases", Metric("小时", "median", "answer_hours"),
          "published_at: *", width=12),
    Panel("hand-backs", "退办次数", "rows", "cases", Metric("退办", "sum", "hand_backs"), "hand_backs >= 1",
          (BY_LEAD,), width=12),
    Panel("late-by-lead", "曾逾期", "rows", "cases", CASES_COUNT, "was_overdue: true", (BY_LEAD,), width=16),
    Panel("assisting", "协办", "rows", "cases", CASES_COUNT, "", (Bucket("协办部门", "assisting"),), width=16),
    Panel("causes", "成因", "pie", "cases", CASES_COUNT, "cause: *", (Bucket("成因", "cause"),), width=16),
))  # fmt: skip

DASHBOARDS = (OVERVIEW, DEADLINES, SOURCES, SPREAD, DEPARTMENTS)
PANELS = tuple(part for board in DASHBOARDS for part in board.parts if isinstance(part, Panel))
