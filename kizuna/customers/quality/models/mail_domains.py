"""Domains of e-mail addresses that lead nowhere for long: throw-away mailboxes, slips of the finger, reserved names."""

from __future__ import annotations

from functools import lru_cache

RESERVED = frozenset({"invalid", "test", "localhost", "local"})
"""Top-level domains that can have no mail (RFC 2606, RFC 6762). "example" is left out: sample companies use it."""

SLIPS = frozenset({
    "gmial.com", "gmai.com", "gmal.com", "gamil.com", "gmil.com", "gnail.com", "gmaill.com", "gmail.con", "gmail.cmo",
    "gmail.comm", "gmail.co.jp", "gmail.jp", "googlemail.con", "hotmial.com", "hotmai.com", "hotmal.com",
    "hotmil.com", "hotmail.con", "hotmail.cmo", "outlok.com", "outloo.com", "outlook.con", "otlook.com",
    "yaho.com", "yahooo.com", "yhoo.com", "yahoo.con", "yahoo.cmo", "yaho.co.jp", "yahooo.co.jp", "yahoo.co.jo",
    "yahoo.co.jpp", "yahoo.ne.jp", "yahoo.jp", "icloud.con", "icoud.com", "iclould.com", "icloud.co.jp",
    "docomo.ne.jo", "docomo.co.jp", "docom.ne.jp", "docomo.ne.jpp", "ezweb.ne.jo", "ezwe.ne.jp", "ezweb.co.jp",
    "softbank.ne.jo", "softbank.co.jpp", "i.softbank.co.jp", "naver.con", "naver.cmo", "nave.com", "navr.com",
    "hanmail.ent", "hanmail.nte", "hanmali.net", "daum.ent", "daum.con", "gmx.dee", "web.dee", "t-online.dee",
    "orange.frr", "wanadoo.frr", "hotmail.frr",
})  # fmt: skip
"""Large providers mistyped. None of these is a provider of mail."""


@lru_cache(maxsize=1)
def _throw_away() -> frozenset[str]:
    from disposable_email_domains import blocklist  # read when it is first needed: ten thousand names

    return frozenset(blocklist)


@lru_cache(maxsize=65_536)
def is_disposable(domain: str) -> bool:
    """Whether a domain, or the one it belongs to, gives out mailboxes to be thrown away."""
    names = domain.split(".")
    return any(".".join(names[start:]) in _throw_away() for start in range(len(names) - 1))


def is_impossible(domain: str) -> bool:
    return domain in SLIPS or domain.rpartition(".")[2] in RESERVED
