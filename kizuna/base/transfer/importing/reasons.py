"""Why a row could not be used, in words: the column as the file calls it, what stands there, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing.fates import Fate
from kizuna.base.transfer.mapping.targets import Target
from kizuna.base.types import text
from kizuna.base.types.errors import Errors

_SHOWN = 60  # letters of a value


class Reasons:
    """Words for the rejected rows of one file."""

    def __init__(self, resource: Resource, header: Sequence[str], mapping: Sequence[Target | None]) -> None:
        self._resource, self._header = resource, header
        self._places: dict[str, list[int]] = {}
        for place, target in enumerate(mapping):
            if target is not None:
                self._places.setdefault(target.field, []).append(place)

    def of(self, fate: Fate) -> str:
        """All that is wrong with a row: "Mail “anna.example”: An e-mail address has an @ in the middle." """
        said = self._said(fate, fate.errors or fate.held)
        return _("All but this: %(reasons)s") % {"reasons": said} if fate.is_partly else said

    def _said(self, fate: Fate, errors: Errors) -> str:
        found = []
        for path, messages in errors.items():
            where = self._where(path, fate)
            words = " ".join(map(str, messages))
            found.append(f"{where}: {words}" if where else words)
        return " ".join(found)

    def _where(self, path: str, fate: Fate) -> str:
        name = path.partition(".")[0]
        place, value = fate.sources.get(path) or self._likely(name, fate.row.cells)
        if place is not None and value.strip():
            column = self._column(place)
            value = text.truncate(" ".join(value.replace("\0", "").split()), _SHOWN)
            return _("%(column)s “%(value)s”") % {"column": column, "value": value}
        field = self._resource.fields.get(name)
        return str(field.label) if field else ""

    def _column(self, place: int) -> str:
        """What the file calls a column; behind its columns stand the values that every row gets."""
        if place >= len(self._header):
            return _("Value for every row")
        return self._header[place] or _("Column %(number)d") % {"number": place + 1}

    def _likely(self, name: str, cells: Sequence[str]) -> tuple[int | None, str]:
        """The only column that says something about a field."""
        found = [place for place in self._places.get(name, ()) if place < len(cells) and cells[place].strip()]
        return (found[0], cells[found[0]]) if len(found) == 1 else (None, "")
