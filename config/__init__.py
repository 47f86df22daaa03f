"""Settings, addresses and the server's entry point."""

import sys

# SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode (the WAL-reset bug), and Debian 12
# ships one of them: take the driver that carries a newer library before Django looks for one.
try:
    import sqlite3

    if sqlite3.sqlite_version_info < (3, 51, 3):
        import pysqlite3  # type: ignore[import-untyped,unused-ignore]
        import pysqlite3.dbapi2  # type: ignore[import-untyped,unused-ignore]

        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
except ImportError:  # another platform: its own SQLite has to do
    pass
