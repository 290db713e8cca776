"""Money is exact: it adds up, it is shared out without a coin too many, and currencies do not mix."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types.errors import Malformed
from kizuna.base.types.money import MixedCurrencies, Money, minor_units

CURRENCIES = st.sampled_from(["JPY", "KRW", "EUR", "USD", "KWD", "CLF"])


@st.composite
def some_money(draw: st.DrawFn, currency: str | None = None) -> Money:
    currency = currency or draw(CURRENCIES)
    return Money(Decimal(draw(st.integers(-(10**12), 10**12))).scaleb(-minor_units(currency)), currency)


def yen(amount: int) -> Money:
    return Money(amount, "JPY")


def test_a_hundred_yen_shared_by_three() -> None:
    assert yen(100).allocate(3) == [yen(34), yen(33), yen(33)]
    assert yen(-100).allocate(3) == [yen(-34), yen(-33), yen(-33)]
    assert Money("0.05", "EUR").allocate([3, 7]) == [Money("0.02", "EUR"), Money("0.03", "EUR")]
    assert yen(10).allocate([0, 1]) == [yen(0), yen(10)]


@given(some_money(), st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any))
def test_shares_add_up_exactly(whole: Money, weights: list[int]) -> None:
    shares = whole.allocate(weights)
    assert Money.total(shares, whole.currency) == whole
    unit = Decimal(1).scaleb(-minor_units(whole.currency))
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.amount - whole.amount * weight / sum(weights)) < unit + Decimal("1e-9")


@given(some_money(), st.lists(st.decimals("0.01", "100", places=2), min_size=1, max_size=9))
def test_shares_by_fractions_add_up_too(whole: Money, weights: list[Decimal]) -> None:
    assert Money.total(whole.allocate(weights), whole.currency) == whole


@pytest.mark.parametrize("weights", [0, -1, [], [0, 0], [1, -1]])
def test_nothing_is_shared_among_nobody(weights: int | list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        yen(100).allocate(weights)


@given(some_money())
def test_money_survives_json(money: Money) -> None:
    data = money.to_json()
    assert isinstance(data["amount"], str)
    assert Money.from_json(data) == money
    assert "E" not in data["amount"]


def test_json_always_has_the_decimals_of_the_currency() -> None:
    assert Money("12", "EUR").to_json() == {"amount": "12.00", "currency": "EUR"}
    assert Money("12.5000", "EUR").to_json() == {"amount": "12.50", "currency": "EUR"}
    assert Money("1E+3", "JPY").to_json() == {"amount": "1000", "currency": "JPY"}
    assert Money("-0", "EUR").to_json() == {"amount": "0.00", "currency": "EUR"}


@pytest.mark.parametrize("data", [None, "12", {"amount": 1.5, "currency": "EUR"}, {"amount": "1"}, {"currency": "EUR"}])
def test_other_json_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        Money.from_json(data)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("12.5", "JPY", "decimals"),
        ("0.001", "EUR", "decimals"),
        ("12", "yen", "currency"),
        ("12", "jpy", "currency"),
        ("abc", "EUR", "amount"),
        ("NaN", "EUR", "amount"),
        ("Infinity", "EUR", "amount"),
        (10**16, "JPY", "too_large"),
        ("1e400", "JPY", "too_large"),
    ],
)
def test_what_cannot_be_paid_is_refused(amount: str | int, currency: str, code: str) -> None:
    with pytest.raises(Malformed) as raised:
        Money(amount, currency)
    assert raised.value.code == code
    assert str(raised.value)


def test_floats_are_never_money() -> None:
    for attempt in (Money, Money.rounded):
        with pytest.raises(TypeError):
            attempt(1.5, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1, "EUR").times(1.1)  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(MixedCurrencies):
        yen(1) + Money(1, "KRW")
    with pytest.raises(MixedCurrencies):
        assert yen(1) < Money(2, "KRW")
    with pytest.raises(MixedCurrencies):
        Money.total([yen(1), Money(1, "EUR")], "JPY")
    assert yen(1) != Money(1, "KRW")
    with pytest.raises(TypeError):
        yen(1) + 1


@given(some_money("EUR"), some_money("EUR"))
def test_adding_and_taking_away(one: Money, other: Money) -> None:
    assert one + other - other == one
    assert one + other == other + one
    assert Money(0, "EUR") - (-one) == one
    assert (one < other) == (other > one)
    assert one * 2 == 2 * one == one + one
    assert abs(one).amount >= 0


def test_a_rate_rounds_to_what_can_be_paid() -> None:
    assert yen(105).times(Decimal("0.1")) == yen(11)
    assert Money("10.05", "EUR").times(Decimal("0.5")) == Money("5.03", "EUR")
    assert Money.rounded(Decimal("2.675"), "EUR", "ROUND_DOWN") == Money("2.67", "EUR")
    with pytest.raises(TypeError):
        yen(100) * Decimal("1.1")


def test_no_money_is_falsy_and_sums_to_zero() -> None:
    assert not yen(0)
    assert Money.total([], "JPY") == yen(0)
    assert str(Money("1.5", "EUR")) == "1.50 EUR"


def test_money_is_shown_the_readers_way() -> None:
    assert Money("1234.5", "EUR").format("en") == "€1,234.50"
    assert Money("1234.5", "EUR").format("de") == "1.234,50\xa0€"
    assert yen(1200).format("ja") == "￥1,200"
    assert Money(1200, "KRW").format("ko") == "₩1,200"
    assert yen(1200).format("ja-JP") == "￥1,200"
    assert yen(1200).format("tlh") == "¥1,200"


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "amount"),
    [
        ("1200", "JPY", "ja", "1200"),
        ("1,200", "JPY", "ja", "1200"),
        ("￥1,200", "JPY", "ja", "1200"),
        ("１２００円", "JPY", "ja", "1200"),
        ("₩1,200", "KRW", "ko", "1200"),
        ("1.234,50 €", "EUR", "de", "1234.50"),
        ("1 234,50 €", "EUR", "fr", "1234.50"),
        ("1 234,50", "EUR", "fr", "1234.50"),
        ("$-3.50", "USD", "en", "-3.50"),
        ("-$3.50", "USD", "en", "-3.50"),
        ("(3.50)", "USD", "en", "-3.50"),
        ("EUR 12.00", "EUR", "en", "12.00"),
    ],
)
def test_an_amount_is_read_the_way_it_is_typed(typed: str, currency: str, locale: str, amount: str) -> None:
    assert Money.parse(typed, currency, locale) == Money(amount, currency)


@pytest.mark.parametrize("typed", ["", "abc", "1,2", "12 apples and 3 pears", "1.2.3", "--1", "1e5"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        Money.parse(typed, "USD", "en")


@given(some_money(), st.sampled_from(["en", "ja", "ko", "de", "fr"]))
def test_what_is_shown_can_be_typed_again(money: Money, locale: str) -> None:
    assert Money.parse(money.format(locale), money.currency, locale) == money


def test_short_figures_have_their_thousands_in_groups() -> None:
    assert Money("13400000", "JPY").brief("ja") == "￥1,340万"
    assert Money("79000000", "KRW").brief("ko") == "₩7,900만"
    assert Money("13400000", "EUR").brief("en") == "€13.4M"
