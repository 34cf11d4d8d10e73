"""What deliveries tell others, and themselves for later. Bodies: `delivery_id`, `dossier_id`."""

OUT = "delivery.out"
HANDED_OVER = "delivery.handed_over"
REPORTED = "delivery.reported"
FAILED = "delivery.failed"
HELD = "delivery.held"
INVITED = "delivery.invited"
PARKED = "delivery.parked"
UNDELIVERABLE = "delivery.undeliverable"
RETURNING = "delivery.returning"
REDIRECTED = "delivery.redirected"
DISPUTED = "delivery.disputed"
LOST = "delivery.lost"

INVITATION_DUE = "delivery.invitation_due"
"""To ourselves, with `due_at`: the next invitation (body: also `no`)."""
HOLD_ENDED = "delivery.hold_ended"
"""To ourselves, with `due_at`: nobody collected it in time."""

TOLD = (
    OUT, HANDED_OVER, REPORTED, FAILED, HELD, INVITED, PARKED, UNDELIVERABLE, RETURNING,
    REDIRECTED, DISPUTED, LOST,
)  # fmt: skip
"""For whoever tells the citizen or the agency."""
