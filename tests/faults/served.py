"""The whole service as `bin/serve` runs it, restarted without long pauses: python -m …

Operation waits longer each time a part ends, up to half a minute; here parts are killed on purpose.
"""

from postal_bridge.jobs import supervisor
from routes.commands.entry import bridge

if __name__ == "__main__":
    supervisor.FIRST_BACKOFF_S = 0.1
    supervisor.LONGEST_BACKOFF_S = 0.3
    bridge(["serve"])
