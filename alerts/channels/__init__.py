"""Stage 6: one channel a file; the file name is the registry.

A module offers `Options`, `options_for(school, recipient) -> Options | None` and `Channel(options)` with
`send(message, now)` (contract: alerts/channel_answers.py). Options may carry `budget`, the name of a rate budget.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from foundation.config import nearest
from foundation.errors import Stop


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
