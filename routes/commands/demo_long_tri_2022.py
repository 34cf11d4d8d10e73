"""A story."""

from routes.commands.demo_stage import Stage


def long_tri_2022(stage: Stage) -> None:
    """The story."""
    stage.cast()
    print(sorted(stage._passwords))
