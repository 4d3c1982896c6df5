"""Stage 6: one kind of threshold rule a file; the file name is the registry.

A module offers `TITLE`, `thresholds(school)` and the pure function `find(arrivals, new, threshold, fired_at)`.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def rule_modules() -> list[ModuleType]:
    """Return all kinds of rules, by file name."""
    return [import_module(f"alerts.rules.{name}") for name in sorted(module.name for module in iter_modules(__path__))]
