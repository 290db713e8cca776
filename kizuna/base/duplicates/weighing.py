"""From what two records have in common to how likely they are one: Fellegi and Sunter's rule, learned by EM.

Of each level of an aspect two shares are known: among pairs of one and the same (m), and among pairs of two (u). Their
ratio is the evidence; evidence of different aspects multiplies. `learned` finds the shares of this database from pairs
whose truth nobody knows (expectation and maximisation), starting from `USUAL`; few pairs change them little.

Source: I. Fellegi, A. Sunter: A Theory for Record Linkage, JASA 64 (1969); W. Winkler: Using the EM Algorithm for
Weight Computation in the Fellegi-Sunter Model of Record Linkage, 1988.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from math import log2

import msgspec

from kizuna.base.duplicates.comparing import DIFFERS, LEVELS, First, Levels

Shares = tuple[tuple[float, ...], ...]
"""Of each aspect the share of each level, in the order of LEVELS."""

USUAL_SAME: Shares = (
    (0.50, 0.20, 0.12, 0.07, 0.05, 0.03, 0.03),
    (0.55, 0.10, 0.35),
    (0.85, 0.10, 0.05),
    (0.60, 0.15, 0.10, 0.15),
    (0.70, 0.30),
)
USUAL_OTHER: Shares = (
    (0.00005, 0.0004, 0.0006, 0.002, 0.004, 0.03, 0.96295),
    (0.0002, 0.0003, 0.9995),
    (0.0001, 0.004, 0.9959),
    (0.0005, 0.002, 0.02, 0.9775),
    (0.01, 0.99),
)
PATIENCE, CALM = 40, 1e-4
"""Rounds of learning, and the change below which there is no need for another."""
LIKELY = 0.5
"""Certainty from which on two records are shown as a pair, and teach what such pairs have in common."""
DUPLICATED, MOST_DUPLICATED = 0.05, 2.0
"""How many duplicates a record has in the mean, before anything is known, and at most."""
TRUST = 50.0
"""How many pairs the usual shares are worth, beside those of the database."""
NAMED = 1000.0
"""The same for names that were counted: among few records, one that is there twice makes no name a common one."""


class Weights(msgspec.Struct, frozen=True):
    """What one database has taught: shares among pairs of one and the same, and among any two records."""

    same: Shares = USUAL_SAME
    other: Shares = USUAL_OTHER
    prior: float = 1e-5
    """The share of pairs of one and the same among all pairs of records, whether they are compared or not."""

    def evidence(self, levels: Levels) -> list[float | None]:
        """Bits for (above 0) or against each aspect's being of one and the same.

        People who live or work together share addresses, numbers and firms, but no birthday. So where names and days
        differ these say nothing for it, and of an address and a firm only one does. No level says more than a better
        one: a name that is spelt alike may be the rarer chance, but it is no stronger reason.
        """
        bits = [
            None if level is None else min(map(_bits, same[: level + 1], other[: level + 1]))
            for level, same, other in zip(levels, self.same, self.other, strict=True)
        ]
        name, key, born, place, group = range(len(LEVELS))
        if (levels[name] or 0) >= DIFFERS and levels[born] != 0:
            for shared in (key, place, group):
                bits[shared] = _at_most(0.0, bits[shared])
        weaker = place if (bits[place] or 0) < (bits[group] or 0) else group
        if (bits[place] or 0) > 0 and (bits[group] or 0) > 0:
            bits[weaker] = 0.0
        return bits

    def certainty(self, levels: Levels) -> float:
        """How likely the two are one, from 0 to 1."""
        bits = log2(self.prior / (1 - self.prior)) + sum(bit for bit in self.evidence(levels) if bit is not None)
        return 1 / (1 + 2.0 ** -max(-60.0, min(60.0, bits)))


def _bits(same: float, other: float) -> float:
    return log2(same / other)


def _at_most(limit: float, bits: float | None) -> float | None:
    return None if bits is None else min(limit, bits)


def shares_among(levels: Iterable[Levels], named_alike: tuple[int, int, int] = (0, 0, 0)) -> Shares:
    """The shares of levels among pairs drawn at random, which are nearly all of two.

    `named_alike` are pairs with the same rare name and with another, of how many: counted, because few are drawn.
    """
    counted: list[Counter[int]] = [Counter() for _aspect in LEVELS]
    for one in levels:
        for counter, level in zip(counted, one, strict=True):
            if level is not None:
                counter[level] += 1
    names, *others = (_blended(counter, usual) for counter, usual in zip(counted, USUAL_OTHER, strict=True))
    *alike, total = named_alike
    usual = USUAL_OTHER[0]
    known = [(count + NAMED * share) / (total + NAMED) for count, share in zip(alike, usual, strict=False)]
    rest = names[len(known) :]
    left = (1 - sum(known)) / sum(rest)
    return ((*known, *(share * left for share in rest)), *others)


def prior_among(records: int, duplicated: float = DUPLICATED) -> float:
    """The share of pairs of one and the same: the more people, the more chance likenesses."""
    return min(0.05, min(duplicated, MOST_DUPLICATED) / max(1, records))


def hopeless(other: Shares, records: int) -> set[First]:
    """Levels of name and birthday with which two are not likely one, whatever else they have in common and whatever is
    learned: names that differ and birthdays that are not the same, where a level's share among pairs of one is 1."""
    prior = prior_among(records, MOST_DUPLICATED)
    names, _keys, born, *_others = other
    days: dict[int | None, float] = {None: 1.0} | dict(enumerate(born))
    return {
        (name, day)
        for name in range(DIFFERS, len(names))
        for day, by_chance in days.items()
        if day != 0 and prior / (1 - prior) < names[name] * by_chance * LIKELY / (1 - LIKELY)
    }


def learned(patterns: Mapping[Levels, int], other: Shares = USUAL_OTHER, *, records: int = 10_000) -> Weights:
    """The weights that explain how often each pattern of levels occurs among the compared pairs.

    `other` stays as it is: pairs that are compared have something in common, so the chance ones among them would teach
    that a common name means nothing. For the same reason only pairs that are likely teach: a hundred thousand
    namesakes, each taken for one and the same by a little, would outweigh all who are.
    """
    weights = Weights(other=other, prior=prior_among(records))
    for _round in range(PATIENCE):
        counted: list[dict[int, float]] = [defaultdict(float) for _aspect in LEVELS]
        pairs = 0.0
        for levels, count in patterns.items():
            certainty = weights.certainty(levels)
            if certainty < LIKELY:
                continue
            pairs += certainty * count
            for counter, level in zip(counted, levels, strict=True):
                if level is not None:
                    counter[level] += certainty * count
        same = tuple(_blended(counter, usual) for counter, usual in zip(counted, USUAL_SAME, strict=True))
        duplicated = (2 * pairs + DUPLICATED * TRUST) / (records + TRUST)
        before, weights = weights.same, Weights(same=same, other=other, prior=prior_among(records, duplicated))
        if max(abs(new - old) for new, old in zip(chain(*same), chain(*before), strict=True)) < CALM:
            break
    return weights


def _blended(counted: Mapping[int, float], usual: tuple[float, ...]) -> tuple[float, ...]:
    """Shares of what was counted, pulled towards the usual ones where little was."""
    total = sum(counted.values()) + TRUST
    return tuple((counted.get(level, 0) + TRUST * share) / total for level, share in enumerate(usual))
