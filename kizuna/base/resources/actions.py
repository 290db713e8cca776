"""Action: a service whose typed signature becomes button, form, endpoint, bulk operation and permission."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from kizuna.base.access import policy
from kizuna.base.access.permissions import RIGHTS_OF_THEIR_OWN
from kizuna.base.events import acting
from kizuna.base.resources import fields as kinds
from kizuna.base.resources.fields.clocks import Time
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Errors, Invalid, Missing
from kizuna.base.types.money import Money
from kizuna.base.types.verdicts import Verdicts


@dataclass(frozen=True)
class Foreseen:
    """A record that an action would make, or fill (`record_id`): its fields as the API writes them. `links` are fields
    that would lead to what is made before it."""

    resource: str
    record_id: int | None
    values: Mapping[str, Any]
    links: Sequence[str]


@dataclass(frozen=True)
class Param:
    """One argument of an action beside the actor and the record it is about."""

    name: str
    field: kinds.Field
    has_default: bool


class Action:
    """A verb on one kind of record. Calling it checks the right named like the verb, and runs in one transaction."""

    def __init__(
        self,
        service: Callable[..., Any],
        *,
        label: Any,
        done: Any,
        icon: str,
        bulk: bool,
        confirm: Any,
        when: Callable[[Any], bool],
        asks: Mapping[str, Any],
        place: str = "head",
        opens: bool = False,
        part_of: str = "",
        put_back: bool = False,
    ) -> None:
        self.service, self.fits, self.asks, self.place, self.opens = service, when, asks, place, opens
        self.part_of, self.can_be_put_back = part_of, put_back
        self.many: Callable[..., Verdicts] | None = None
        self.plan: Callable[..., Sequence[Foreseen]] | None = None
        self._model: type[Any] | None = None
        self.label, self.done, self.icon, self.is_bulk, self.confirm = label, done, icon, bulk, confirm
        self.signature = inspect.signature(service)
        functools.update_wrapper(self, service)

    def __repr__(self) -> str:
        return f"<Action {self.name}>"

    @property
    def name(self) -> str:
        return self.service.__name__

    @property
    def description(self) -> str:
        return inspect.getdoc(self.service) or ""

    @functools.cached_property
    def hints(self) -> dict[str, Any]:
        return typing.get_type_hints(self.service, include_extras=True)

    @functools.cached_property
    def subject(self) -> str:
        """The name of the argument that holds the record: the first after the actor."""
        names = list(self.signature.parameters)
        if names[:1] != ["actor"] or len(names) < 2:
            raise TypeError(f"{self.name}: an action takes the actor first, then the record it is about.")
        return names[1]

    @property
    def model(self) -> type[Any]:
        return self._model or self.hints[self.subject]

    def about(self, model: type[Any]) -> Action:
        """The same verb on one kind of record, for a service that takes any."""
        found = copy.copy(self)
        found._model = model
        return found

    @functools.cached_property
    def params(self) -> tuple[Param, ...]:
        """The further arguments, each with the field that understands its input."""
        found = []
        for name, parameter in list(self.signature.parameters.items())[2:]:
            has_default = parameter.default is not inspect.Parameter.empty
            label = self.asks.get(name, name.replace("_", " "))
            field = _field_for(name, label, self.hints[name], required=not has_default)
            found.append(Param(name, field, has_default))
        return tuple(found)

    def __call__(self, *, actor: Any, **arguments: Any) -> Any:
        with transaction.atomic(), acting(actor):
            policy.check(actor, self.name, arguments[self.subject])
            return self.service(actor=actor, **arguments)

    def understand(self, raw: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Arguments from JSON or form input. Raises Invalid with a message per argument."""
        errors: Errors = {}
        found: dict[str, Any] = {}
        names = {param.name for param in self.params}
        for name in raw:
            if name not in names:
                errors[name] = [f"{self.name} has no argument {name}."]
        for param in self.params:
            if param.has_default and raw.get(param.name) in (None, ""):
                continue
            try:
                value = param.field.parse(raw.get(param.name), reader)
                found[param.name] = self._resolve(param.field, value)
            except Invalid as error:
                errors |= error.under(param.name).errors
        if errors:
            raise Invalid(errors)
        return found

    def _resolve(self, field: kinds.Field, value: Any) -> Any:
        return field.target.model.objects.get(pk=value) if isinstance(field, kinds.Relation) and value else value

    def run(self, *, actor: Any, record_id: int, raw: Mapping[str, Any], reader: Reader) -> Any:
        """Do it to the record with this id: the way in of buttons, the API and bulk work. Raises Missing, Denied, …"""
        with transaction.atomic(), acting(actor):
            self._hold_whole(record_id)
            rows = self.model._default_manager.visible_to(actor).select_for_update(of=("self",))
            record = rows.filter(pk=record_id).first()
            if record is None:
                raise Missing()
            policy.check(actor, self.name, record)
            return self.service(actor=actor, **{self.subject: record}, **self.understand(raw, reader))

    def planned_by(self, plan: Callable[..., Sequence[Foreseen]]) -> Callable[..., Sequence[Foreseen]]:
        """Say what it would do: `plan(actor=, <the record>=, **arguments)` tells the records in the order in which they
        would be made or filled, as far as the actor may read them, and writes nothing."""
        self.plan = plan
        return plan

    def foresee(self, *, actor: Any, record_id: int, raw: Mapping[str, Any], reader: Reader) -> Sequence[Foreseen]:
        """What `run` would do with the same, of a verb that says so. Raises what that would raise."""
        record = self.model._default_manager.visible_to(actor).filter(pk=record_id).first()
        if record is None or self.plan is None:
            raise Missing()
        policy.check(actor, self.name, record)
        return self.plan(actor=actor, **{self.subject: record}, **self.understand(raw, reader))

    def _hold_whole(self, record_id: int) -> None:
        """Lock what the record is part of before the record itself, as a verb on the whole does."""
        if self.part_of:
            whole = self.model._meta.get_field(self.part_of).related_model._default_manager
            parts = self.model._default_manager.filter(pk=record_id)
            whole.select_for_update(of=("self",)).filter(pk__in=parts.values(self.part_of)).first()

    def carry_out(self, *, actor: Any, record: Any, arguments: Mapping[str, Any]) -> Any:
        """Do it to a record that the caller has locked, and that the actor may do it to, with arguments that were
        understood: what `run` does, for work on many records that checks the rights of all of them at once."""
        with transaction.atomic(), acting(actor):
            return self.service(actor=actor, **{self.subject: record}, **arguments)

    def for_many(self, service: Callable[..., Verdicts]) -> Callable[..., Verdicts]:
        """Say how it is done to many records at once: `service(actor=, records=, **arguments)` answers what became of
        each. It raises a Problem, and leaves nothing, when one of them is in the way of the others."""
        self.many = service
        return service

    def carry_out_many(self, *, actor: Any, records: Sequence[Any], arguments: Mapping[str, Any]) -> Verdicts:
        """`carry_out` for many records at once, of a verb that says how."""
        assert self.many is not None
        with transaction.atomic(), acting(actor):
            return self.many(actor=actor, records=records, **arguments)


def action(
    *,
    label: Any,
    done: Any,
    icon: str = "bolt",
    bulk: bool = False,
    confirm: Any = "",
    when: Callable[[Any], bool] = lambda record: True,
    asks: Mapping[str, Any] | None = None,
    place: str = "head",
    own_right: bool = False,
    opens: bool = False,
    part_of: str = "",
    put_back: bool = False,
) -> Callable[[Callable[..., Any]], Action]:
    """Make a service an action. `label` is the button ("Complete"), `done` what is said afterwards ("Task
    completed."), `confirm` a question to ask before it runs.

    `asks` are the labels of the further arguments in the form. `when` says for which records the button is offered;
    the service itself refuses where it cannot be done. `place` is where the record's page has the button: its "head",
    the "menu" there for what is rarely done, a "panel" of the room, or "page": one that the room has itself. With
    `own_right` the right to update does not bring this one along. `opens`: the page of the record that it makes is
    shown next. `part_of` is the relation to the record that it changes as well, and that verbs of its own lock first.
    `put_back`: all that it does is change fields, so that a change of many is undone as an edit is.
    """

    def decorate(service: Callable[..., Any]) -> Action:
        if own_right:
            RIGHTS_OF_THEIR_OWN.add(service.__name__)
        return Action(
            service, label=label, done=done, icon=icon, bulk=bulk, confirm=confirm, when=when, asks=asks or {},
            place=place, opens=opens, part_of=part_of, put_back=put_back,
        )  # fmt: skip

    return decorate


_PLAIN: dict[Any, Callable[..., kinds.Field]] = {
    str: kinds.LongText,
    int: kinds.Number,
    bool: kinds.Flag,
    Decimal: functools.partial(kinds.Number, places=4),
    Money: kinds.MoneyAmount,
    dt.date: kinds.Day,
    dt.datetime: kinds.Moment,
    dt.time: Time,
    list[str]: kinds.Tags,
}


def _field_for(name: str, label: Any, hint: Any, *, required: bool) -> kinds.Field:
    """The field of an argument's type. Raises TypeError for a type that no input can fill."""
    inner = [part for part in typing.get_args(hint) if part is not type(None)]
    if type(None) in typing.get_args(hint) and len(inner) == 1:
        hint = inner[0]
    among = None
    if typing.get_origin(hint) is typing.Annotated:
        hint, *told = typing.get_args(hint)
        among = next((one.condition for one in told if isinstance(one, kinds.Among)), None)
    if typing.get_origin(hint) is typing.Literal:
        options: Sequence[Any] = typing.get_args(hint)
        return kinds.Choice(name, label, choices=[(value, str(value)) for value in options], required=required)
    if isinstance(hint, type) and issubclass(hint, models.Choices):
        return kinds.Choice(name, label, choices=hint.choices, required=required)
    if isinstance(hint, type) and issubclass(hint, str) and hasattr(hint, "choices"):
        return kinds.Choice(name, label, choices=hint.choices(), required=required)  # a registry that rooms add to
    if isinstance(hint, type) and issubclass(hint, models.Model):
        return kinds.Relation(name, label, target=policy.resource_key(hint), among=among, required=required)
    if hint in _PLAIN:
        return _PLAIN[hint](name, label, required=required)
    raise TypeError(f"An action's argument {name} has the type {hint}, which no form or API call can fill.")
