"""Fixtures of imports: an origin, and spreadsheets made by hand."""

import hashlib
import zipfile
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest

from crawler.imports.build_posts import Origin

NOW = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
SPACE = "http://schemas.openxmlformats.org"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{SPACE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{SPACE}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{SPACE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{SPACE}/spreadsheetml/2006/main" '
    f'xmlns:r="{SPACE}/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{SPACE}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{SPACE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def cell(value):
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


@pytest.fixture
def sheet(tmp_path):
    """Write rows as an XLSX file and return its bytes."""

    def write(*rows):
        path = tmp_path / "sheet.xlsx"
        lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        body = f'<worksheet xmlns="{SPACE}/spreadsheetml/2006/main"><sheetData>{lines}</sheetData></worksheet>'
        with zipfile.ZipFile(path, "w") as packed:
            for name, text in {**PARTS, "xl/worksheets/sheet1.xml": body}.items():
                packed.writestr(name, text)
        return path.read_bytes()

    return write


def short(name, site, at):
    return hashlib.sha256(f"{site}{name}{at.year}".encode()).hexdigest()[:16]


@pytest.fixture
def origin():
    """Rows of nobody's source."""
    return Origin("import", "weibo.com", "微博", "", short, NOW)
