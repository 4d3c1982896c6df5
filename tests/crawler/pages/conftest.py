"""What every parser test needs: an instant, a pseudonym, and a way to call a parser."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.pages.parsed_page import ParsedPage


@pytest.fixture
def read() -> Callable[..., ParsedPage]:
    """Call a parser: `read(parser, html, url="…", options={…})`, authors become `P(name)`."""

    def call(
        parser: Callable[..., ParsedPage], html: str, url: str = "http://a.example/x", **values: Any
    ) -> ParsedPage:
        common = {"pseudonym": lambda name, at: f"P({name})", "options": {}, **values}
        return parser(html, url, datetime(2026, 10, 8, 4, tzinfo=UTC), **common)

    return call
