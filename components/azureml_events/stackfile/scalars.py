"""The value of a YAML scalar by the Pulumi CLI's rules, which differ from PyYAML's.

The CLI decodes a stack file, encodes it again, decodes that, and hands values to the program as
JSON (pulumi/pulumi: `sdk/go/common/workspace/loaders.go` and `resource/config`; it uses
gopkg.in/yaml.v3). What that amounts to is written down here once: `no` and `on` are text, a date
becomes the text of a Go time, `0777` is octal, `1.0` is the integer 1.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from decimal import Decimal

Value = str | int | float | bool | None
"""The value of one scalar."""

_CORE = "tag:yaml.org,2002:"

NULLS = ("", "~", "null", "Null", "NULL")
"""The texts that are null where they stand without quotes."""

_NAMED: dict[str, Value] = {
    **dict.fromkeys(NULLS, None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}

_NUMBER_START = frozenset("+-.0123456789")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_BASES = (16, 2, 8, 10)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_POINT_FLOAT = re.compile(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
_INT64 = range(-(2**63), 2**63)
_UINT64 = range(2**64)
_EXPONENT_FROM = 1e21
_EXPONENT_BELOW = 1e-6

_TIMESTAMP = re.compile(
    r"""([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})
        (?:(?P<separator>[Tt]|\ +)
           ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?
           (?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?""",
    re.VERBOSE,
)
_NANOSECOND_DIGITS = 9


class ScalarError(ValueError):
    """A scalar that its tag does not allow."""


def resolve(text: str, tag: str | None = None, *, plain: bool = True) -> Value:
    """Resolve the value of a scalar.

    Args:
        text: The text, without quotes and escapes.
        tag: Its explicit tag with the handle written out; none by default.
        plain: Whether it stands without quotes, and not as a block; true by default.

    Returns:
        Text, an integer of any size, a float, a truth value or nothing. A date is text.

    Raises:
        ScalarError: An explicit tag does not fit the text.
    """
    if tag is None or tag == "!":
        return _plain(text) if plain else text
    match tag.removeprefix(_CORE):
        case "null" | "bool" | "int" | "float" | "timestamp" as kind if tag.startswith(_CORE):
            return _tagged(text, kind)
        case "binary" if tag.startswith(_CORE):
            return _binary(text)
    return text


def as_json(value: Value) -> Value:
    """Convert a value inside a map or list to the form of the JSON that reaches the program.

    Args:
        value: What `resolve` returned; not an infinity and not a NaN.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if isinstance(value, int) and value in _INT64:
        return value
    number = float(value)
    if number.is_integer() and abs(number) < _EXPONENT_FROM:
        return int(Decimal(repr(number)))
    return number


def as_text(value: Value) -> str:
    """Convert the value of a configuration key as a whole, which reaches the program as text.

    Args:
        value: What `resolve` returned; not an infinity and not a NaN.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    number = as_json(value)
    if isinstance(number, float) and _EXPONENT_BELOW <= abs(number) < _EXPONENT_FROM:
        return format(Decimal(repr(number)), "f")
    return repr(number).replace("e-0", "e-")


def _plain(text: str) -> Value:
    if text in _NAMED:
        return _NAMED[text]
    if text[0] not in _NUMBER_START:
        return text
    date = _timestamp(text)
    if date is not None:
        return date
    number = _number(text)
    return text if number is None else number


def _tagged(text: str, kind: str) -> Value:
    if kind == "timestamp":
        date = _timestamp(text)
        if date is None:
            raise ScalarError("is not a date")
        return date
    value = _NAMED[text] if text in _NAMED else _number(text)
    fits = {
        "null": value is None and text in _NAMED,
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, (int, float)) and not isinstance(value, bool),
    }
    if not fits[kind]:
        raise ScalarError(f"does not fit its tag !!{kind}")
    return value


def _binary(text: str) -> str:
    try:
        return base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True).decode()
    except (binascii.Error, ValueError):
        raise ScalarError("is not UTF-8 text in base64, as its tag !!binary says") from None


def _number(text: str) -> int | float | None:
    if not text or text[0] not in _NUMBER_START:
        return None
    if text[0] == ".":
        return _float(text.replace("_", "")) if _POINT_FLOAT.fullmatch(text) else None
    digits = text.replace("_", "")
    integer = _integer(digits)
    if integer is not None:
        return integer
    return _float(digits) if _FLOAT.fullmatch(digits) else None


def _integer(digits: str) -> int | None:
    found = _INTEGER.fullmatch(digits)
    if found is None:
        return None
    sign, *by_base = found.groups()
    amount, base = next((a, b) for a, b in zip(by_base, _BASES, strict=True) if a is not None)
    # Longer ones are out of range in every base, and Python refuses to read them.
    if len(amount.lstrip("0")) > _UINT64.stop.bit_length():
        return None
    value = int(sign + amount, base)
    return value if value in _INT64 or (not sign and value in _UINT64) else None


def _float(digits: str) -> float | None:
    value = float(digits)
    return None if value in (float("inf"), float("-inf")) else value


def _timestamp(text: str) -> str | None:
    """Convert a date to the text that Go prints: `2026-07-01 00:00:00 +0000 UTC`.

    Where the offset is the one of the machine's own time zone, the CLI prints the zone's name in
    the place of the second offset.
    """
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    separator, zone = found["separator"], found["zone"]
    if separator is not None and (separator in "Tt") != (zone is not None):
        return None
    year, month, day, _, hour, minute, second, fraction, _ = found.groups()
    try:
        moment = datetime(  # noqa: DTZ001 - the zone is printed below
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None
    fraction = (fraction or "")[:_NANOSECOND_DIGITS].rstrip("0")
    printed = moment.strftime("%Y-%m-%d %H:%M:%S").rjust(len("2026-07-01 00:00:00"), "0")
    if fraction:
        printed += f".{fraction}"
    if zone is None or zone in ("Z", "+00:00", "-00:00"):
        return f"{printed} +0000 UTC"
    offset = zone.replace(":", "")
    return f"{printed} {offset} {offset}"
