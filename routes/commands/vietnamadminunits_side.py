"""Run by the bench in the environment of `vietnamadminunits`; imports nothing of ours.

Standard input: JSON list of [address, whether it is of the old form]. Standard output: the codes
and the processor time. Only its `parse_address` is called: `convert_address` asks the internet.
"""

import json
import sys
import time


def main() -> None:
    from vietnamadminunits import ParseMode, parse_address  # type: ignore[import-not-found]

    asked = json.load(sys.stdin)
    modes = (ParseMode.FROM_2025, ParseMode.LEGACY)
    parse_address("Phường Bến Nghé, Quận 1, Hồ Chí Minh", mode=modes[1], keep_street=True)
    parse_address("Phường Sài Gòn, Hồ Chí Minh", mode=modes[0], keep_street=True)
    codes = []
    started = time.process_time()
    for text, is_old in asked:
        try:
            found = parse_address(text, mode=modes[is_old], keep_street=True)
            codes.append(found.ward_code if found else None)
        except Exception:  # noqa: BLE001  (whatever it raises is no answer)
            codes.append(None)
    seconds = time.process_time() - started
    json.dump({"codes": codes, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
