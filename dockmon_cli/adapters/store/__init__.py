"""The store: one SQLite file. `store` opens it through SQLModel; `quick` reads a few columns of it at once.

This module imports nothing, because `quick` must cost `dockmon ps` nothing more than the standard sqlite3.
"""
