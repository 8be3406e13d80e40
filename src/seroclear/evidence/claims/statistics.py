"""Test statistics with degrees of freedom and p values, and correlations."""

from __future__ import annotations

from seroclear.evidence.claims.beside import p_near
from seroclear.evidence.claims.claim import Claim, Correlation, TestStatistic
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.text.token import Reported

# Statistics that may have `df = 17` behind them.
WITH_FREEDOM = frozenset(("t", "F", "chi2", "wald", "H", "Q"))


def statistics(passage: Passage) -> list[Claim]:
    """Test statistics that no effect or comparison has taken, with the p value beside them."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind == "statistic" and place not in passage.used:
            found.append(statistic_at(passage, place))
    return found


def statistic_at(passage: Passage, place: int) -> TestStatistic | Correlation:
    """The statistic there with its p value."""
    token = passage.at(place)
    assert token.number is not None
    df, last = token.df, place
    if not df:
        df, last = _freedom_behind(passage, last, token.name)
    p = p_near(passage, last)
    if p:
        last = p[0]
        if not df:
            df, last = _freedom_behind(passage, last, token.name)
    value = p[1] if p else None
    endpoint = passage.endpoint_near(place)
    if token.name == "r" and not token.df:
        return passage.make(
            Correlation, place, last, value=token.number, p=value, endpoint=endpoint
        )
    return passage.make(
        TestStatistic,
        place,
        last,
        name=token.name,
        value=token.number,
        df=df,
        p=value,
        endpoint=endpoint,
    )


def _freedom_behind(passage: Passage, place: int, name: str) -> tuple[tuple[Reported, ...], int]:
    """`t = 2.98, df = 17`, `F = 4.1, df = 2, 57`: the degrees of freedom and their last place."""
    if name not in WITH_FREEDOM:
        return (), place
    after = place + 1
    while passage.at(after).kind in ("comma", "semicolon", "open") and after < place + 3:
        after += 1
    if passage.word(after) != "df":
        return (), place
    after += 2 if passage.at(after + 1).kind in ("equals", "colon") else 1
    found = [passage.at(after).number]
    if name == "F":
        after += 2
        found.append(passage.at(after).number)
        if passage.at(after - 1).kind != "comma":
            return (), place
    df = tuple(number for number in found if number is not None and not number.unit)
    return (df, after) if len(df) == len(found) else ((), place)
