"""The page: a review's parts put into its template."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from azureml_events.base.mistakes import dotted
from azureml_events.cli.console import many, shown
from azureml_events.cli.review_markdown import SIGNS
from azureml_events.cli.review_page.deliveries import DeliveryGroup, DeliveryRow, deliveries_of, groups_of
from azureml_events.cli.review_page.picture import MOST_NODES, Matrix, Picture, draw, matrix_of
from azureml_events.cli.review_report import counts
from azureml_events.event_grid.catalogue import short_name
from azureml_events.review.reported import FailOn
from azureml_events.review.review import Review


def review_page(review: Review, fail_on: FailOn) -> str:
    """Write a review as an HTML page.

    Args:
        review: The review.
        fail_on: The least level of a finding that makes it fail.
    """
    rows = deliveries_of(review, SIGNS)
    picture, matrix, details = _pictures(rows)
    style, script = _part("page.css"), _part("page.js")
    return _template().render(
        review=review,
        fails=review.fails(fail_on),
        counts=counts(review),
        rows=rows,
        picture=picture,
        matrix=matrix,
        details=details,
        signs=SIGNS,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _pictures(rows: list[DeliveryRow]) -> tuple[Picture | None, Matrix | None, list[Picture]]:
    """Choose the form by how many there are: a node each, groups, or a matrix with a picture for each group."""
    if not rows:
        return None, None, []
    groups = groups_of(rows)
    if len(rows) <= MOST_NODES:
        return draw(_single(groups), "Deliveries"), None, []
    if sum(len(each.rows) for each in groups) <= MOST_NODES:
        return draw(groups, "Deliveries, workspaces with the same ones together"), None, []
    return None, matrix_of(rows), [draw([each], f"Deliveries of {each.name}") for each in groups]


def _single(groups: list[DeliveryGroup]) -> list[DeliveryGroup]:
    return [DeliveryGroup((workspace,), each.rows) for each in groups for workspace in each.workspaces]


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(shown=shown, many=many, dotted=dotted, short_name=short_name, written=_written)
    return environment.from_string(_part("page.html"))


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _part(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a Content-Security-Policy calls a text by."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
