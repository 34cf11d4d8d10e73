"""A story."""

from routes.commands.demo_stage import Stage


def long_my_2026(stage: Stage) -> None:
    """The story."""
    stage.cast()
    print(sorted(stage._passwords))
