"""The one function that RQ knows by name."""

from uuid import UUID

from postal_bridge.jobs import runtime
from postal_bridge.jobs.runner import run_action
from postal_bridge.kernel.errors import StaleToken
from postal_bridge.kernel.log import log


class RunFailed(Exception):
    """What RQ is told of a defect: RQ keeps and prints an exception's words in full."""


def run(action_id: str) -> None:
    """The action was done once, or another run of it has taken over. Raises RunFailed."""
    try:
        tools = runtime.tools()
        run_action(UUID(action_id), units=tools.units, handlers=tools.handlers)
    except StaleToken:
        log.warning("stale_run_ended", action_id=action_id)
    except Exception as defect:  # noqa: BLE001  (put back already; the log has it, RQ need not)
        log.error("run_failed", action_id=action_id, exc_info=defect)
        raise RunFailed(type(defect).__name__) from None
