"""Demo: tells a person what happens. In: facts, messages, figures. Out: Chinese lines on the terminal."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from demo.collect_messages import Message
from demo.read_ledger import Row
from demo.read_story import STARTS_AT
from foundation.clock import SCHOOL_ZONE, at_school, for_people
from foundation.outcome import LEVELS, SOURCE_OUTCOME_TITLES, SourceOutcome

WEEKDAYS = "一二三四五六日"
LINES_SHOWN = 3
ACTS = {
    "case.confirmed": "研判确认",
    "case.assigned": "交办",
    "case.acknowledged": "签收",
    "case.replied": "回复",
    "case.closed": "办结归档",
}
STEPS = {"remind_50": "时限过半提醒", "remind_20": "时限将到提醒", "due": "时限已到"}
LADDER = ("remind_50", "remind_20", "due", "催办", "督办", "通报")
WORD_OF = {
    "remind_50": "请按时",
    "remind_20": "请按时",
    "due": "时限已到",
    "催办": "【催办】",
    "督办": "【督办】",
    "通报": "【通报草稿】",
}
ARRIVES = timedelta(hours=11)  # at the latest after its step: the quiet night, and a margin
CLIMBS = {"triage": "无人研判，向上提醒", "receipt": "无人签收，向上提醒"}


class Teller:
    """Prints the story day by day, with how far it is."""

    def __init__(self, ends_at: datetime) -> None:
        self._ends_at = ends_at
        self._day = 0

    def move_to(self, now: datetime) -> None:
        """Print a heading when a new day begins."""
        first = STARTS_AT.astimezone(SCHOOL_ZONE).date()
        today = at_school(now).date()
        day = (today - first).days + 1
        if day > self._day:
            self._day = day
            share = (now - STARTS_AT) / (self._ends_at - STARTS_AT)
            weekday = WEEKDAYS[today.weekday()]
            print(f"\n第 {day} 天　{today:%m月%d日} 星期{weekday}　（进度 {max(0.0, share):.0%}）", flush=True)

    def say(self, now: datetime, words: str) -> None:
        """Print one line with its virtual time."""
        print(f"  {at_school(now):%H:%M}　{words}", flush=True)

    def tell_facts(self, facts: Iterable[Row]) -> None:
        """Print what the ledger's facts say; quiet rounds stay quiet."""
        for fact in facts:
            words = describe_fact(fact)
            if words:
                self.say(datetime.fromisoformat(fact["at"]), words)


def describe_fact(fact: Row) -> str:
    """Return one Chinese line for a fact, empty for what nobody needs to read."""
    kind, subject, data = fact["kind"], fact["subject"], fact["data"]
    if kind == "case.opened":
        about = "（先救助，只告知心理老师）" if data["restricted"] else data["title"]
        return f"立案 {subject}【{LEVELS[data['level_code']]}】{about}"
    if kind == "timer.step":
        step = str(data["step"])
        climb, _, _desk = step.partition("_")
        words = STEPS.get(step) or CLIMBS.get(climb) or step
        return f"{words}：{subject}（{data['rule']}）"
    if kind == "rule.fired":
        return f"预警：{data['says']}"
    if kind == "round.finished":
        return _describe_round(subject, data)
    return f"{ACTS[kind]}：{subject}" if kind in ACTS else ""


def _describe_round(source: str, data: Row) -> str:
    outcome = SourceOutcome(data["outcome"])
    changes = (("new", "新"), ("edited", "改"), ("vanished", "删"))
    counts = "，".join(f"{word} {data[name]}" for name, word in changes if data.get(name))
    if outcome in (SourceOutcome.OK, SourceOutcome.NOTHING_NEW):
        return f"听 {source}：{counts}" if counts else ""
    return f"听 {source}：{SOURCE_OUTCOME_TITLES[outcome]}"


def show_messages(messages: list[Message]) -> None:
    """Print every received message: channel, recipient, title and first lines."""
    print(f"\n收到的消息（{len(messages)} 条）")
    for message in messages:
        channel = "邮件" if message.channel == "email" else "钉钉"
        print(f"  {for_people(message.at)} {channel} → {message.to}：{message.title}")
        lines = [line.strip() for line in message.text.splitlines() if line.strip() and message.title not in line]
        for line in lines[:LINES_SHOWN]:
            print(f"      {line}")


def show_ladder(facts: Iterable[Row], messages: list[Message]) -> None:
    """Print one clock in one piece, with the messages as received: reminder, due, 催办, 督办, 通报 draft.

    Args:
        facts: The ledger's facts; the first clock whose ladder was climbed to its end is shown.
        messages: What arrived, in order of time.
    """
    steps = [fact for fact in facts if fact["kind"] == "timer.step" and fact["data"]["step"] in LADDER]
    last = next((fact for fact in steps if fact["data"]["step"] == LADDER[-1]), None)
    if last is None:
        return
    case_no, timer = last["subject"], last["data"]["timer_id"]
    own = [fact for fact in steps if (fact["subject"], fact["data"]["timer_id"]) == (case_no, timer)]
    print(f"\n一件案件的时限，从提醒到通报草稿（{case_no}，{last['data']['rule']}）")
    for place, fact in enumerate(own):
        step, at = fact["data"]["step"], datetime.fromisoformat(fact["at"])
        later = [each["at"] for each in own[place + 1 :] if WORD_OF[each["data"]["step"]] == WORD_OF[step]]
        until = min([at + ARRIVES, *map(datetime.fromisoformat, later)])
        print(f"  {for_people(at)}　{STEPS.get(step, step)}")
        for message in messages:
            fits = case_no in message.title and WORD_OF[step] in message.title and fact["data"]["rule"] in message.text
            if fits and at <= message.at < until:
                channel = "邮件" if message.channel == "email" else "钉钉"
                print(f"    {channel} → {message.to}：{message.title}")


def show_search(words: str, output: str, limit: int = 6) -> None:
    """Print one search and its first lines."""
    lines = output.splitlines()
    print(f"\n$ huiyin search {words}")
    for line in lines[:limit]:
        print(f"  {line}")
    if len(lines) > limit:
        print(f"  ……（共 {len(lines)} 行）")


def duration_text(seconds: float) -> str:
    """Return real seconds as `2 分 05 秒`."""
    whole = timedelta(seconds=round(seconds))
    return f"{whole.seconds // 60} 分 {whole.seconds % 60:02d} 秒"
