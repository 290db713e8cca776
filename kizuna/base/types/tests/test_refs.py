"""A reference to any record survives the way through text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types.refs import RecordRef


@given(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True), st.integers(1, 2**63 - 1))
def test_a_reference_reads_what_it_writes(resource: str, number: int) -> None:
    reference = RecordRef(resource, number)
    assert RecordRef.parse(str(reference)) == reference


def test_it_looks_like_contact_42() -> None:
    assert str(RecordRef("contact", 42)) == "contact:42"
    assert RecordRef.parse("contact:42") == RecordRef("contact", 42)


@pytest.mark.parametrize(
    "text", ["", "contact", "contact:", "contact:0", "contact:-1", "contact:x", "Contact:1", "a:1:2"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="contact:42"):
        RecordRef.parse(text)
