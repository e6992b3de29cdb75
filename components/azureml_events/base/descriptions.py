"""The descriptions of fields: the strings that stand under them in the source.

They are read when the schema or a documentation is made, not with every import, which they would make twice as long.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise


def descriptions(cls: type) -> dict[str, str]:
    """Collect the descriptions of a class's fields by attribute name, inherited ones included.

    Args:
        cls: A class whose fields are annotated, each followed by its description.
    """
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.partition(".")[0] == __package__.partition(".")[0]:
            found |= _own(base)
    return found


@cache
def _own(cls: type) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    (definition,) = tree.body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - what getsource gives for a class
    return {
        statement.target.id: " ".join(following.value.value.split())
        for statement, following in pairwise(definition.body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
        and isinstance(following.value.value, str)
    }
