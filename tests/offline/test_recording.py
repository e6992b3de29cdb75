import pytest
from azureml_events.offline.recording import Recording, Registration, in_dependency_order


def registration(urn: str, *dependencies: str, parent: str | None = None, provider: str | None = None) -> Registration:
    return Registration(urn, "cloud:index:Thing", urn, parent, dependencies=dependencies, provider=provider)


def test_each_resource_comes_after_its_parent_provider_and_dependencies() -> None:
    resources = [
        registration("a", "d", parent="stack"),
        registration("b", parent="a", provider="e"),
        registration("c", parent="stack"),
        registration("d", parent="stack"),
        registration("e", parent="stack"),
        registration("stack"),
    ]
    order = [each.urn for each in in_dependency_order(resources)]
    assert order == ["stack", "c", "d", "a", "e", "b"]


def test_the_order_does_not_depend_on_the_order_of_registration() -> None:
    resources = [registration(f"{n:02}", *[f"{n // 2:02}"] * (n > 1)) for n in range(1, 40)]
    expected = in_dependency_order(resources)
    assert in_dependency_order(resources[20:] + resources[:20]) == expected
    assert in_dependency_order(resources[::-1]) == expected


def test_a_dependency_outside_the_program_is_no_obstacle() -> None:
    assert in_dependency_order([registration("a", "elsewhere")]) == [registration("a", "elsewhere")]


def test_a_resource_is_found_by_name_if_only_one_has_it() -> None:
    recording = Recording("dev", (registration("a"), registration("b"), registration("b")))
    assert recording.resource("a").urn == "a"
    with pytest.raises(LookupError, match="2 resources have the name 'b'"):
        recording.resource("b")
    with pytest.raises(LookupError, match="0 resources"):
        recording.resource("a", "cloud:index:Other")
