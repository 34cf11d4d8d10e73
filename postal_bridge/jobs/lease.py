"""The keeper's one lease: two keepers may run, and only one acts."""

from datetime import timedelta

from postal_bridge.jobs import store
from postal_bridge.jobs.tables import KeeperLease
from postal_bridge.kernel.errors import Conflict
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units

LEASE_S = 15
CLOCK_SLACK = timedelta(seconds=60)


class LeaseLost(Conflict):
    """Another keeper acts now; nothing of this unit is kept."""

    code = "lease_lost"


class Lease:
    """This process's claim to be the one that acts.

    `guard` stands first in each writing unit of the keeper, so one that was paused past its
    lease cannot do anything beside its successor.
    """

    def __init__(self, units: Units, holder: str) -> None:
        self._units = units
        self._holder = holder
        self._token = 0

    def take(self) -> bool:
        """True while this process holds the lease, which is then good for `LEASE_S` more."""
        try:
            with self._units.write() as uow:
                self._take(uow)
                uow.commit()
        except Conflict:
            return False  # another one has it; he acts, and we ask again later
        return True

    def guard(self, uow: UnitOfWork) -> None:
        """Raises LeaseLost unless this process still holds the lease."""
        row = store.lease(uow.session)
        if row is None or not self._is_mine(row) or row.lease_until <= uow.machine_now:
            raise LeaseLost
        row.lease_until = uow.machine_now + timedelta(seconds=LEASE_S)

    def give_up(self) -> None:
        """A successor need not wait for the lease to run out."""
        with self._units.write() as uow:
            row = store.lease(uow.session)
            if row is not None and self._is_mine(row):
                row.lease_until = uow.machine_now
                uow.commit()

    def _take(self, uow: UnitOfWork) -> None:
        row = store.lease(uow.session)
        until = uow.machine_now + timedelta(seconds=LEASE_S)
        if row is None:
            row = KeeperLease(only=1, holder=self._holder, token=1, lease_until=until)
            store.add_lease(uow.session, row)
        elif self._is_mine(row) and row.lease_until > uow.machine_now:
            row.lease_until = until
        elif uow.machine_now < row.lease_until <= until + CLOCK_SLACK:
            raise LeaseLost  # one that ends later was taken before the clock was put back
        else:
            row.holder, row.token, row.lease_until = self._holder, row.token + 1, until
        self._token = row.token

    def _is_mine(self, row: KeeperLease) -> bool:
        return (row.holder, row.token) == (self._holder, self._token)
