"""What fields are called, in the language of whoever reads it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kizuna.base.types.labels import label


def test_a_label_begins_with_a_capital_in_the_language_of_each_reader() -> None:
    called = label(_("owner"))
    with override("en"):
        assert str(called) == "Owner"
    with override("ja"):
        assert str(called) == str(_("owner")) != "Owner"
    with override("en"):
        assert str(called) == "Owner"


def test_a_label_that_no_catalogue_knows_is_said_as_it_is() -> None:
    assert label("shelf mark") == "Shelf mark"
    assert label("") == ""
