"""The disk's own limit: append 4 KiB and fdatasync, one after the other. Prints the rate as one line of JSON."""

import argparse
import json
import os
import sys
import time

BLOCK = b"\xa5" * 4096


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--file", required=True)
    options.add_argument("--seconds", type=float, default=1.0)
    given = options.parse_args()
    file = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    began_s = time.perf_counter()
    written = 0
    while time.perf_counter() - began_s < given.seconds:
        os.write(file, BLOCK)
        os.fdatasync(file)
        written += 1
    rate = written / (time.perf_counter() - began_s)
    os.close(file)
    sys.stdout.write(json.dumps({"rate": rate}) + "\n")


if __name__ == "__main__":
    main()
