"""Ground floor: where code failed, in words that hold no text of any post."""

import traceback
from pathlib import Path


def code_place(problem: BaseException) -> str:
    """Return class and innermost code place of an exception, never its message (it may hold post text)."""
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if not frame.filename.startswith("<")]
    place = f" {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{place}"
