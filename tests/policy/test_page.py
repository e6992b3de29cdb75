"""The page of the policy rules."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from azureml_events.policy.policy_file import load_policy
from azureml_events.policy.rule import Rule
from azureml_events.policy.rules import RULES
from policy_page import POLICY_PAGE, policy_page


def test_the_page_is_what_the_rules_say() -> None:
    assert policy_page() == POLICY_PAGE.read_text(encoding="utf-8"), "the page is stale: run make golden"


def test_the_pages_policy_file_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", policy_page(), re.DOTALL)
    (tmp_path / "policy.json").write_text(example, encoding="utf-8")

    assert load_policy(tmp_path / "policy.json").exemptions


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rules_url_leads_to_its_heading(rule: Rule) -> None:
    url = urlsplit(rule.url)

    assert f"\n## {url.fragment}\n" in Path(url2pathname(url.path)).read_text(encoding="utf-8")
