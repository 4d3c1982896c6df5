"""Stage 5: the table of acts as a page. `python -m cases.draw_acts > docs/acts.md`; a test keeps the page equal.

In: `transitions.TRANSITIONS`. Out: a mermaid diagram of the states and a table of every act, in Chinese.
"""

import sys

from cases.act_words import INPUTS
from cases.roles import ROLES
from cases.transitions import ADDRESSEE, STATES, TRANSITIONS, Transition

HEADER = """# 案件的状态与动作

由 `python -m cases.draw_acts > docs/acts.md` 从动作表（`cases/transitions.py`）生成，请勿手改。
每个动作是一条命令 `huiyin case 动作 案件号 --as 人员编号`，要写的用 `--名称`。
每个动作都可以加 `--if-version N`：案件已不是第 N 版（`huiyin case show` 写着）时拒绝，免得盖过别人刚办的。
不合时宜、身份不对、没写全的一律拒绝，并说出理由和现在可以做的。
时钟从不暂停：只有延期（extend）和说明（justify）。
公开答复的链接（publish、answer）当场打开一次，打不开就要写 `--reason`。
一天、七天、三十天、九十天后再各打开一次；隔一小时连着两次打不开，或页上的答复不见了，通知管理员与办公室一次。
留言板上看见了答复，只是提出一个事项（网上已见答复），由管理员核对后用 publish 确认；看见本身不停任何时钟。
留下的只有链接、时间、状态、页面与答复的 SHA-256，以及页上有没有学校的答复（“答复核对”）。
页面上的文字一个字也不留；学校自己的答复在案件里。

```mermaid
stateDiagram-v2
    direction LR
    [*] --> 研判: 发现、立案（机器）
"""
ONLY = {
    "": "",
    "provisional": "等级又变成机器的建议时",
    "graded": "等级已由人确认之后",
    "restricted": "只用于先救助案件",
    "appeal": "只用于一般等级的诉求",
    "confidential": "只用于已保密的案件",
    "open_to_all": "只用于普通案件",
}
TABLE = """```

| 动作 | 名称 | 在哪些状态 | 之后 | 谁 | 要写 | 可写 | 说明 |
|---|---|---|---|---|---|---|---|
"""
EVERYWHERE = "不改变状态"


def draw_acts() -> str:
    """Return docs/acts.md."""
    moves = [
        f"    {source} --> {line.to}: {line.title}"
        for line in TRANSITIONS
        for source in line.sources
        if line.to and line.to != source
    ]
    ends = [f"    {state} --> [*]" for state in STATES[-3:]]
    rows = [_row(line) for line in TRANSITIONS]
    return HEADER + "\n".join([*dict.fromkeys(moves), *ends]) + "\n" + TABLE + "\n".join(rows) + "\n"


def _row(line: Transition) -> str:
    sources = "、".join(line.sources) if len(line.sources) < len(STATES) else "全部"
    roles = "、".join("时限要报告的人" if role == ADDRESSEE else ROLES[role].title for role in line.roles)
    needs = "；".join(" 或 ".join(_option(word) for word in need.split("|")) for need in line.needs)
    takes = "；".join(_option(word) for word in line.takes)
    own = "、".join(INPUTS[name].partition("：")[0] for name in line.has if name in INPUTS)
    remark = "；".join(words for words in (ONLY[line.only], f"案件已有{own}" if own else "") if words)
    cells = (f"`{line.act}`", line.title, sources, line.to or EVERYWHERE, roles, needs, takes, remark)
    return f"| {' | '.join(cells)} |"


def _option(word: str) -> str:
    return f"`--{word.replace('_', '-')}` {INPUTS[word].partition('：')[0]}"


if __name__ == "__main__":
    sys.stdout.write(draw_acts())
