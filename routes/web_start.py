"""Settings of the web server that are code: what its first process does before it opens the port.

gunicorn takes every name of this module that it knows for a setting of its own.
"""

import gc
import os
from importlib import import_module
from typing import Any

from config.settings import read_settings
from postal_bridge.jobs.first_start import wait_until_prepared


def on_starting(server: Any) -> None:
    """The service's code has been read, and nobody is preparing the home any more.

    The processes that answer are forks of this one: none of them reads the code again, not even
    one that replaces another. Reading opens nothing that they could share by mistake.
    """
    # Not before: where requests are counted together is in the environment only now.
    import routes.registry
    import routes.web  # noqa: F401  (read for whoever is forked)

    import_module(server.app.app_uri.partition(":")[0])  # by name, as the server finds it
    gc.freeze()  # a fork that searched this for garbage would get a copy of its own of nearly all
    wait_until_prepared(read_settings(os.environ).home)
