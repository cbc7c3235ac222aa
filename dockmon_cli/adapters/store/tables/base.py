"""What all tables have in common."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel


class Row(SQLModel):
    """Base of all tables; names its constraints, because a migration can only change what has a name."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
    )
