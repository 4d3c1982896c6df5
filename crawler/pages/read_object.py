"""Stage 1: objects that pages and scripts write. In: JSON, or what a script takes for it. Out: plain Python values.

Some portals answer with an object whose keys are not quoted and whose texts stand in single quotes: no JSON, but data.
Nothing is evaluated: the text is brought into JSON's form sign by sign.
"""

import json
import re
from typing import Any

_PARTS = re.compile(
    r"""(?P<double>"(?:[^"\\]|\\.)*")|(?P<single>'(?:[^'\\]|\\.)*')|(?P<word>[A-Za-z_$][\w$]*)|(?P<comma>,\s*(?=[}\]]))""",
    re.S,
)
_VALUES = {"true": "true", "false": "false", "null": "null", "undefined": "null", "NaN": "null"}
_LOST_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")


def read_object(text: str) -> Any:
    """Return the object or list in `text`, None when there is none that can be read.

    Args:
        text: Perhaps with an assignment or a call around the object (`var data = {…};`, `callback({…})`).
    """
    starts = [place for sign in "{[" if (place := text.find(sign)) >= 0]
    if not starts:
        return None
    inner = text[min(starts) : max(text.rfind("}"), text.rfind("]")) + 1]
    for written in (inner, _PARTS.sub(_as_json, inner)):
        try:
            return json.loads(written, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def value_at(data: Any, path: str) -> Any:
    """Return what stands at `a.b.c` in nested dictionaries, None when there is nothing."""
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _as_json(part: re.Match[str]) -> str:
    if part["double"]:
        return _LOST_ESCAPE.sub("", part["double"])
    if part["single"]:
        inner = part["single"][1:-1].replace("\\'", "'").replace('\\"', '"').replace('"', '\\"')
        return f'"{_LOST_ESCAPE.sub("", inner)}"'
    if part["word"]:
        return _VALUES.get(part["word"], f'"{part["word"]}"')
    return ""
