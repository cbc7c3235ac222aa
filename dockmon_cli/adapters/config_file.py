"""Configuration files on disk, parsed by tomli (whose errors carry line and column)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import tomli

from dockmon_cli.core.errors import ConfigError, UsageError
from dockmon_cli.ports.config_file import ConfigFile

# tomli names a table that stands there twice as Python writes it: ('update', 'verify').
_TUPLE = re.compile(r"\('[^()]*\)")
_QUOTED = re.compile(r"'([^']*)'")


class DiskConfigFiles:
    """ConfigFiles on the file system."""

    def read(self, path: str) -> ConfigFile:
        """Read one file."""
        file = Path(path).absolute()
        text = _text(file)
        try:
            return ConfigFile(str(file), text, tomli.loads(text))
        except tomli.TOMLDecodeError as error:
            place = f"{file}:{error.lineno}: column {error.colno}"
            said = _TUPLE.sub(lambda found: ".".join(_QUOTED.findall(found[0])), error.msg)
            raise ConfigError([f"{place}: {said[:1].lower()}{said[1:]}"], "this is no TOML") from error
        except RecursionError as error:
            raise ConfigError([f"{file} is nested too deeply"], "this is no configuration") from error

    def first(self, paths: Sequence[str]) -> ConfigFile | None:
        """Read the first that is there."""
        found = next((path for path in paths if _is_there(Path(path))), None)
        return None if found is None else self.read(found)

    def first_line(self, path: str) -> str:
        """Return the first line of a small text file."""
        return next(iter(_text(Path(path)).splitlines()), "")

    def write_new(self, path: str, text: str, *, replace: bool) -> None:
        """Write a file."""
        file = Path(path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("w" if replace else "x", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            if isinstance(error, FileExistsError) and error.filename == str(file):
                raise UsageError(f"{file} is there already", "--force replaces it") from error
            raise ConfigError([f"{file} can't be written: {error.strerror}"], "name another with --config") from error


def _is_there(file: Path) -> bool:
    """True also for what is there and may not be looked at: to pass over it would be to act on less than was said."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file} is not UTF-8 text (byte {error.start})"], "save it as UTF-8") from error
    except FileNotFoundError as error:
        raise ConfigError([f"{file} is not there"], "`dockmon config init` writes one") from error
    except OSError as error:
        raise ConfigError([f"{file} can't be read: {error.strerror}"], "see who may read it: ls -l") from error
