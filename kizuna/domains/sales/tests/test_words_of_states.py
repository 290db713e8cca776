"""What states are called where a word of English is both a state and a verb."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from kizuna.customers.orders.models import Order
from kizuna.domains.sales.models import Kind


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_an_open_deal_or_order_is_open_and_not_to_be_opened(language: str) -> None:
    with translation.override(language):
        assert gettext("Open") not in (str(Kind.OPEN.label), str(Order.Status.OPEN.label), "Open")
