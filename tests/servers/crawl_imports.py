"""What a round of any spider imports; imported once by the process from which `warm_rounds` forks."""

import pkgutil
from importlib import import_module
from pathlib import Path

import scrapy.downloadermiddlewares
import scrapy.extensions
import scrapy.spidermiddlewares
import scrapy_playwright.handler  # noqa: F401
import sqlalchemy.dialects.sqlite  # noqa: F401
import trafilatura  # noqa: F401

import crawler.run_round
import crawler.spiders
import pipelines
from foundation.school import School, SchoolFiles

for _package in (
    scrapy.downloadermiddlewares,
    scrapy.extensions,
    scrapy.spidermiddlewares,
    crawler.spiders,
    pipelines,
):
    for _module in pkgutil.iter_modules(_package.__path__, f"{_package.__name__}."):
        import_module(_module.name)
for _name in ("core.downloader.handlers.http11", "core.engine", "core.scraper", "pqueues", "squeues"):
    import_module(f"scrapy.{_name}")
School.from_files(SchoolFiles.from_folder(Path(__file__).parents[2] / "school"))  # what is parsed once stays parsed
