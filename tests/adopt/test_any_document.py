"""Whatever documents hold, they are adopted or refused in our own words, and what is written reads again."""

from __future__ import annotations

import copy
import json
from typing import Any

from adopt.documents import answer, filter_of, flattened, topic, web_hook
from azureml_events.adopt.adoption import adopt
from azureml_events.adopt.gathered import Given
from azureml_events.adopt.stack_text import stack_text
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.reader import parse_stack_file
from azureml_events.stackfile.stack_file import checked_stack, sections
from documents.test_any_document import DOCUMENTS, VALUES, places
from hypothesis import given, settings
from hypothesis import strategies as st

EXISTING = [
    [topic()],
    [flattened("a"), flattened("b", filter=filter_of(advancedFilters=[{"operatorType": "IsNotNull", "key": "id"}]))],
    answer(flattened("hook", destination=web_hook()), flattened("c", labels=["x"])),
]
ALL = [*DOCUMENTS, *EXISTING]


@settings(max_examples=800)
@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=3, unique_by=json.dumps), st.data())
def test_documents_with_anything_anywhere_are_adopted_or_refused(documents: list[Any], data: st.DataObject) -> None:
    changed = copy.deepcopy([*documents, [topic()]])
    for _ in range(data.draw(st.integers(0, 3))):
        *outer, last = data.draw(st.sampled_from([place for place in places(changed) if len(place) > 1]))
        holder: Any = changed
        for step in outer:
            holder = holder[step]
        holder[last] = data.draw(VALUES)
    given_documents = [Given(f"{at}.json", each) for at, each in enumerate(changed)]
    try:
        adoption = adopt(given_documents)
    except InputError:
        return
    text = stack_text(adoption)
    if adoption.config:
        read = sections(parse_stack_file(text).config)
        assert read.keys() == adoption.config.keys()
        assert len(checked_stack(read).subscriptions) == len(adoption.config.get("subscriptions", {}))
    again = adopt(reversed(given_documents))
    assert (stack_text(again), again.remarks) == (text, adoption.remarks)
