"""Which configuration file is read when the command line names none."""

from collections.abc import Mapping
from pathlib import Path

VARIABLE = "CHANNELHUB_CONFIG"
PLACES = (Path("config/channelhub.toml"), Path("/etc/channelhub/channelhub.toml"))


def find(environ: Mapping[str, str]) -> Path | None:
    """The file that `CHANNELHUB_CONFIG` names (whether it exists or not), else the first place that exists.

    Relative places start at the working directory. None: there is no file, and defaults are all there is.
    """
    named = environ.get(VARIABLE, "")
    if named:
        return Path(named)
    return next((place for place in PLACES if _is_there(place)), None)


def _is_there(place: Path) -> bool:
    try:
        return place.is_file()
    except PermissionError:  # reading it will say so; passing over it would start with other settings
        return True
