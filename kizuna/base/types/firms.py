"""Names of firms without their legal form, by which nobody sorts or looks for them."""

from __future__ import annotations

import re

from kizuna.base.types import text

_LEADING = re.compile(
    r"^(?:株式会社|有限会社|合同会社|合資会社|合名会社|[一般公益]{2}(?:社団|財団)法人|医療法人(?:社団|財団)?|学校法人|社会福祉法人"
    r"|宗教法人|[弁護士税理司法書行政監査]{2,4}法人|特定非営利活動法人|NPO法人|㈱|㈲|[(（][株有同][)）]"
    r"|주식회사|유한회사|농업회사법인|사단법인|재단법인|학교법인|의료법인|법무법인|세무법인|[(（][주유][)）])\s*"
)
_AROUND = re.compile(
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|\([株有同]\)|주식회사|유한회사|\([주유]\))"
    r"|(?:\b(?:inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|mbh|ag|kg|kgaa|ohg|ug|e\.?k|se"
    r"|sa|sas|sarl|s\.a|s\.a\.s|s\.a\.r\.l|eurl|srl|s\.r\.l|spa|s\.p\.a|sl|s\.l|slu|bv|b\.v|nv|n\.v|oy|oyj|ab|as|aps"
    r"|a/s|kk|k\.k|gk|g\.k|pte|pty|sp\.? z o\.?o)\b\.?)"
)
_SEPARATORS = re.compile(r"[\s,.&()+/-]+")


def bare_name(name: str) -> str:
    """The name without the legal form before it: 株式会社青葉建設 is 青葉建設."""
    return _LEADING.sub("", name) or name


def core(name: str) -> tuple[str, ...]:
    """The words that name a firm, folded, wherever its legal form stands: ("aoba",) of Aoba Co., Ltd."""
    folded = text.fold(name)
    words = _SEPARATORS.sub(" ", _AROUND.sub(" ", folded)).split()
    return tuple(words) or tuple(folded.split())
