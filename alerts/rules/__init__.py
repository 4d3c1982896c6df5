"""Stage 6: one kind of alert rule a file; the file name is the kind (contract: alerts/rule.py)."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def rule_kinds() -> list[str]:
    """Return the names of all kinds, by file."""
    return sorted(module.name for module in iter_modules(__path__))


@cache
def rule_module(kind: str) -> ModuleType:
    """Return the module of a kind."""
    return import_module(f"alerts.rules.{kind}")
