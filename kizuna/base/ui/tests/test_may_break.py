"""An address breaks where a reader would break it."""

from __future__ import annotations

from kizuna.base.ui.templatetags.ui import may_break


def test_an_address_may_go_on_in_the_next_line_at_its_at_sign_and_its_dots() -> None:
    assert may_break("martin.allen@trame.example") == "martin<wbr>.allen<wbr>@trame<wbr>.example"


def test_what_somebody_typed_stays_text() -> None:
    assert may_break("<b>@x.y") == "&lt;b&gt;<wbr>@x<wbr>.y"
