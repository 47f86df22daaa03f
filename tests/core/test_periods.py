"""Terms are counted from the start, days are local, and typed dates mean one thing."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from siegel.core.periods import (
    Period,
    add_months,
    current_term,
    end_of_day,
    local_day,
    notice_until,
    parse_moment,
    parse_since,
    start_of_day,
)
from siegel.core.refusal import BadInput

BERLIN = ZoneInfo("Europe/Berlin")
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
zones = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "America/Havana",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Asia/Beirut",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "UTC",
    ]
).map(ZoneInfo)


def test_a_term_from_the_last_day_of_january_ends_on_the_last_day_of_short_months() -> None:
    start = date(2025, 1, 31)
    assert add_months(start, 1) == date(2025, 2, 28)
    assert add_months(start, 2) == date(2025, 3, 31)
    assert add_months(start, 37) == date(2028, 2, 29)
    assert current_term(start, 1, date(2025, 3, 15)) == Period(date(2025, 2, 28), date(2025, 3, 31))


def test_a_year_from_a_leap_day_renews_on_the_28th_and_again_on_the_29th() -> None:
    start = date(2024, 2, 29)
    assert current_term(start, 12, date(2025, 2, 28)).first_day == date(2025, 2, 28)
    assert current_term(start, 12, date(2027, 6, 1)).next_day == date(2028, 2, 29)


@given(days, st.sampled_from([1, 3, 12]), st.integers(0, 9000))
def test_terms_follow_each_other_without_gap_or_overlap(
    start: date, months: int, later: int
) -> None:
    on = start + timedelta(days=later)
    term = current_term(start, months, on)
    assert term.first_day <= on < term.next_day
    following = current_term(start, months, term.next_day)
    assert following.first_day == term.next_day
    assert current_term(start, months, term.next_day - timedelta(days=1)) == term
    assert 28 * months <= term.days <= 31 * months


@given(days, st.sampled_from([1, 12]), st.integers(0, 9000))
def test_every_term_begins_on_the_day_of_the_start_or_on_a_months_last_day(
    start: date, months: int, later: int
) -> None:
    first = current_term(start, months, start + timedelta(days=later)).first_day
    assert first.day == start.day or (first + timedelta(days=1)).day == 1


def test_there_is_no_term_before_the_start() -> None:
    with pytest.raises(ValueError, match="before the start"):
        current_term(date(2025, 3, 1), 12, date(2025, 2, 28))


def test_notice_of_thirty_days_before_14_march_ends_with_12_february() -> None:
    assert notice_until(date(2027, 3, 14), 30) == date(2027, 2, 12)
    assert notice_until(date(2027, 3, 14), 14) == date(2027, 2, 28)


@given(days, zones)
@example(date(2024, 4, 26), ZoneInfo("Africa/Cairo"))  # 00:00 does not exist
@example(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))  # neither
@example(date(2025, 11, 2), ZoneInfo("America/Havana"))  # 00:00 exists twice
def test_a_local_day_starts_with_its_first_moment(day: date, zone: ZoneInfo) -> None:
    start = start_of_day(day, zone)
    assert start.tzinfo is UTC
    assert local_day(start, zone) == day
    assert local_day(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)
    assert start_of_day(day + timedelta(days=1), zone) - end_of_day(day, zone) == timedelta(
        microseconds=1
    )


def test_a_day_with_a_clock_change_has_23_or_25_hours() -> None:
    def hours(day: date) -> float:
        length = start_of_day(day + timedelta(days=1), BERLIN) - start_of_day(day, BERLIN)
        return length / timedelta(hours=1)

    assert hours(date(2026, 3, 29)) == 23
    assert hours(date(2026, 10, 25)) == 25


NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["2025-03-01", "01.03.2025", "1.3.2025", "1.3.25", " 2025-03-01 "]
)
def test_a_day_means_its_end_in_the_time_zone_of_the_account(typed: str) -> None:
    expected = datetime(2025, 3, 1, 22, 59, 59, 999_999, tzinfo=UTC)
    assert parse_moment(typed, BERLIN, NOW) == expected


@pytest.mark.parametrize("typed", ["", "  ", "2026-11-22", "22.11.2026", "heute", "Today"])
def test_today_and_nothing_mean_now(typed: str) -> None:
    assert parse_moment(typed, BERLIN, NOW) == NOW


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("2025-03-01T12:00", 11),
        ("2025-07-01T12:00:00", 10),
        ("2025-03-01T12:00:00Z", 12),
        ("2025-03-01T12:00:00+05:00", 7),
        ("2025-03-01T12:00:00 05:00", 7),
    ],
)
def test_a_date_and_time_is_exact_and_local_unless_it_says_otherwise(typed: str, hour: int) -> None:
    moment = parse_moment(typed, BERLIN, NOW)
    assert (moment.hour, moment.minute, moment.tzinfo) == (hour, 0, UTC)


@pytest.mark.parametrize(
    "typed", ["gestern", "31.02.2025", "2025-13-01", "25:00", "1.2.125", "03/01/2025", "1.2"]
)
def test_what_is_no_date_is_refused_in_one_sentence_that_names_it(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_moment(typed, BERLIN, NOW)
    assert typed in str(refused.value)
    assert "01.03.2025" in str(refused.value)


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "31.12.9999", "9999-12-31T10:00"])
def test_what_is_out_of_range_is_refused_with_the_range(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_moment(typed, BERLIN, NOW)
    assert f"„{typed}“ liegt zu weit weg" in str(refused.value)
    assert "vom 01.01.1970 bis zum 31.12.2199" in str(refused.value)


def test_english_reads_the_american_way_too_and_shows_it_as_example() -> None:
    with override("en"):
        expected = parse_moment("2025-03-01", BERLIN, NOW)
        assert parse_moment("03/01/2025", BERLIN, NOW) == expected
        assert parse_moment("3/1/25", BERLIN, NOW) == expected
        with pytest.raises(BadInput, match="Please write it like 2025-03-01"):
            parse_moment("13/01/2025", BERLIN, NOW)


def test_since_today_means_the_start_of_today() -> None:
    assert parse_since("heute", BERLIN, NOW) == start_of_day(date(2026, 11, 22), BERLIN)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(typed: str) -> None:
    with suppress(BadInput):
        assert parse_moment(typed, BERLIN, NOW).tzinfo is UTC


@given(days, zones)
def test_both_ways_of_writing_a_day_mean_the_same(day: date, zone: ZoneInfo) -> None:
    german = parse_moment(f"{day:%d.%m.%Y}", zone, NOW)
    assert german == parse_moment(day.isoformat(), zone, NOW)
