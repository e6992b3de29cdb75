"""What of a webhook's URL is shown."""

from __future__ import annotations

import pytest
from azureml_events.base.urls import url_without_keys

KEY = "Zq7kP2xW9vLm4TnR8sYb3HcD"
SHOWN = [
    ("https://hooks.example.com/models", "https://hooks.example.com/models", "a name is no key"),
    ("https://hooks.example.com:8443/in?code=k3y", "https://hooks.example.com:8443/in", "a query may hold one"),
    ("https://u:pw@hooks.example.com/in", "https://hooks.example.com/in", "so may what names a user"),
    ("https://app1.azurewebsites.net/runtime/webhooks/eventgrid", None, "ordinary paths stay readable"),
    ("https://api.example.com/model-registered-notifications", None, "long words are no key"),
    ("https://hooks.example.com/[parameters('hookOfTheTeam')]", None, "what is not known yet is said"),
    (
        f"https://hooks.slack.com/services/T0/B0/{KEY}",
        "https://hooks.slack.com/services/T0/B0/…c24b6ef7",
        "Slack's token",
    ),
]


@pytest.mark.parametrize(("url", "shown", "why"), SHOWN)
def test_a_url_is_shown_without_what_may_be_a_key(url: str, shown: str | None, why: str) -> None:
    assert url_without_keys(url) == (shown or url), why


def test_urls_that_differ_in_a_key_are_shown_as_different() -> None:
    one, other = (url_without_keys(f"https://hooks.slack.com/services/T0/B0/{KEY}{each}") for each in "12")
    assert one != other
    assert one == url_without_keys(f"https://hooks.slack.com/services/T0/B0/{KEY}1?x=1")
