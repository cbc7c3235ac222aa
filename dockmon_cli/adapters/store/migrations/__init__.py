"""Alembic's scripts; one named file for each version of the tables."""
