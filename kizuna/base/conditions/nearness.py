"""Positions in a circle: the boxes around it by index, the way over the sphere for what lies in them."""

from __future__ import annotations

import math
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Cast, Cos, Power, Sin
from django.db.models.lookups import LessThanOrEqual

from kizuna.base.types.positions import MILLION, Box, Circle

RADIANS = math.pi / 180 / MILLION


def near(path: str, circle: Circle) -> Q:
    """Rows whose position (the path of its latitude) lies in a circle; not true where there is none."""
    inside = reduce(or_, (within(path, box) for box in circle.boxes))
    return inside & Q(LessThanOrEqual(_haversine(path, circle), Value(circle.haversine_limit)))


def within(path: str, box: Box) -> Q:
    """Rows whose position lies in a box."""
    south, west, north, east = box
    return Q(**{f"{path}__gte": south, f"{path}__lte": north, f"{path}_lon__gte": west, f"{path}_lon__lte": east})


def _haversine(path: str, circle: Circle) -> Any:
    lat, lon = (_radians(name) for name in (path, f"{path}_lon"))
    here, there = math.radians(circle.centre.lat), math.radians(circle.centre.lon)
    up = Power(Sin((lat - Value(here)) / Value(2.0)), 2)
    across = Power(Sin((lon - Value(there)) / Value(2.0)), 2)
    return up + Value(math.cos(here)) * Cos(lat) * across


def _radians(path: str) -> Any:
    return Cast(F(path), FloatField()) * Value(RADIANS)
