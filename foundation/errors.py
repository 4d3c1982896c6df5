"""Ground floor: every error of the product, and its fate.

HuiyinError           what happened, to which thing, what to do next
├── Stop              configuration or environment: the command ends with exit code 2
│   ├── ConfigError   a list of problems in the school's folder, each with file and line
│   └── LedgerUnusable  locked, full, unreadable, or of the other clock
├── Retry             temporary: the same work is tried again later
├── Quarantine        this post or page cannot be processed: kept with its reason, replayable
└── Refused           an act that is not allowed now; names the legal next acts
"""

import errno
from dataclasses import dataclass

REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EISDIR: "它是文件夹，不是文件",
    errno.ENOTDIR: "路径中间有一段是文件，不是文件夹",
    errno.EEXIST: "已经有同名的文件",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "同时打开的文件太多",
    errno.ENFILE: "同时打开的文件太多",
    errno.EAGAIN: "进程数或内存已到上限",
    errno.ENOMEM: "内存不够",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被别的程序占用",
}  # fmt: skip
LONGEST_THING = 200  # signs of a thing's name in a sentence: what was typed or pasted may be of any length


class HuiyinError(Exception):
    """Base of all errors that a person may read.

    Args:
        what: What happened, in Chinese, without a final stop.
        thing: Which thing it happened to (a file, a source, a case number …); never post text or a name.
        next_step: What the reader can do now.
    """

    exit_code = 1

    def __init__(self, what: str, thing: str, next_step: str) -> None:
        self.what = what
        self.thing = thing
        self.next_step = next_step
        shown = thing if len(thing) <= LONGEST_THING else f"{thing[:LONGEST_THING]}…"
        super().__init__(f"{what}：{shown}。{next_step}")


class Stop(HuiyinError):
    """Configuration or environment is wrong: nothing sensible can go on."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the school's folder: file, line (1-based, 0 unknown), what is wrong, what to write instead."""

    file: str
    line: int
    what: str
    hint: str

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{place}：{self.what}。{self.hint}"


class ConfigError(Stop):
    """The school's folder holds mistakes; `problems` lists all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        HuiyinError.__init__(
            self, f"学校配置有 {len(problems)} 处错误", problems[0].file, "请逐条改正后再运行 huiyin check"
        )

    def __str__(self) -> str:
        return "\n".join([f"学校配置有 {len(self.problems)} 处错误：", *(f"  {problem}" for problem in self.problems)])


class LedgerUnusable(Stop):
    """The ledger cannot be read or written now."""


class LedgerMissing(LedgerUnusable):
    """There is no ledger yet: nothing was ever applied here."""


class SchoolMissing(LedgerUnusable):
    """The ledger is there, but no version of a school was applied yet."""


class Retry(HuiyinError):
    """Temporary failure: the same work will be tried again."""


class Quarantine(HuiyinError):
    """This post or page cannot be processed; it is kept with the reason and can be replayed."""


class Refused(HuiyinError):
    """An act that is not allowed now, with the reason and the legal next acts."""


def reason_of(problem: OSError) -> str:
    """Return why a file could not be used, in Chinese; of what is rare the system's number."""
    number = problem.errno or 0
    return REASONS.get(number, f"系统错误 {number}")
