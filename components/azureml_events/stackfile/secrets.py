"""The secrets of a stack file: which values may be encrypted, and which must be.

Inside a map Pulumi encrypts single values (`endpointUrl: {secure: …}`), and hands the program the whole map decrypted
and unmarked; offline the node is there, its value is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.base.mistakes import Mistake, Path, dotted
from azureml_events.base.urls import holds_key
from azureml_events.base.values import Secret
from azureml_events.handlers import secret_fields
from azureml_events.stackfile.reader import NAMESPACE
from azureml_events.stackfile.yaml_document import EncryptedNode

MISPLACED = "only endpointUrl and an attribute's value can be secret; write it in the clear"
"""The message for an encrypted value in another place."""

_COMMAND = "pulumi config set --path --secret"


def seal(config: Mapping[str, Any], *, decrypted: bool = False) -> tuple[dict[str, Any], list[Mistake]]:
    """Turn every secret into a `Secret`, before anything else sees it.

    Args:
        config: The configuration by section; an encrypted value is an `EncryptedNode` or a map with `secure` alone.
        decrypted: Whether Pulumi handed the handlers over decrypted, so that any value that may be secret is one.

    Returns:
        The configuration without encrypted values, and what is wrong with its secrets.
    """
    mistakes: list[Mistake] = []
    sealed: dict[str, Any] = {}
    for section, given in config.items():
        if _is_secure(given):
            mistakes.append(Mistake((section,), _whole(section)))
        elif section == "handlers" and isinstance(given, Mapping):
            sealed[section] = {
                key: _handler((section, key), handler, mistakes, decrypted=decrypted) for key, handler in given.items()
            }
            mistakes += _misplaced((section,), sealed[section])
        else:
            sealed[section] = given
            mistakes += _misplaced((section,), given)
    return sealed, mistakes


def _handler(path: Path, given: object, mistakes: list[Mistake], *, decrypted: bool) -> object:
    if not isinstance(given, Mapping) or _is_secure(given):
        return given
    handler = dict(given)
    for name in secret_fields() & handler.keys():
        url = handler[name]
        needed = isinstance(url, str) and holds_key(url)
        handler[name] = _sealed((*path, name), url, mistakes, needed=needed, decrypted=decrypted)
    mappings = handler.get("deliveryAttributeMappings")
    if isinstance(mappings, list):
        at = (*path, "deliveryAttributeMappings")
        handler["deliveryAttributeMappings"] = [
            _mapping((*at, index), mapping, mistakes, decrypted=decrypted) for index, mapping in enumerate(mappings)
        ]
    return handler


def _mapping(path: Path, given: object, mistakes: list[Mistake], *, decrypted: bool) -> object:
    if not isinstance(given, Mapping) or _is_secure(given) or "value" not in given:
        return given
    is_secret = given.get("isSecret") is True
    at = (*path, "value")
    if _is_secure(given["value"]) and not is_secret:
        mistakes.append(Mistake(at, "encrypted here, but shown by Event Grid; write isSecret: true beside it"))
    value = _sealed(at, given["value"], mistakes, needed=is_secret, decrypted=decrypted and is_secret)
    return {**given, "value": value}


def _sealed(path: Path, given: object, mistakes: list[Mistake], *, needed: bool, decrypted: bool) -> object:
    if _is_secure(given):
        return Secret(None)
    if not isinstance(given, str):
        return given
    if decrypted:
        return Secret(given)
    if not needed:
        return given
    mistakes.append(Mistake(path, f"a secret in the clear; run: {_COMMAND} '{NAMESPACE}:{dotted(path)}' <value>"))
    return Secret(given)


def _misplaced(path: Path, given: object) -> Iterator[Mistake]:
    if _is_secure(given):
        yield Mistake(path, MISPLACED)
    elif isinstance(given, Mapping):
        for key, value in given.items():
            yield from _misplaced((*path, key), value)
    elif isinstance(given, list):
        for index, value in enumerate(given):
            yield from _misplaced((*path, index), value)


def _whole(section: str) -> str:
    wrong = "encrypted as a whole, so that nothing can be checked or reviewed; write it in the clear"
    if section != "handlers":
        return wrong
    return f"{wrong} and encrypt the single value: {_COMMAND} '{NAMESPACE}:{section}.<name>.endpointUrl' <value>"


def _is_secure(given: object) -> bool:
    if isinstance(given, EncryptedNode):
        return True
    return isinstance(given, Mapping) and set(given) == {"secure"} and isinstance(given["secure"], str)
