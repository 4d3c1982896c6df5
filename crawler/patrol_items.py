"""Stage 1: the one definition of what of a patrol round 巡查 is searchable. Mapping and data views are derived from it.

Neither the person who is responsible nor the terms that were asked for are among the fields.
"""

from crawler.items import About
from foundation.outcome import SourceOutcome

FIELDS = {
    "patrol_id": About("巡查号", "id", "每轮一号"),
    "source_id": About("信源", "keyword", "哪个信源"),
    "title": About("信源名称", "keyword", "当时的名称"),
    "started_at": About("开始时间", "date", "巡查"),
    "finished_at": About("结束时间", "date", "巡查"),
    "outcome": About("巡查结果", "keyword", "正常、被拒、改版……"),
    "blocked": About("没有听全", "boolean", "结果不是正常或没有新帖"),
    "alarm": About("信源异常", "keyword", "帖文过少、过多"),
    "new": About("新听到", "integer", "这一轮的新帖数"),
    "catching_up": About("首次补听", "boolean", "一次听到多年的，不算一天的量"),
    "seconds": About("用时（秒）", "float", "巡查"),
}
HEARD_WELL = (SourceOutcome.OK, SourceOutcome.NOTHING_NEW)
