"""`channelhub outages postmortem`: the record of an outage, as Markdown or JSON."""

from pathlib import Path
from typing import Any, Literal

import click

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import print_json
from channelhub.store.database import Session
from channelhub.web.pages.texts import LANGUAGES
from channelhub.web.routes.postmortem import view


@click.command(name="postmortem")
@click.argument("outage_id", type=click.IntRange(min=1))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File for the Markdown.")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="en", show_default=True)
@click.option("--reports", is_flag=True, help="With the newest reports and what customers wrote.")
@click.pass_obj
def postmortem(
    options: Options, outage_id: int, output: Path | None, language: Literal["en", "ru", "uk"], reports: bool
) -> None:
    """The record of an outage: course, numbers, how long everything took."""

    async def offline(session: Session) -> Any:
        return await view(session, outage_id, language=language, has_reports=reports)

    found = ask(
        configured(options).settings,
        lambda hub: hub.outages.postmortem(outage_id, language=language, reports=reports or None),
        offline,
    )
    if output is not None:
        try:
            output.write_text(found["markdown"], encoding="utf-8")
        except OSError as exc:
            raise Failure(f"{output} can't be written: {exc.strerror}", Exit.IO) from exc
    if options.as_json:
        print_json(found)
    elif output is None:
        click.echo(found["markdown"], nl=False)
