"""`channelhub completion bash|zsh|fish`: what lets a shell complete commands, options and values."""

import click
from click.shell_completion import get_completion_class

VARIABLE = "_CHANNELHUB_COMPLETE"  # the one that click looks for
SHELLS = ("bash", "zsh", "fish")


@click.command(name="completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what SHELL reads to complete this program's commands, options and values.

    \b
    bash  channelhub completion bash > ~/.local/share/bash-completion/completions/channelhub
    zsh   channelhub completion zsh > a folder of $fpath, as _channelhub
    fish  channelhub completion fish > ~/.config/fish/completions/channelhub.fish
    """
    made = get_completion_class(shell)
    assert made is not None, "click knows the shells of SHELLS"
    click.echo(made(ctx.find_root().command, {}, "channelhub", VARIABLE).source().strip())
