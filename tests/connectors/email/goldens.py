"""What `channelhub parse --json` makes of our own hard mails, beside each: `NAME.eml` and `NAME.golden.json`.

`make goldens` writes them anew after a change that is meant; what changed is then reviewed in the diff.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

COMMAND = (str(Path(sys.executable).parent / "channelhub"), "parse", "--json")
FOLDER = Path(__file__).parents[2] / "data" / "mail"
ENDING = ".golden.json"


def parsed(folder: Path = FOLDER) -> Mapping[str, dict[str, Any]]:
    """The answer for each mail of the folder by its name, without the path that it was called by."""
    run = subprocess.run((*COMMAND, str(folder)), check=True, capture_output=True, timeout=60)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    return {Path(answer.pop("file")).stem: answer for answer in answers}


def stored() -> Mapping[str, dict[str, Any]]:
    return {
        path.name.removesuffix(ENDING): json.loads(path.read_text(encoding="utf-8"))
        for path in FOLDER.glob(f"*{ENDING}")
    }


def renew() -> None:
    answers = parsed()
    for path in FOLDER.glob(f"*{ENDING}"):
        path.unlink()
    for name, answer in answers.items():
        text = json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{name}{ENDING}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew()
