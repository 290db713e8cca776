"""What becomes of a template before anybody asks for its page."""

from __future__ import annotations

import pytest
from django.template import Context, TemplateSyntaxError, engines

from kizuna.base.ui.loader import joined


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<ul>\n  <li>\n    {{ one }}\n  </li>\n</ul>\n", "<ul><li>{{ one }}</li></ul>"),
        (
            "{% if a %}\n  {{ a }}\n{% else %}\n  {{ b }}\n{% endif %}\n",
            "{% if a %}{{ a }}{% else %}{{ b }}{% endif %}",
        ),
        ("<b>one</b> <i>two</i>\n<u>three</u>", "<b>one</b> <i>two</i><u>three</u>"),
        ("<p>\n  some words\n  and more <b>\n  bold</b>\n</p>", "<p>some words and more <b>bold</b></p>"),
        (
            "<a\n    href=\"/x\"\n    {% if on %}hidden{% endif %}\n    title='it'\n>",
            "<a href=\"/x\" {% if on %}hidden{% endif %} title='it' >",
        ),
        ('<a title="one\n  two > three">\n x</a>', '<a title="one\n  two > three">x</a>'),
        ('<p>it\'s\n  "so"</p>', '<p>it\'s "so"</p>'),
        ("{% blocktrans %}one\n  two{% endblocktrans %}\n<hr>", "{% blocktrans %}one\n  two{% endblocktrans %}<hr>"),
        ("<p>1 < 2\n  and 3</p>\n<hr>", "<p>1 < 2 and 3</p><hr>"),
    ],
)
def test_a_line_break_parts_attributes_and_words_and_is_nothing_elsewhere(written: str, read: str) -> None:
    assert joined(written) == read


def test_an_error_names_the_line_of_the_file_while_somebody_develops() -> None:
    written = '<ul\n  class="a">\n\n  <li>\n{% nonsense %}\n'
    with pytest.raises(TemplateSyntaxError, match="line 5"):
        engines["django"].from_string(joined(written, keep_lines=True))


def test_a_page_is_the_same_with_lines_kept() -> None:
    written = '<ul\n  class="a">\n  {% for one in them %}\n    <li>{{ one }}</li>\n  {% endfor %}\n</ul>'
    page, kept = (engines["django"].from_string(joined(written, keep_lines=how)) for how in (False, True))
    them = {"them": [1, 2]}
    assert (
        page.template.render(Context(them))
        == kept.template.render(Context(them))
        == ('<ul class="a"><li>1</li><li>2</li></ul>')
    )


def test_pages_of_kizuna_are_joined_and_letters_are_not() -> None:
    page = engines["django"].get_template("404.html").template.source
    letter = engines["django"].get_template("account/email/password_reset_message.txt").template.source
    assert "\n" not in page.partition("{% block content %}")[2]
    assert "\n" in letter
