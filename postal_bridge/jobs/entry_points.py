"""The one function that RQ knows by name."""

from uuid import UUID

from postal_bridge.jobs import runtime
from postal_bridge.jobs.runner import run_action
from postal_bridge.kernel.errors import StaleToken
from postal_bridge.kernel.log import log


def run(action_id: str) -> None:
    """The action was done once, or another run of it has taken over."""
    tools = runtime.tools()
    try:
        run_action(UUID(action_id), units=tools.units, handlers=tools.handlers)
    except StaleToken:
        log.warning("stale_run_ended", action_id=action_id)
