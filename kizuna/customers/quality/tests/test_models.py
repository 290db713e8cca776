"""What decides about domains and parts."""

import pytest

from kizuna.base.resources import registry
from kizuna.customers.quality.models import checks, mail_domains
from kizuna.customers.quality.queries import assessing


def test_throw_away_mailboxes_are_known_with_their_subdomains() -> None:
    assert mail_domains.is_disposable("mailinator.com")
    assert mail_domains.is_disposable("team.mailinator.com")
    assert not mail_domains.is_disposable("gmail.com")
    assert not mail_domains.is_disposable("docomo.ne.jp")


@pytest.mark.parametrize("domain", ["gmail.con", "gmial.com", "yahoo.co.jo", "docomo.ne.jo", "nothing.invalid"])
def test_a_slip_of_the_finger_is_no_domain(domain: str) -> None:
    assert mail_domains.is_impossible(domain)


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.jp", "aoba.example", "naver.com", "t-online.de"])
def test_what_may_exist_is_let_be(domain: str) -> None:
    assert not mail_domains.is_impossible(domain)


@pytest.mark.parametrize("key", checks.KINDS)
def test_the_parts_of_a_complete_record_are_its_fields(key: str) -> None:
    assert checks.PARTS[key].keys() <= registry.get(key).declared.keys()
    assert assessing.parts_of(key).keys() == checks.PARTS[key].keys()


def test_every_check_is_decided_somewhere_and_its_mend_is_a_verb() -> None:
    decided = assessing.OF_RECORD.keys() | assessing.OF_ROWS.keys() | checks.DRAWN_BY_HAND
    assert decided == checks.CHECKS.keys()
    for check in checks.CHECKS.values():
        for key in check.kinds:
            verb = registry.get(key).action(check.mend)
            assert check.mend in ("", "delete") or (verb is not None and verb.is_bulk)
