"""Throw the demo's data away: the SQLite database and mails in VAR_DIR, nothing else."""

import os
import shutil
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Delete the files; refuse where the data may be somebody's or in use."""
    if os.environ.get("DATABASE_URL"):
        sys.exit("DATABASE_URL is set: this throws away the database in VAR_DIR only.")
    port = int(os.environ.get("PORT", "8000"))
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"Something answers on port {port}: end Siegel first (Ctrl-C).")
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    for suffix in ("", "-wal", "-shm"):
        (folder / f"siegel.sqlite3{suffix}").unlink(missing_ok=True)
    shutil.rmtree(folder / "mail", ignore_errors=True)
    print("Gone. The next `make run` loads the demo anew.")


if __name__ == "__main__":
    main()
