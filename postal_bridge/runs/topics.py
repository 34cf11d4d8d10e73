"""What runs tell others, and themselves for later."""

PLAN_ASKED = "runs.plan_asked"
"""Body: `plan_id`, `run_id`; handled on the queue `heavy`."""
RUN_PUBLISHED = "runs.published"
RUN_CLOSED = "runs.closed"
