"""Ground floor: one way to log. Lines go to stderr; they hold ids and counts, never post text, names or addresses."""

import logging
import os
import re

LEVEL_VARIABLE = "HUIYIN_LOG"
BEHIND_THE_SITE = re.compile(r"(https?://[^/\s<>'\"]+/)[^\s<>'\"]+")


class WithoutAddresses(logging.Formatter):
    """Leaves of an address only its site: what `huiyin forget` forgets, or a token, may stand behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, an exception's traceback included."""
        return BEHIND_THE_SITE.sub(r"\1…", super().format(record))


def start_logging() -> None:
    """Log to stderr at `$HUIYIN_LOG` (default WARNING); libraries that print addresses with tokens stay quiet."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutAddresses("%(asctime)s %(levelname)s %(name)s %(message)s"))
    level = os.environ.get(LEVEL_VARIABLE, "WARNING").upper()
    handler.setLevel(level)  # libraries open their own loggers for more
    logging.basicConfig(level=level, handlers=[handler])
    for noisy in ("urllib3", "apscheduler", "jieba", "playwright", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
