"""Telephone numbers that ring nowhere, yet look right in each country.

Britain, France, Germany, Sweden and Ireland keep ranges for films and books; they are used. Elsewhere the numbers
stand in ranges that are not given out: no Japanese exchange begins with 0 or 1, for example. Such a number is written
with its country code, because one that nobody can have is only stored that way.
"""

from __future__ import annotations

MOBILE = {
    "JP": "+81 {a}0-0{b:03}-{c:04}",
    "KR": "010-0{b:03}-{c:04}",
    "GB": "+44 7700 900{d:03}",
    "FR": "+33 6 39 98 {e:02} {f:02}",
    "DE": "0176 04069{d:03}",
    "SE": "070-174 06 {f:02}",
}
FIXED = {
    "KR": "+82 {area}-000-{c:04}",
    "GB": "+44 20 7946 0{d:03}",
    "FR": "01 99 00 {e:02} {f:02}",
    "DE": "030 23125{d:03}",
    "SE": "08-465 004 {f:02}",
    "IE": "+353 20 910 {c:04}",
    "AT": "+43 660 0001{d:03}",
    "CH": "+41 44 000 {e:02} {f:02}",
    "BE": "+32 2 000 {e:02} {f:02}",
    "NL": "020 000 {c:04}",
    "IT": "02 0000 {c:04}",
    "ES": "910 000 {d:03}",
    "PL": "22 000 {e:02} {f:02}",
    "DK": "+45 32 00 {e:02} {f:02}",
    "PT": "+351 21 000 {c:04}",
    "LU": "+352 20 00 {e:02} {f:02}",
}


class Numbers:
    """Hands out numbers in order, so that no two people of one country share one before the range is used up."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def mobile(self, country: str) -> str:
        """A mobile number as people of the country write it."""
        return self._fill(MOBILE.get(country) or FIXED[country], country)

    def fixed(self, country: str, area: str = "") -> str:
        """A number on a desk. Japan's and Korea's begin with the `area` code of the place."""
        if country == "JP":
            return self._japanese(area)
        return self._fill(FIXED[country], country, area)

    def _fill(self, pattern: str, country: str, area: str = "") -> str:
        at = self._next(country)
        scattered = at * 7919 % 10_000_000
        return pattern.format(
            a="97"[at % 2],
            b=scattered // 10_000,
            c=scattered % 10_000,
            d=at % 1000,
            e=at // 100 % 100,
            f=at % 100,
            area=area.removeprefix("0"),
        )

    def _japanese(self, area: str) -> str:
        """Area code and exchange have six digits together (seven with 050); an exchange begins with 2 or more."""
        leading = "0" if area in ("050", "053", "076") else "1"
        exchange = leading.ljust((7 if area == "050" else 6) - len(area), "0")
        return f"+81 {area[1:]}-{exchange}-{self._next('JP fixed') * 7919 % 10_000:04}"

    def _next(self, country: str) -> int:
        self._given[country] = self._given.get(country, 0) + 1
        return self._given[country]
