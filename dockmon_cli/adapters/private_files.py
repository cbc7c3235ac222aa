"""Files and folders that only their owner may read, whatever the umask.

What root makes belongs to the owner of the folder it is made in, so that one `sudo dockmon …` does not lock a
user, or the service's own account, out of their state folder.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def private_folder(folder: Path) -> None:
    """Make `folder`, and what is missing above it, with mode 0700. Raise OSError.

    A folder that exists is taken as it is; only one that is still empty is closed to others.
    """
    try:
        found = folder.stat()
    except FileNotFoundError:
        private_folder(folder.parent) if folder.parent != folder else None
        _make_folder(folder)
        return
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(f"{folder} is not a folder")
    if found.st_mode & 0o077 and not found.st_mode & stat.S_ISVTX and _is_ours(found) and not any(folder.iterdir()):
        folder.chmod(FOLDER_MODE)


def private_file(path: Path) -> None:
    """Make an empty file with mode 0600 if there is none, and close one that others may read. Raise OSError."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    except FileExistsError:
        found = path.stat()
        if found.st_mode & 0o077 and _is_ours(found):
            path.chmod(FILE_MODE)
        return
    try:
        os.fchmod(handle, FILE_MODE)
        _keep_owner(handle, path.parent)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=FOLDER_MODE)
    except FileExistsError:  # somebody else was quicker
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fchmod(handle, FOLDER_MODE)
        _keep_owner(handle, folder.parent)
    finally:
        os.close(handle)


def _keep_owner(handle: int, parent: Path) -> None:
    owner = parent.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        os.fchown(handle, owner.st_uid, owner.st_gid)


def _is_ours(found: os.stat_result) -> bool:
    return os.geteuid() in (0, found.st_uid)
