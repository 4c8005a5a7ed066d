"""`skerry island`: the author's commands, those for a running PoP and those for a desk, each loaded when it is called.

An edge node has no libraries for authors. There `evict` and `restore` work without them.
"""

import click

_ON_A_POP = ("evict", "restore")
_FROM_DESKS = ("export", "learn")


class _IslandGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        from edge.cli.author.island import island_command

        return sorted([*island_command.list_commands(ctx), *_ON_A_POP, *_FROM_DESKS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ON_A_POP:
            from edge.cli.pop import evict_command, restore_command

            return evict_command if cmd_name == "evict" else restore_command
        if cmd_name in _FROM_DESKS:
            from edge.cli.learn import export_command, learn_command

            return export_command if cmd_name == "export" else learn_command
        from edge.cli.author.island import island_command

        return island_command.get_command(ctx, cmd_name)


@click.group("island", cls=_IslandGroup)
def island_commands() -> None:
    """Check, evaluate, publish, roll back and withdraw islands; evict one from a running PoP.

    An island is one event's approved answers, written as a TOML file. TENANT/ISLAND is its name.
    """
