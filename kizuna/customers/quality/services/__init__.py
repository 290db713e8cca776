"""Look at records, decide about them, mend them."""

from kizuna.customers.quality.services.deciding import confirm_right, look_again, take_back
from kizuna.customers.quality.services.mending import drop_bad_addresses, write_anew
from kizuna.customers.quality.services.walking import carry_out, catch_up, count, look_at, start_round

__all__ = [
    "carry_out",
    "catch_up",
    "confirm_right",
    "count",
    "drop_bad_addresses",
    "look_again",
    "look_at",
    "start_round",
    "take_back",
    "write_anew",
]
