"""What contacts and companies get from this room: how complete they are, what was found about them, and verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Func, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import fields, registry
from kizuna.customers.contacts import resources as contacts  # noqa: F401 - the records have to be there
from kizuna.customers.quality import services
from kizuna.customers.quality.models import Finding, checks
from kizuna.customers.quality.queries import assessing, findings
from kizuna.customers.quality.queries.figures import FIELD


class Listed(Func):
    """Texts of several rows as one, with commas."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)


class Completeness(fields.Percent):
    """How much of what a complete record has is filled in, of a hundred: reckoned from the record, never stored."""

    def __init__(self, key: str) -> None:
        super().__init__("completeness", _("complete (%)"), editable=False, sortable=False)
        self._key = key

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(checks.PARTS[self._key].values())

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(checks.PARTS[self._key])

    def value(self, columns: Sequence[Any]) -> int:
        filled = sum(value not in (None, "") for value in columns)
        return round(100 * filled / len(self.paths))

    def read(self, record: Any) -> int:
        return assessing.completeness(self._key, record)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": 100}

    def condition(self) -> None:
        return None


class Findings(fields.Choices):
    """What was found about a record and waits to be mended or decided."""

    def __init__(self, key: str) -> None:
        offered = [(check.code, check.label) for check in checks.of_kind(key)]
        super().__init__(FIELD, _("to be mended"), choices=offered, editable=False)
        self._key = key

    @property
    def paths(self) -> tuple[str, ...]:
        return ("pk",)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(checks.PARTS[self._key])

    def annotations(self, actor: Any) -> dict[str, Any]:
        rows = Finding.objects.open().filter(resource=self._key, record_id=OuterRef("pk")).order_by()
        codes = rows.values("record_id").annotate(codes=Listed("code")).values("codes")
        return {f"{self.name}_codes": Subquery(codes)}

    def value(self, columns: Sequence[Any]) -> list[str]:
        found = set((columns[1] or "").split(","))
        return [code for code in self._labels if code in found]

    def read(self, record: Any) -> list[str]:
        return findings.open_codes(self._key, record.pk)

    def condition(self) -> ConditionField:
        return ConditionField(
            name=self.name,
            label=self.label,
            kind=self.kind,
            choices=self.choices,
            lookup=lambda op, values: findings.having(self._key, [self._code(value) for value in values] or None),
        )


Findings.keys = fields.Field.keys  # type: ignore[method-assign]  # computed: nothing to be found by

VERBS = (services.confirm_right, services.look_again, services.write_anew, services.drop_bad_addresses)

for _key in checks.KINDS:
    registry.extend(
        _key,
        actions=[verb.about(registry.get(_key).model) for verb in VERBS],
        fields=(Completeness(_key), Findings(_key)),
    )
