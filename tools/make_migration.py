"""Write the next file of `migrations/versions`: what turns the last revision's tables into those declared now.

    make migration M="cases know their tracker"

Makes an empty SQLite ledger, brings it to the last revision, and lets Alembic note the differences. Look at the file
before you commit it; data that must move is added by hand. When main has moved and holds the same number: delete your
file and run this again.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from sqlalchemy import create_engine

from foundation.revision import VERSIONS, head_revision
from huiyin.upgrade_ledger import alembic_config, upgrade_to
from huiyin.wiring import TABLES


def make(words: str) -> Path | None:
    """Write the file; return it, or None when nothing differs."""
    assert TABLES  # imported, so that the tables of all stages are declared
    number = f"{int(head_revision()) + 1:04d}"
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.sqlite3")
        with engine.begin() as connection:
            upgrade_to(connection, "head")
            config = alembic_config(connection)
            config.set_main_option("file_template", f"%%(rev)s_{name}")
            command.revision(config, words, autogenerate=True, rev_id=number)
        engine.dispose()
    written = VERSIONS / f"{number}_{name}.py"
    lines = written.read_text(encoding="utf-8").splitlines(keepends=True)
    written.write_text("".join(line for line in lines if "###" not in line), encoding="utf-8")
    if written.read_text(encoding="utf-8").count("    pass\n") == 2:  # noqa: PLR2004 neither way has anything to do
        written.unlink()
        return None
    for words_of_ruff in (("check", "--fix", "-q"), ("format", "-q")):
        subprocess.run([sys.executable, "-m", "ruff", *words_of_ruff, str(written)], check=True)  # noqa: S603
    return written


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():  # noqa: PLR2004 one sentence
        raise SystemExit('say what is different: make migration M="cases know their tracker"')
    made = make(sys.argv[1])
    print(f"written: {made}; look at it, then commit it with your change" if made else "nothing differs")
