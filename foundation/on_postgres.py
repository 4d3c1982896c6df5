"""Ground floor: a ledger on PostgreSQL that behaves as one on SQLite does, so that the stages know no difference.

Address in, engine out. One writer at a time (an advisory lock: numbers, chain and leases rely on it), readers see one
state, booleans are 0 and 1, and hand-written SQL with `?` is the same for both.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import URL, Boolean, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.compiler import compiles

from foundation.errors import LedgerUnusable, Stop

DRIVER = "postgresql+psycopg"
WRITERS = 0x687569796E  # key of the lock that a writer holds until it commits; locks are apart for each database
SORTS_BY_CODE_POINT = ("C", "POSIX", "C.UTF-8", "C.utf8")
EXPLAINED = (  # PostgreSQL's words → what happened, what to do next
    (("lock timeout",), "账本被另一个程序占用", "确认没有别的程序长时间占着它再重试"),
    (("No space left", "could not extend file"), "磁盘已满，账本写不进去", "腾出空间后会自动继续；已存的内容没有丢失"),
    (
        ("password", "authentication", "no pg_hba.conf entry", 'role "'),
        "账本数据库不认这个账号",
        "检查账号与密码（PGPASSFILE）",
    ),
    (("permission denied",), "账号在账本数据库里的权限不够", "让这个账号成为数据库的所有者"),
    (
        ('database "',),
        "没有这个账本数据库",
        "请管理员建库：CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
    ),
    (("does not exist",), "账本还没有建好", "先运行 huiyin apply 学校文件夹"),
    (
        ("connection", "connect", "terminating", "resolve", "closed"),
        "连不上账本数据库",
        "检查地址、网络与数据库是否在运行；已提交的内容没有丢失，恢复后会自动继续",
    ),
)


@compiles(Boolean, "postgresql")
def _store_as_number(_kind: Boolean, _compiler: Any, **_options: Any) -> str:
    return "SMALLINT"


def postgres_engine(address: URL, busy_seconds: int) -> Engine:
    """Return the engine for an address `postgresql://…`; nothing is asked yet.

    Raises:
        Stop: The driver is not installed.
    """
    try:
        engine = create_engine(
            address.set(drivername=DRIVER),
            connect_args={"connect_timeout": 10, "options": f"-c lock_timeout={busy_seconds * 1000} -c timezone=UTC"},
            hide_parameters=True,  # an error's words reach logs: no post text in them
            execution_options={"preserve_rowcount": True},  # also of an INSERT … ON CONFLICT
            pool_pre_ping=True,  # a database that was restarted is spoken to again
        )
    except ModuleNotFoundError as problem:
        raise Stop("没有安装 PostgreSQL 的驱动", "psycopg", "运行 pip install 'huiyin[postgres]'") from problem
    engine.dialect.supports_native_boolean = False
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _translate, retval=True)
    event.listen(engine, "handle_error", _say_no_rows)
    return engine


def check_database(connection: Connection, place: str) -> None:
    """Refuse a database that would sort or store texts otherwise than SQLite does.

    Raises:
        LedgerUnusable: It is not UTF-8, or sorts by the rules of a language.
    """
    encoding, order = connection.exec_driver_sql(
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    ).one()
    if encoding != "UTF8" or order not in SORTS_BY_CODE_POINT:
        what = f"数据库的编码或排序规则不对（{encoding}，{order}）"
        raise LedgerUnusable(what, place, "重建：CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")


def _prepare_connection(connection: Any, _record: Any) -> None:
    from psycopg.adapt import Dumper

    class AsNumber(Dumper):
        """True and False of hand-written SQL, as the compiled statements give them."""

        oid = 21  # smallint

        def dump(self, obj: bool) -> bytes:
            return b"1" if obj else b"0"

    connection.adapters.register_dumper(bool, AsNumber)


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("huiyin_write"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
    elif connection.get_execution_options().get("huiyin_read"):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _translate(_connection: Connection, _cursor: Any, statement: str, values: Any, *more: Any) -> tuple[str, Any]:
    context = more[0]
    written_by_hand = context is not None and context.compiled is None
    return (_with_the_drivers_marks(statement) if written_by_hand else statement), values


@lru_cache(maxsize=1024)
def _with_the_drivers_marks(statement: str) -> str:
    """`?` is the mark of hand-written statements; no text in them holds one."""
    return statement.replace("%", "%%").replace("?", "%s")


def _say_no_rows(context: ExceptionContext) -> None:
    """Keep only an error's first words: its details quote the row, that is posts."""
    problem: Any = context.original_exception
    first = getattr(getattr(problem, "diag", None), "message_primary", None)
    for told in (problem, context.sqlalchemy_exception):
        if first and told is not None:
            told.args = (first,)
