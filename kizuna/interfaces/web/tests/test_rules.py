"""Where administrators find what a department is ruled by."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("consent", ["/purposes", "/wordings", "/policypacks", "/consents", "/suppressions"]),
        ("sales", ["/pipelines", "/stages", "/closereasons", "/competitors"]),
        ("leads", ["/scorerules", "/responsetargets", "/businesshours"]),
        ("catalogue", ["/categories", "/taxclasses", "/taxrates", "/exchangerates", "/pricebooks"]),
    ],
)
def test_administrators_are_led_to_every_list_and_others_are_not(alice, haruto, page: str, leads_to: list[str]) -> None:
    client = Client()
    client.force_login(alice)
    shown = client.get(f"/settings/{page}").content.decode()
    for url in leads_to:
        assert f'href="{url}"' in shown
        assert client.get(url).status_code == 200
    client.force_login(haruto)
    assert client.get(f"/settings/{page}").status_code == 403
