"""Never faster than the settings say: by an injected clock."""

import threading
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailing.delivery.patience import Clock, Pace
from newsletter.settings.smtp import Rate

NOW = datetime(2026, 11, 28, tzinfo=UTC)


class Time:
    """A clock that only sleeping moves, and what is done between."""

    def __init__(self) -> None:
        self.now = 100.0

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: NOW, self.sleep, lambda: 0.0)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def starts(rate: Rate, busy: list[float], domain_rates=None, domain: str = "a.fr") -> list[float]:
    """Return when messages leave, each of which takes some time."""
    time = Time()
    pace = Pace(rate, domain_rates or {}, time.clock, None)
    found = []
    for seconds in busy:
        pace.wait(domain)
        found.append(time.now)
        time.now += seconds
    return found


@pytest.mark.parametrize("rate", [Rate(20, 1), Rate(300, 60), Rate(5000, 3600)])
def test_over_a_minute_the_pace_is_that_of_the_settings(rate: Rate) -> None:
    count = round(60 / rate.interval)

    found = starts(rate, [0.5 * rate.interval] * (count + 1))

    assert found[-1] - found[0] == pytest.approx(60, rel=0.02)


@given(st.lists(st.floats(0, 0.4), min_size=2, max_size=200))
def test_no_second_has_more_messages_than_the_settings_allow(busy: list[float]) -> None:
    found = starts(Rate(20, 1), busy)

    for number, first in enumerate(found):
        in_a_second = [each for each in found[number:] if each - first < 1 - 1e-9]
        assert len(in_a_second) <= 20


def test_a_domain_of_its_own_pace_does_not_slow_the_others() -> None:
    time = Time()
    slow = {"orange.fr": Rate(1, 1)}
    pace = Pace(Rate(20, 1), slow, time.clock, None)

    first = pace.postpone("orange.fr")
    pace.wait("orange.fr")
    aside = [pace.postpone("orange.fr") for _number in range(3)]
    others = [pace.postpone("a.fr") for _number in range(3)]
    for _number in range(10):
        pace.wait("a.fr")

    assert (first, aside, others) == (0, [101, 102, 103], [0, 0, 0])
    assert time.now == pytest.approx(100 + 10 / 20)


@given(st.lists(st.floats(0, 0.4), min_size=2, max_size=200))
def test_who_asks_without_waiting_is_never_given_more_than_the_settings_allow(busy) -> None:
    time, found = Time(), []
    pace = Pace(Rate(20, 1), {}, time.clock, None)

    for seconds in busy:
        if pace.takes_now("a.fr"):
            found.append(time.now)
        time.now += seconds

    assert found[0] == 100
    assert all(after - before >= 1 / 20 - 1e-9 for before, after in pairwise(found))


def test_whose_domain_has_to_wait_takes_no_time_of_the_others() -> None:
    time = Time()
    slow = {"orange.fr": Rate(1, 1)}
    pace = Pace(Rate(20, 1), slow, time.clock, None)

    first = pace.takes_now("orange.fr")
    time.now += 0.05
    taken = [pace.takes_now(domain) for domain in ("orange.fr", "a.fr", "a.fr")]

    assert first
    assert taken == [False, True, False]


def test_all_connections_share_one_pace() -> None:
    lock, left = threading.Lock(), []
    clock = Clock(lambda: 0.0, lambda: NOW, lambda seconds: note(seconds), lambda: 0.0)
    pace = Pace(Rate(20, 1), {}, clock, None)

    def note(seconds: float) -> None:
        with lock:
            left.append(round(seconds, 6))

    threads = [threading.Thread(target=pace.wait, args=("a.fr",)) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(left) == [round(number / 20, 6) for number in range(1, 20)]


class Account:
    """The time that processes share, as a database gives it away."""

    def __init__(self, time: Time) -> None:
        self._time, self._next = time, 0.0

    def reserve(self, seconds: float) -> float:
        begins = max(self._next, self._time.now)
        self._next = begins + seconds
        return begins - self._time.now


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 0.4)), min_size=2, max_size=200),
    st.sampled_from([Rate(2, 1), Rate(20, 1), Rate(200, 1)]),
)
def test_processes_that_share_an_account_send_no_more_than_a_tenth_above_its_rate(
    steps: list[tuple[int, float]], rate: Rate
) -> None:
    """Each step is whose message is next, and how long that process was busy before."""
    time, left = Time(), []
    account = Account(time)
    paces = [Pace(rate, {}, time.clock, account.reserve) for _number in range(3)]
    for which, busy in steps:
        time.now += busy
        paces[which].wait("a.fr")
        left.append(time.now)

    for number, first in enumerate(left):
        in_a_second = [each for each in left[number:] if each - first < 1 - 1e-9]
        assert len(in_a_second) <= max(1.1 * rate.messages, rate.messages + 1)


def test_what_was_reserved_and_not_used_in_time_is_gone() -> None:
    time, left = Time(), []
    account = Account(time)
    paces = [Pace(Rate(200, 1), {}, time.clock, account.reserve) for _number in range(3)]
    for pace in paces:  # each reserves twenty, and uses one
        pace.wait("a.fr")
    time.now += 10

    for number in range(60):
        paces[number % 3].wait("a.fr")
        left.append(time.now)

    assert sum(each - left[0] < 0.1 for each in left) <= 20


def test_a_process_without_a_rate_keeps_to_that_of_the_others() -> None:
    time = Time()
    pace = Pace(
        None, {"orange.fr": Rate(1, 1)}, time.clock, Account(time).reserve,
    )  # fmt: skip
    pace.wait("a.fr")
    free = time.now
    pace.share(interval=0.5, workers=3)

    for _number in range(3):
        pace.wait("a.fr")
    slowed = time.now
    for _number in range(2):
        pace.wait("orange.fr")

    assert free == 100
    assert slowed == 101
    assert time.now == pytest.approx(104.5, abs=0.6)  # of a domain's rate a third each
