"""Tests of leases: one holder, rising fences, a dead process gives way at once."""

import subprocess
import sys

from foundation.lease import holder_name, holds_lease, is_gone, leases_held, release_lease, take_lease


def take(ledger, name, holder, seconds=60.0):
    with ledger.change() as work:
        return take_lease(work, name, holder, seconds)


def test_only_one_holds_a_lease(ledger):
    assert take(ledger, "group:a", "other-host/1/1") == 1
    assert take(ledger, "group:a", "third-host/1/1") is None


def test_the_holder_renews_without_a_new_fence(ledger):
    take(ledger, "group:a", "other-host/1/1")

    assert take(ledger, "group:a", "other-host/1/1") == 1


def test_an_expired_lease_passes_on_with_a_higher_fence(ledger):
    take(ledger, "group:a", "other-host/1/1", seconds=-1)

    assert take(ledger, "group:a", "third-host/1/1") == 2
    with ledger.read() as connection:
        assert not holds_lease(connection, "group:a", "other-host/1/1", 1)
        assert holds_lease(connection, "group:a", "third-host/1/1", 2)


def test_a_released_lease_is_free_and_its_fence_still_rises(ledger):
    take(ledger, "group:a", "other-host/1/1")
    with ledger.change() as work:
        release_lease(work, "group:a", "other-host/1/1")

    assert take(ledger, "group:a", "third-host/1/1") == 2


def test_a_killed_process_of_this_host_loses_its_lease_at_once(ledger):
    program = "from foundation.lease import holder_name; print(holder_name(), flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    holder = child.stdout.readline().strip()
    assert take(ledger, "group:a", holder, seconds=3600) == 1
    assert take(ledger, "group:a", holder_name()) is None
    child.kill()
    child.wait()

    assert is_gone(holder)
    assert take(ledger, "group:a", holder_name()) == 2


def test_leases_in_force_are_counted_by_prefix(ledger):
    take(ledger, "group:a", "other-host/1/1")
    take(ledger, "group:b", "other-host/1/1", seconds=-1)
    take(ledger, "scheduler", "other-host/1/1")

    with ledger.read() as connection:
        assert leases_held(connection, "group:") == 1
