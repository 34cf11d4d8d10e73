"""`python -m routes.commands`, which is what `bin/bridge` runs.

Ctrl-C while the libraries are still being read ends it as quietly as Ctrl-C later on.
"""

import sys

from routes.commands import STOPPED_BY_HAND

if __name__ == "__main__":
    try:
        from routes.commands.entry import main

        main()
    except KeyboardInterrupt:
        sys.exit(STOPPED_BY_HAND)
