"""A batch dealt with at once, or row by row, so that one row that cannot be dealt with does not keep out the others.

An import, which stores a batch, and a dry run, which foresees it, try in this one way and refuse the same rows.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence

from django import db
from django.db import DataError, IntegrityError
from django.utils.translation import gettext_lazy as _

from kizuna.base.records import constraints
from kizuna.base.transfer.importing.fates import Fate, Planned
from kizuna.base.transfer.importing.plans import Plan
from kizuna.base.transfer.importing.understanding import Understood
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.verdicts import Verdict
from kizuna.base.types.errors import Errors, Problem, fill

Deal = Callable[[Plan, Sequence[Understood]], Planned]
"""Deals with rows, all or none of them."""

ALL_THE_SAME = 100
"""So many rows of a batch, from its first one on, of which none can be dealt with are not to blame themselves."""
_UNFORESEEN = _("Something unforeseen happened with this row. The log of the server tells what, under %(mark)s.")
_log = logging.getLogger(__name__)


def attempt(plan: Plan, rows: Sequence[Understood], deal: Deal) -> Planned:
    """These rows at once; where that fails, one by one. Raises what is wrong with more than rows: a database that is
    not there or not to be had now, memory that is used up, or a fault that no row gets past."""
    try:
        return deal(plan, rows)
    except (IntegrityError, DataError):
        pass
    except (db.Error, MemoryError):
        raise
    except Exception:  # noqa: S110 - whichever row it is met again with is told of
        pass
    return _one_by_one(plan, [one.row for one in rows], deal)


def _one_by_one(plan: Plan, rows: Sequence[Row], deal: Deal) -> Planned:
    """Each understood anew: what was made of it before may be what was refused."""
    total, unforeseen = Planned(), 0
    for row in rows:
        try:
            total.add(deal(plan, plan.understanding.of([row])))
        except Problem as problem:
            total.fates.append(_refused(row, problem.errors or {"": [problem.message]}))
        except (IntegrityError, DataError) as error:
            said = constraints.broken(error)
            total.fates.append(_refused(row, {"": [said]}) if said else _unforeseen(row, error))
        except (db.Error, MemoryError):
            raise
        except Exception as error:
            unforeseen += 1
            if unforeseen == ALL_THE_SAME == len(total.fates) + 1:
                raise
            total.fates.append(_unforeseen(row, error))
    return total


def _refused(row: Row, errors: Errors) -> Fate:
    return Fate(row, Verdict.REJECTED, errors=errors)


def _unforeseen(row: Row, error: Exception) -> Fate:
    """A fault of the software, or something that the database refuses and nobody has words for: whoever imports reads
    where it is told of, and whoever mends it finds the trace."""
    mark = secrets.token_hex(4)
    _log.error("%s: line %d of a file could not be imported.", mark, row.line, exc_info=error)
    return _refused(row, {"": [fill(_UNFORESEEN, {"mark": mark})]})
