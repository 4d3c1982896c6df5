"""Ground floor: one way to log. Lines go to stderr; they hold ids and counts, never post text or names."""

import logging
import os

LEVEL_VARIABLE = "HUIYIN_LOG"


def start_logging() -> None:
    """Log to stderr at `$HUIYIN_LOG` (default WARNING); libraries that print addresses with tokens stay quiet."""
    logging.basicConfig(
        level=os.environ.get(LEVEL_VARIABLE, "WARNING").upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    for noisy in ("urllib3", "apscheduler", "jieba", "playwright", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
