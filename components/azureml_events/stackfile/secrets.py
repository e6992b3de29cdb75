"""The secrets of a stack: which values may be encrypted, and which must be.

Inside a map Pulumi encrypts single values (`endpointUrl: {secure: …}`), and hands the program the whole map decrypted
and unmarked; offline the node is there, its value is not. Tried with Pulumi 3.260: of a map with an encrypted value in
it, a program learns only that there is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from azureml_events.base.mistakes import MemberPath, Mistake, dotted, show
from azureml_events.base.urls import holds_key
from azureml_events.base.values import FillIn, Secret
from azureml_events.event_grid.delivery_attributes import names_credential
from azureml_events.event_grid.handshake import unanswered_handshake
from azureml_events.handlers import secret_fields
from azureml_events.stackfile.reader import NAMESPACE
from azureml_events.stackfile.yaml_document import EncryptedNode

MISPLACED = "only endpointUrl and an attribute's value can be secret; write it in the clear"
"""The message for an encrypted value in another place."""

NOT_IN_PROJECT = "Pulumi reads no encrypted value in a project's file"
"""The beginning of the message for an encrypted value there."""

FILL_IN = "fill-in"
"""What stands in place of a cipher text until somebody encrypts the value."""

_COMMAND = "pulumi config set --path --secret"
_PLAIN_STEP = re.compile(r"[\w-]+", re.ASCII)
_QUOTE, _QUOTE_IN_QUOTES = "'", "'\\''"
_MAPPINGS = "deliveryAttributeMappings"


def seal(
    config: Mapping[str, Any], *, decrypted: Collection[str] = (), of_project: Collection[str] = ()
) -> tuple[dict[str, Any], list[Mistake]]:
    """Turn every secret into a `Secret`, before anything else sees it.

    Args:
        config: The configuration by section; an encrypted value is an `EncryptedNode` or a map with `secure` alone.
        decrypted: The sections that Pulumi handed over decrypted without a word of where, so that any value that may be
            secret is one.
        of_project: The sections that the project's file holds, where nothing can be encrypted.

    Returns:
        The configuration without encrypted values and without the sections that are refused whole, and what is wrong
        with its secrets.
    """
    mistakes: list[Mistake] = []
    sealed: dict[str, Any] = {}
    for section, given in config.items():
        refused = _refused_whole(section, given, decrypted=section in decrypted)
        if section in of_project:
            fix = f"{NOT_IN_PROJECT}; move '{NAMESPACE}:{section}' to the stack file"
            mistakes += (Mistake(path, fix) for path, _ in _encrypted((section,), given))
        elif refused:
            mistakes.append(Mistake((section,), refused))
        if refused:
            continue
        sealer = _Sealer(mistakes, decrypted=section in decrypted, in_project=section in of_project)
        if section == "handlers" and isinstance(given, Mapping):
            sealed[section] = {key: sealer.handler((section, key), handler) for key, handler in given.items()}
        else:
            sealed[section] = given
        if section not in of_project:
            mistakes += (Mistake(path, MISPLACED) for path, _ in _encrypted((section,), sealed[section]))
    return sealed, mistakes


def marked_as(written: object, given: object) -> object:
    """Mark the encrypted values of a stack file in what Pulumi made of it.

    Args:
        written: The value in the file.
        given: The same value as a program gets it, decrypted.

    Returns:
        The given value with an `EncryptedNode` for each encrypted one; None where the file says something else, or has
        nothing encrypted.
    """
    try:
        marked = _marked(written, given)
    except ValueError:
        return None
    return marked if [*_encrypted((), marked)] else None


def _marked(written: object, given: object) -> object:
    if isinstance(written, EncryptedNode):
        return EncryptedNode(written.ciphertext, Secret(given if isinstance(given, str) else None))
    if isinstance(written, Mapping) and isinstance(given, Mapping) and written.keys() == given.keys():
        return {key: _marked(written[key], value) for key, value in given.items()}
    if isinstance(written, list) and isinstance(given, list) and len(written) == len(given):
        return [_marked(*pair) for pair in zip(written, given, strict=True)]
    if isinstance(written, (Mapping, list)) or written != given:
        raise ValueError("the file does not say what Pulumi gave")
    return given


def cipher_texts(handlers: object) -> dict[str, dict[str, str]]:
    """Return the cipher texts of handlers by their names, each by its member's path in the handler.

    Args:
        handlers: The section as it is written; anything but a map has none.
    """
    given = handlers if isinstance(handlers, Mapping) else {}
    found = {str(name): dict(_encrypted((), handler)) for name, handler in given.items()}
    return {name: {dotted(path): text for path, text in texts.items()} for name, texts in found.items() if texts}


def hide(mistakes: Collection[Mistake], section: object) -> list[Mistake]:
    """Hide the texts of a section of which nobody knows which are secret.

    Args:
        mistakes: The mistakes, whose messages may show such texts.
        section: The section that they are about.
    """
    texts = sorted({show(text) for text in _texts(section)}, key=len, reverse=True)
    hidden = []
    for mistake in mistakes:
        message = mistake.message
        for text in texts:
            message = message.replace(text, "<secret>")
        hidden.append(Mistake(mistake.path, message, mistake.position))
    return hidden


class _Sealer:
    """Seals the handlers of one section, and notes what is wrong."""

    def __init__(self, mistakes: list[Mistake], *, decrypted: bool, in_project: bool) -> None:
        self._mistakes = mistakes
        self._decrypted = decrypted
        self._in_project = in_project

    def handler(self, path: MemberPath, given: object) -> object:
        """Seal the secrets of a handler."""
        if not isinstance(given, Mapping) or _is_secure(given):
            return given
        handler = dict(given)
        for name in secret_fields() & handler.keys():
            url = handler[name]
            needed = isinstance(url, str) and holds_key(url)
            handler[name] = self._sealed((*path, name), url, needed=needed)
        mappings = handler.get(_MAPPINGS)
        if isinstance(mappings, list):
            handler[_MAPPINGS] = [
                self._mapping((*path, _MAPPINGS, index), mapping) for index, mapping in enumerate(mappings)
            ]
        return handler

    def _mapping(self, path: MemberPath, given: object) -> object:
        if not isinstance(given, Mapping) or _is_secure(given) or "value" not in given:
            return given
        at, value = (*path, "value"), given["value"]
        if given.get("isSecret") is True:
            return {**given, "value": self._sealed(at, value, needed=True)}
        if _is_secure(value):
            fix = "encrypted here, but shown by Event Grid; write isSecret: true beside it"
            self._mistakes.append(Mistake(at, fix))
            return {**given, "value": Secret(None)}
        if given.get("type") == "Static" and isinstance(value, str) and names_credential(given.get("name")):
            said = f"a secret in the clear, as the name {show(given['name'])} says; write isSecret: true beside it and"
            self._refuse_clear(at, said)
            return {**given, "value": Secret(value)}
        return given

    def _sealed(self, path: MemberPath, given: object, *, needed: bool) -> object:
        if (cipher := _cipher(given)) is not None:
            decrypted = given.decrypted if isinstance(given, EncryptedNode) else Secret(None)
            return FillIn() if cipher == FILL_IN else decrypted
        if not isinstance(given, str) or not (self._decrypted or needed):
            return given
        if needed and not self._decrypted:
            self._refuse_clear(path, _said_of(given))
        return Secret(given)

    def _refuse_clear(self, path: MemberPath, message: str) -> None:
        moved = f" move '{NAMESPACE}:{path[0]}' to the stack file, then" if self._in_project else ""
        self._mistakes.append(Mistake(path, f"{message}{moved} run: {command_for(path)}"))


def _said_of(value: str) -> str:
    """Say that a value is a secret in the clear; of an address that takes no events first what to use instead."""
    unanswered = unanswered_handshake(value)
    if unanswered is None:
        return "a secret in the clear;"
    return f"{unanswered.message}; {unanswered.fix}; as it stands, a secret in the clear;"


def command_for(path: MemberPath) -> str:
    """Write the command that encrypts a value, which Pulumi then asks for.

    Args:
        path: The value's place below our namespace.
    """
    section, *steps = path
    place = f"{NAMESPACE}:{section}{''.join(map(_step, steps))}"
    return f"{_COMMAND} '{place.replace(_QUOTE, _QUOTE_IN_QUOTES)}'"


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN_STEP.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def _refused_whole(section: str, given: object, *, decrypted: bool) -> str | None:
    """Say why a section is refused as it is, or None."""
    if _is_secure(given):
        wrong = "encrypted as a whole, so that nothing can be checked or reviewed; write it in the clear"
        single = f"encrypt the single value: {_COMMAND} '{NAMESPACE}:handlers.<name>.endpointUrl'"
        return f"{wrong} and {single}" if section == "handlers" else wrong
    if decrypted and not (section == "handlers" and any(_secrets_in(given))):
        return f"holds an encrypted value, but {MISPLACED}"
    return None


def _secrets_in(handlers: object) -> Iterator[str]:
    """Yield the texts that may be secret where they stand."""
    for handler in handlers.values() if isinstance(handlers, Mapping) else ():
        given = handler if isinstance(handler, Mapping) else {}
        mappings = given.get(_MAPPINGS)
        secret = [each for each in mappings if isinstance(each, Mapping)] if isinstance(mappings, list) else []
        values = [given.get(name) for name in secret_fields()]
        values += [each.get("value") for each in secret if each.get("isSecret") is True]
        yield from (value for value in values if isinstance(value, str))


def _encrypted(path: MemberPath, given: object) -> Iterator[tuple[MemberPath, str]]:
    """Yield the places of encrypted values, and their cipher texts."""
    if (cipher := _cipher(given)) is not None:
        yield path, cipher
    elif isinstance(given, Mapping):
        for key, value in given.items():
            yield from _encrypted((*path, key), value)
    elif isinstance(given, list):
        for index, value in enumerate(given):
            yield from _encrypted((*path, index), value)


def _texts(given: object) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, Mapping):
        for value in given.values():
            yield from _texts(value)
    elif isinstance(given, list):
        for value in given:
            yield from _texts(value)


def _cipher(given: object) -> str | None:
    """Return the cipher text of an encrypted value; None for any other."""
    if isinstance(given, EncryptedNode):
        return given.ciphertext
    text = given["secure"] if isinstance(given, Mapping) and set(given) == {"secure"} else None
    return text if isinstance(text, str) else None


def _is_secure(given: object) -> bool:
    return _cipher(given) is not None
