"""dockmon: watch, update and keep running Docker containers on many hosts."""

__version__ = "0.1.0.dev0"
