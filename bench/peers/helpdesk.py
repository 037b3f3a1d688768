"""django-helpdesk (PyPI), a help desk in Python: its `get_email` reads a folder of mails into a fresh SQLite database.

Its settings: a project as `django-admin startproject` makes it (SQLite), the product's own texts for answers, and a
queue that reads a local folder. Answers to customers go to Django's dummy backend instead of a mail server. It opens a
ticket for any sender, so nobody is registered before. The clock runs from the command's start to its end, as cron
starts it; with ten times as many mails in one run it reads about half as many again a second.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from bench.processes import BenchError, fresh
from bench.texts import Writer

VERSION = "2.6.1"
CUSTOMERS = 10
PROJECT = "desk"
INSTALL_S = 300.0
RUN_S = 240.0
SETTINGS = """
INSTALLED_APPS += ["django.contrib.sites", "django.contrib.humanize", "rest_framework", "helpdesk"]
SITE_ID = 1
HELPDESK_TEAMS_MODE_ENABLED = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MEDIA_ROOT = {files!r}
"""
URLS = """
from django.urls import include
urlpatterns += [path("", include("helpdesk.urls"))]
"""
QUEUE = """
from helpdesk.models import Queue
Queue.objects.create(title="Support", slug="support", email_address="support@shop.example",
    allow_email_submission=True, email_box_type="local", email_box_local_dir={mails!r}, email_box_interval=0)
"""
COUNT = "from helpdesk.models import Ticket; print(Ticket.objects.count())"


def install(folder: Path) -> Path:
    """Its commands, in a virtual environment of their own that later runs reuse. Raises BenchError."""
    commands = folder / "bin"
    if (folder / "installed").exists():
        return commands
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], limit_s=INSTALL_S)
        pip = [str(commands / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, f"django-helpdesk=={VERSION}"], limit_s=INSTALL_S)
    except BenchError as exc:
        raise BenchError(f"django-helpdesk {VERSION} can't be installed: {exc}") from exc
    (folder / "installed").write_text(VERSION)
    return commands


def mails_a_second(commands: Path, folder: Path, *, count: int) -> float:
    """How many mails of a folder become tickets a second, from the command's start to its end."""
    project, mails = fresh(folder / "project"), fresh(folder / "mails")
    admin = [str(commands / "django-admin")]
    _run([*admin, "startproject", PROJECT, str(project)])
    for name, text in (("settings", SETTINGS.format(files=str(folder / "files"))), ("urls", URLS)):
        with (project / PROJECT / f"{name}.py").open("a", encoding="utf-8") as file:
            file.write(text)
    _run([*admin, "migrate", "--verbosity", "0"], project=project)
    _run([*admin, "loaddata", "--verbosity", "0", "emailtemplate.json"], project=project)
    _run([*admin, "shell", "-c", QUEUE.format(mails=str(mails))], project=project)
    for number, mail in enumerate(_mails(count)):
        (mails / f"{number:06}.eml").write_bytes(mail)
    began_s = time.perf_counter()
    _run([*admin, "get_email", "--quiet"], project=project)
    took_s = time.perf_counter() - began_s
    made = int(_run([*admin, "shell", "-c", COUNT], project=project).strip().splitlines()[-1])
    if made != count:
        raise BenchError(f"django-helpdesk made {made} tickets of {count} mails")
    return count / took_s


def _mails(count: int) -> list[bytes]:
    """The mails the hub gets, with LF line ends as a mail transport leaves them in a folder."""
    writer = Writer(run="helpdesk", customers=CUSTOMERS)
    return [writer.mail()[1].replace(b"\r\n", b"\n") for _ in range(count)]


def _run(command: list[str], *, project: Path | None = None, limit_s: float = RUN_S) -> str:
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if project is not None:
        surroundings |= {"PYTHONPATH": str(project), "DJANGO_SETTINGS_MODULE": f"{PROJECT}.settings"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False, env=surroundings)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise BenchError(f"{Path(command[0]).name}: {exc}") from exc
    if done.returncode != 0:
        raise BenchError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout
