"""Ground floor: the closed lists of outcome words that all stages share."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of one post: each post ends in exactly one of these, counted and logged once."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"
    QUARANTINED = "quarantined"
    REFUSED_PRIVATE = "refused_private"
    NEEDS_EYES = "needs_eyes"


class SourceOutcome(StrEnum):
    """How a source's round ended; worse ones are later in `SEVERITY`."""

    OK = "ok"
    NOTHING_NEW = "nothing_new"
    PARTLY_BLOCKED = "partly_blocked"
    BLOCKED_BY_ROBOTS = "blocked_by_robots"
    LOGIN_REQUIRED = "login_required"
    RATE_LIMITED = "rate_limited"
    SITE_CLOSED = "site_closed"
    LAYOUT_CHANGED = "layout_changed"
    UNREACHABLE = "unreachable"
    NOT_ENABLED = "not_enabled"
    NEVER_RUN = "never_run"


class SourceAlarm(StrEnum):
    """What is wrong with a source although its rounds end well, or because none comes."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    STALE = "stale"


LEVELS = ("无", "一般", "重大", "特别重大")
SHOWS_HELP_FIRST = "shows_help_first"  # reason of a post that is restricted for the words of another that it shows
NOT_JUDGED = "待看"  # stands in place of a level where only pictures are: a person must look
REVIEW_STATES = ("待研判", "已确认", "误报", "不相关")
CATEGORIES = ("投诉", "意见", "建议", "咨询", "师德作风", "其他")
TOPICS = ("学校声誉", "教育教学", "学生管理", "校园安全", "师德师风")
OUTCOME_TITLES = {
    Outcome.STORED: "已收录",
    Outcome.DUPLICATE: "转载或重复",
    Outcome.NOT_OURS: "与本校无关",
    Outcome.QUARANTINED: "已隔离待重放",
    Outcome.REFUSED_PRIVATE: "涉隐私不收录",
    Outcome.NEEDS_EYES: "只有图片，待人看",
}
SOURCE_OUTCOME_TITLES = {
    SourceOutcome.OK: "正常",
    SourceOutcome.NOTHING_NEW: "没有新帖",
    SourceOutcome.PARTLY_BLOCKED: "部分被拒",
    SourceOutcome.BLOCKED_BY_ROBOTS: "robots 不允许",
    SourceOutcome.LOGIN_REQUIRED: "需要登录",
    SourceOutcome.RATE_LIMITED: "访问过快被限",
    SourceOutcome.SITE_CLOSED: "站点关闭",
    SourceOutcome.LAYOUT_CHANGED: "页面改版",
    SourceOutcome.UNREACHABLE: "连不上",
    SourceOutcome.NOT_ENABLED: "未启用",
    SourceOutcome.NEVER_RUN: "从未运行",
}
SOURCE_ALARM_TITLES = {
    SourceAlarm.TOO_FEW: "帖文少于预期",
    SourceAlarm.TOO_MANY: "帖文多于预期",
    SourceAlarm.STALE: "到期没有听到",
}
