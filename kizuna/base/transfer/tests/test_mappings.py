"""Mappings are remembered: the last one for the same columns, and those that have a name."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import, SavedMapping
from kizuna.base.transfer.services import mappings
from kizuna.base.types.errors import Denied, Invalid, Missing

pytestmark = pytest.mark.django_db
Make = Callable[..., Import]
DATA = "Wer,Gelesen,Post\nA,a,a@x.example\n"


@pytest.fixture
def saved(haruto: User, take_in: Make) -> SavedMapping:
    draft = take_in(haruto, "author", DATA)
    options = draft.options | {"policies": {"reading": "fill"}}
    chosen = ["name", "reading", None]
    return mappings.save_mapping(actor=haruto, imported=draft, mapping=chosen, options=options, name="From the fair")


def test_the_next_file_with_the_same_columns_is_proposed_as_the_last_one(
    haruto: User, sora: User, take_in: Make, bring_in: Make
) -> None:
    assert take_in(haruto, "author", DATA).mapping == [None, None, "emails"]
    bring_in(haruto, "author", DATA, mapping=["name", "reading", None], policies={"reading": "keep"})
    again = take_in(haruto, "author", DATA.replace("Wer", "WER"))
    assert (again.mapping, again.options["policies"]) == (["name", "reading", None], {"reading": "keep"})
    assert take_in(sora, "author", DATA).mapping == [None, None, "emails"]


def test_what_was_changed_before_a_check_is_remembered_and_a_mere_proposal_is_not(
    haruto: User, take_in: Make, bring_in: Make
) -> None:
    bring_in(haruto, "author", DATA)
    assert not Import.objects.exclude(header_mark="").exists()
    draft = take_in(haruto, "author", DATA)
    wanted = ["name", "reading", None]
    transfer.start_dry_run(actor=haruto, imported=draft, mapping=wanted, options=draft.options, later=False)
    transfer.run_dry_run(import_id=draft.pk)
    draft.refresh_from_db()
    started = transfer.start_import(
        actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )
    transfer.run_import(import_id=started.pk)
    assert take_in(haruto, "author", DATA).mapping == wanted


def test_a_saved_mapping_that_was_used_is_remembered_for_its_columns(
    haruto: User, take_in: Make, saved: SavedMapping
) -> None:
    draft = mappings.use_mapping(actor=haruto, imported=take_in(haruto, "author", DATA), saved=saved)
    started = transfer.start_import(
        actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )
    transfer.run_import(import_id=started.pk)
    assert take_in(haruto, "author", DATA).mapping == started.mapping != [None, None, "emails"]


def test_what_may_not_be_written_any_more_is_not_proposed(
    haruto: User, take_in: Make, bring_in: Make, hide: Any
) -> None:
    bring_in(haruto, "author", DATA, mapping=["name", "reading", None])
    hide(haruto, "author", "reading", access="read_only")
    assert take_in(haruto, "author", DATA).mapping == ["name", None, None]


def test_a_saved_mapping_serves_files_with_other_columns_as_well(
    haruto: User, take_in: Make, saved: SavedMapping
) -> None:
    other = take_in(haruto, "author", "emails,gelesen,wer\na@x.example,a,A\n")
    used = mappings.use_mapping(actor=haruto, imported=other, saved=saved)
    assert used.mapping == ["emails", "reading", "name"]
    assert used.options["policies"] == {"reading": "fill"}
    assert "owner" not in saved.options


def test_it_is_private_until_it_is_shared(haruto: User, sora: User, saved: SavedMapping) -> None:
    authors = registry.get("author")
    with pytest.raises(Missing):
        queries.find_mapping(sora, authors, saved.pk)
    mappings.change_mapping(actor=haruto, saved=saved, is_shared=True)
    assert queries.find_mapping(sora, authors, saved.pk) == saved
    for change in (mappings.delete_mapping, mappings.change_mapping):
        with pytest.raises(Denied):
            change(actor=sora, saved=saved)


def test_it_is_renamed_replaced_and_deleted(haruto: User, take_in: Make, saved: SavedMapping) -> None:
    draft = take_in(haruto, "author", DATA)
    given: dict[str, Any] = {"actor": haruto, "imported": draft, "mapping": draft.mapping, "options": draft.options}
    second = mappings.save_mapping(**given, name="Second")
    with pytest.raises(Invalid):
        mappings.change_mapping(actor=haruto, saved=second, name="From the fair")
    with pytest.raises(Invalid):
        mappings.save_mapping(**given, name=" ")
    assert mappings.save_mapping(**given, name="From the fair").pk == saved.pk
    mappings.change_mapping(actor=haruto, saved=saved, name="Fair")
    mappings.delete_mapping(actor=haruto, saved=second)
    assert list(SavedMapping.objects.values_list("name", flat=True)) == ["Fair"]
