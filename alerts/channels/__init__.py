"""Stage 6: one channel a file; the file name is the registry.

A module offers `Options`, `has_address(school, recipient)`, `options_for(school, recipient) -> Options | None` and
`Channel(options)` with `send(message, now)` (contract: alerts/channel_answers.py). `GROUP` says whether a whole chat
reads it, `USER_FIELD` which field of a person it calls by @, `BEST_EFFORT` that its success proves nothing. Options
may carry `budget`, the name of a rate budget. `RESULT_WITHIN` says that the provider knows only later whom a message
reached, and for how long it can be asked (`Channel.result`, alerts/ask_results.py).
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from foundation.config import nearest
from foundation.errors import Stop
from foundation.school import School

FIRST = ("email", "dingtalk")  # in this order, then the others by name


def channel_names() -> list[str]:
    """Return the names of all channels, by file."""
    return sorted(module.name for module in iter_modules(__path__))


@cache
def channel_module(name: str) -> ModuleType:
    """Return the module of a channel.

    Raises:
        Stop: There is no such file; lists the choices.
    """
    if name not in channel_names():
        near = nearest(name, channel_names())
        hint = f"是不是 {near}？" if near else f"可用的渠道：{'、'.join(channel_names())}"
        raise Stop("没有这个通知渠道", name, hint)
    return import_module(f"alerts.channels.{name}")


def channels_of(school: School, recipient: str) -> list[str]:
    """Return the channels on which the school names an address of a department or person; reads no secret."""
    names = sorted(channel_names(), key=lambda name: (name not in FIRST, name != FIRST[0], name))
    return [name for name in names if channel_module(name).has_address(school, recipient)]


def proving_channels(school: School, recipient: str) -> list[str]:
    """Return those of `channels_of` whose success means that the provider accepted the message."""
    return [name for name in channels_of(school, recipient) if not is_best_effort(name)]


def is_best_effort(name: str) -> bool:
    """Return whether a channel's success proves nothing."""
    return bool(getattr(channel_module(name), "BEST_EFFORT", False))


def is_group(name: str) -> bool:
    """Return whether a whole chat reads what this channel carries."""
    return bool(channel_module(name).GROUP)
