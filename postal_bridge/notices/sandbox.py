"""The sender of a sandbox, and of a home without a provider: it writes to a file in the home."""

import fcntl
import json
import os
from pathlib import Path

from postal_bridge.kernel.clock import MachineClock
from postal_bridge.notices.ports import ShortMessage

FILE = "sms.jsonl"


class SandboxSender:
    """One JSON line for each message in `messages/sms.jsonl`, once for each key."""

    channel = "sms"
    keeps_keys = True

    def __init__(self, folder: Path, machine: MachineClock) -> None:
        self._folder = folder
        self._machine = machine

    def send(self, message: ShortMessage) -> None:
        """The line stands in the file, synced; a second one with the same key is left out."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / FILE
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if any(json.loads(line)["key"] == message.key for line in file if line.strip()):
                return
            line = {
                "key": message.key,
                "at": self._machine.now().isoformat(),
                "to": message.phone,
                "text": message.text,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
