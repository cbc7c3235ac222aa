"""Core types to rows and back. What goes in comes out; a row that is no such thing raises ValueError."""

from __future__ import annotations

from typing import Any, TypeVar

from dockmon_cli.adapters.store.tables import HostRow, OperationMemberRow, OperationRow
from dockmon_cli.core.documents import decode, encode
from dockmon_cli.core.hosts import Host, TlsFiles
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import known_in

T = TypeVar("T")


def decoded(cls: type[T], data: Any) -> T:
    """Given a type of ours and a stored document, return the value. Raise ValueError if it does not fit."""
    try:
        return decode(cls, data)
    except (TypeError, AttributeError) as error:
        raise ValueError(f"{cls.__name__}: {error}") from error


def host_row(host: Host) -> HostRow:
    """Given a host, return its row."""
    return HostRow(
        host_id=host.host_id,
        name=host.name,
        url=host.url,
        tls=encode(host.tls),
        ssh_key=host.ssh_key,
        ssh_host_key=host.ssh_host_key,
    )


def host_of(row: HostRow) -> Host:
    """Given a row, return the host."""
    return Host(
        host_id=row.host_id,
        name=row.name,
        url=row.url,
        tls=None if row.tls is None else decoded(TlsFiles, row.tls),
        ssh_key=row.ssh_key,
        ssh_host_key=row.ssh_host_key,
        origin="stored",
    )


OPERATION_COLUMNS = tuple(name for name in OperationRow.model_fields if name != "document")


def operation_values(operation: Operation) -> dict[str, Any]:
    """Given an operation, return what its row holds, by column."""
    return {**{name: getattr(operation, name) for name in OPERATION_COLUMNS}, "document": encode(operation)}


def member_rows(operation: Operation) -> list[OperationMemberRow]:
    """Given an operation, return a row for each container that it is about."""
    return [
        OperationMemberRow(op=operation.op, host_id=known.host_id, identity=known.identity, name=known.name)
        for known in known_in(operation)
    ]


def operation_of(row: OperationRow) -> Operation:
    """Given a row, return the operation, whole."""
    return decoded(Operation, row.document)
