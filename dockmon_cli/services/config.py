"""The configuration: read what there is, check it all, and say what holds."""

from __future__ import annotations

from dataclasses import replace

from dockmon_cli.core.config.check import Checked, check_document, check_environment, window_names
from dockmon_cli.core.config.lines import read_lines
from dockmon_cli.core.config.model import Config, build
from dockmon_cli.core.config.places import Environment, config_places, expanded, named_config
from dockmon_cli.core.config.settings import default_settings, in_table_order
from dockmon_cli.core.config.write import example_file
from dockmon_cli.core.errors import ConfigError
from dockmon_cli.core.hosts import Host
from dockmon_cli.ports.config_file import ConfigFile, ConfigFiles


def load(files: ConfigFiles, env: Environment, flag: str | None, machine_id: str) -> Config:
    """Given `--config`'s value and the environment, return the configuration.

    Environment over file over default; without any file the defaults hold. Raise ConfigError with everything
    that is wrong.
    """
    file = _find(files, env, flag)
    from_file = _checked(file, env)
    from_env = check_environment(env, window_names(file.document) if file else ())
    problems = [*from_file.texts(), *from_env.texts()]
    if problems:
        raise ConfigError(problems, "every key, with an example: `dockmon config init --config NEW.toml`")
    settings = in_table_order({**default_settings(), **from_file.settings, **from_env.settings})
    config = build(settings, machine_id, file.path if file else None)
    return replace(config, hosts=tuple(_with_host_key(host, files, env, config.file or "") for host in config.hosts))


def _find(files: ConfigFiles, env: Environment, flag: str | None) -> ConfigFile | None:
    named = named_config(flag, env)
    return files.read(named) if named else files.first(config_places(env))


def _checked(file: ConfigFile | None, env: Environment) -> Checked:
    return check_document(file.document, file.path, read_lines(file.text), env) if file else Checked()


def _with_host_key(host: Host, files: ConfigFiles, env: Environment, file: str) -> Host:
    """A host key may be given as the file that holds it: anything that begins like a path."""
    key = host.ssh_host_key
    if key is None or not key.startswith(("/", "~/", "./", "../")):
        return host
    return replace(host, ssh_host_key=files.first_line(expanded(key, env, file.rpartition("/")[0])))


def init(files: ConfigFiles, path: str, *, replace_old: bool) -> None:
    """Write a configuration in which everything is a comment. Raise UsageError if one is there already."""
    files.write_new(path, example_file(), replace=replace_old)
