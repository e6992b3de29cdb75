from __future__ import annotations

from azureml_events.resources.program import free_name, once
from resources.mocks import run


def test_a_thing_is_made_once_a_program() -> None:
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    def program() -> None:
        assert once(object, "key", make) is once(object, "key", make)
        assert once(object, "other", make) is not once(object, "key", make)

    run(program)
    run(program)

    assert len(made) == 4


def test_a_name_is_given_once_a_program() -> None:
    names: list[str] = []

    def program() -> None:
        names.extend(free_name(name) for name in ("ml/retry", "ml/retry", "ml/retry-2", "ml/exists"))

    run(program)
    run(program)

    assert names == ["ml/retry", "ml/retry-2", "ml/retry-2-2", "ml/exists"] * 2
