"""Text as it is stored (`clean`), matched (`fold`), sorted (`sort_key`), searched (`tokens`), shown (`truncate`)."""

from kizuna.base.types.text.cleaning import clean, clean_long
from kizuna.base.types.text.folding import SORT_KEY_LENGTH, fold, sort_key
from kizuna.base.types.text.romanising import romanised
from kizuna.base.types.text.shape import initials, script, truncate
from kizuna.base.types.text.words import query_tokens, tokens

__all__ = [
    "SORT_KEY_LENGTH",
    "clean",
    "clean_long",
    "fold",
    "initials",
    "query_tokens",
    "romanised",
    "script",
    "sort_key",
    "tokens",
    "truncate",
]
