"""What is laid over the file: environment variables, systemd's credentials, and values kept in files of their own.

The environment wins over a credential, which wins over the file. `CHANNELHUB__HTTP__LISTEN` sets `http.listen`;
`CHANNELHUB__ACCOUNTS__SITE_FORM__RATE_PER_MINUTE` sets that key of the account `site-form`. A credential is a file
named `bot.token` or `http.listen` in `$CREDENTIALS_DIRECTORY`. `token_file = "secrets/bot"` is `token` read from that
file, relative to the configuration file's folder.
"""

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from channelhub.settings.faults import nearest
from channelhub.settings.tree import KeyPath, Tree

PREFIX = "CHANNELHUB__"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
MAX_SECRET_BYTES = 64 * 1024
SUFFIX = "_file"
NAMED = ("accounts", "alerts")  # groups of tables with names of their own

Keys = Mapping[KeyPath, Collection[str]]  # of each section and account, the keys that its struct has


def lay_environment(tree: Tree, environ: Mapping[str, str]) -> None:
    """Set every `CHANNELHUB__…` variable's key; what can't be one becomes a fault."""
    for variable in sorted(name for name in environ if name.startswith(PREFIX)):
        parts = tuple(part.lower() for part in variable.removeprefix(PREFIX).split("__"))
        is_named = parts[0] in NAMED
        if len(parts) < (3 if is_named else 2) or not all(parts):
            tree.fault((), f"expected {PREFIX}SECTION__KEY or {PREFIX}ACCOUNTS__NAME__KEY", origin=variable)
            continue
        if is_named:
            parts = (parts[0], _name_meant(tree, parts[0], parts[1], variable), *parts[2:])
        tree.set_text(parts, environ[variable], variable)


def _name_meant(tree: Tree, group: str, word: str, variable: str) -> str:
    """The file's account or alert target that an environment variable means: `site_form` is `site-form`."""
    meant = [name for name, _ in tree.named(group) if name.lower().replace("-", "_") == word]
    if len(meant) > 1:
        tree.fault((), f"could mean each of the {group} {', '.join(sorted(meant))}", origin=variable)
    return meant[0] if meant else word.replace("_", "-")


def lay_credentials(tree: Tree, environ: Mapping[str, str], keys: Keys) -> None:
    """Set the key of every credential named `{account}.{key}` or `{section}.{key}`, unless the environment did."""
    folder = environ.get(CREDENTIALS, "")
    if not folder:
        return
    try:
        files = sorted(Path(folder).iterdir())
    except (OSError, ValueError) as exc:
        tree.fault((), f"can't be listed: {_reason(exc)}", origin=f"${CREDENTIALS}")
        return
    for file in files:
        owner, _, key = file.name.rpartition(".")
        for path in _owners(owner, keys):
            _lay_credential(tree, file, (*path, key), keys[path])


def _owners(name: str, keys: Keys) -> Iterator[KeyPath]:
    yield from (path for path in keys if path[-1] == name)


def _lay_credential(tree: Tree, file: Path, path: KeyPath, keys: Collection[str]) -> None:
    key = path[-1]
    origin = f"credential {file.name}"
    if key not in keys:
        meant = nearest(key, keys)
        hint = f"; did you mean {file.name.removesuffix(key)}{meant}?" if meant else ""
        tree.warnings.append(f"{origin} is no key of {path[-2]} and is not used{hint}")
        return
    if _is_from_environment(tree, path) or _is_from_environment(tree, _with_suffix(path)):
        return
    text = _content(tree, file, path, origin)
    if text is not None:
        _drop(tree, _with_suffix(path))
        tree.set_text(path, text, origin)


def resolve_files(tree: Tree, folder: Path, keys: Keys) -> None:
    """Put the content of each `X_file` in place of `X`, where `X` is a key and `X_file` is not one by itself.

    A key that is itself the name of a file (`tls_key_file`) becomes an absolute path, from the same folder.
    """
    for path, names in keys.items():
        table = _table(tree, path)
        for key in [key for key in table if key.endswith(SUFFIX) and isinstance(table[key], str)]:
            if key in names:
                if table[key]:
                    table[key] = str(folder.absolute() / table[key])
            elif key.removesuffix(SUFFIX) in names:
                _resolve(tree, table, (*path, key), folder)


def _resolve(tree: Tree, table: dict[str, Any], path: KeyPath, folder: Path) -> None:
    plain = (*path[:-1], path[-1].removesuffix(SUFFIX))
    if plain[-1] in table and _is_from_environment(tree, plain) == _is_from_environment(tree, path):
        tree.fault(path, f"expected only one of {plain[-1]} and {path[-1]}")
    is_hidden = plain[-1] in table and not _is_from_environment(tree, path)
    origin = tree.origin(path)
    name = table.pop(path[-1])
    if is_hidden:
        return
    text = _content(tree, folder / name, path, origin)
    if text is None:
        table.pop(plain[-1], None)
        tree.unread.add(plain)
        return
    tree.set_text(plain, text, f"{origin} ({name})")


def _content(tree: Tree, file: Path, path: KeyPath, origin: str) -> str | None:
    """The text of a small regular file without its last line end, or None and a fault."""
    try:
        if not file.is_file():  # a pipe would wait for its writer
            reason = "is no regular file" if file.exists() else "doesn't exist"
            tree.fault(path, f"expected a file that can be read: {file} {reason}", origin=origin)
            return None
        with file.open("rb") as stream:
            content = stream.read(MAX_SECRET_BYTES + 1)
            is_open = os.fstat(stream.fileno()).st_mode & stat.S_IROTH
        text = content.decode()
    except UnicodeDecodeError:
        tree.fault(path, f"expected UTF-8 text in {file}", origin=origin)
        return None
    except (OSError, ValueError) as exc:
        tree.fault(path, f"expected a file that can be read: {_reason(exc)}", origin=origin)
        return None
    if len(content) > MAX_SECRET_BYTES:
        tree.fault(path, f"expected at most {MAX_SECRET_BYTES} bytes in {file}", origin=origin)
        return None
    if is_open:
        tree.warnings.append(f"{file} can be read by every user of this machine: chmod 600 {file}")
    return text.removesuffix("\n").removesuffix("\r")


def _table(tree: Tree, path: KeyPath) -> dict[str, Any]:
    table: Any = tree.table
    for name in path:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return table if isinstance(table, dict) else {}


def _is_from_environment(tree: Tree, path: KeyPath) -> bool:
    return tree.origins.get(path, "").startswith(PREFIX)


def _with_suffix(path: KeyPath) -> KeyPath:
    return (*path[:-1], path[-1] + SUFFIX)


def _drop(tree: Tree, path: KeyPath) -> None:
    _table(tree, path[:-1]).pop(path[-1], None)


def _reason(exc: OSError | ValueError) -> str:
    return exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
