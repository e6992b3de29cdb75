"""The rules that are neither lint's nor policy's: what reading an input says, and what the two say of each other."""

from __future__ import annotations

from collections.abc import Mapping

from azureml_events.lint.example_documents import OF_TOPIC, TOPIC, template
from azureml_events.lint.rule import Example, Rule

INVALID = "invalid"
"""The rule of every mistake that makes an input invalid."""

IGNORED_BY_ARM = "arm-ignores"
"""The rule of a document's members that ARM ignores or refuses."""

ALLOW_NOT_EXEMPT = "allow-not-exempt"
"""The rule of what `allow` silences in `check` and not in the policy pack."""

REVIEW_RULES: Mapping[str, Rule] = {
    row.name: row
    for row in (
        Rule(
            INVALID,
            "error",
            "The input is refused.",
            why="Nothing is deployed before.",
            fix="Correct what the message names.",
            example=Example("includedEventTypes: [ModelRegistred]\n", "includedEventTypes: [ModelRegistered]\n"),
        ),
        Rule(
            IGNORED_BY_ARM,
            "error",
            "ARM passes over it in silence, or refuses it.",
            why="The subscription is another than the document says, or none.",
            fix="Write the member where ARM reads it and as ARM takes it, or leave it out.",
            example=Example(
                template(TOPIC, OF_TOPIC.replace("subjectBeginsWith", "subjectBeginWith")), template(TOPIC, OF_TOPIC)
            ),
        ),
        Rule(
            "unknown-setting",
            "error",
            "The policy file sets what its rule does not have.",
            why="Pulumi's CLI passes over it in silence, so nothing is set.",
            fix="Write the setting's name as explain shows it.",
            example=Example(
                '{"webhook-host": {"allow": ["*.contoso.com"]}}\n', '{"webhook-host": {"allowed": ["*.contoso.com"]}}\n'
            ),
        ),
        Rule(
            ALLOW_NOT_EXEMPT,
            "note",
            "An `allow` lets a filter pass that the policy pack stops.",
            why="Who runs the pack is stopped by never-matches, which knows no `allow`.",
            fix="Exempt the subscription from never-matches in the policy file too.",
            example=Example(
                "allow: {never-subject: the subjects of our preview differ}\n",
                "allow: {never-subject: the subjects of our preview differ} # and an exemption from never-matches\n",
            ),
        ),
    )
}
"""Each by its name; `allow` silences none of them."""
