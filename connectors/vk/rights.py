"""What the token may do, and whose it is."""

from typing import Final

import msgspec

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.vk.client import Refusal, Unclear, VkClient

TOKENS: Final = "the community's Manage, API usage, Access tokens"
_NEEDED_FOR: Final = {"wall": "answers below comments", "photos": "sending pictures", "docs": "sending files"}


class _Right(msgspec.Struct):
    name: str = ""


class _Rights(msgspec.Struct):
    permissions: tuple[_Right, ...] = ()


class _Group(msgspec.Struct):
    id: int
    name: str = ""


class _Groups(msgspec.Struct):
    groups: tuple[_Group, ...] = ()


def without_right(refusal: Refusal, right: str) -> AuthFailed:
    """A refusal of what needs a right that the token hasn't."""
    return AuthFailed(f"{refusal}. The token lacks the right {right}: make one that has it, in {TOKENS}")


async def check(client: VkClient, *, is_manager: bool) -> HealthReport:
    """Whose the token is, and whether it has the rights that are used; `is_manager`: also those to set things up."""
    try:
        rights = {one.name for one in (await client.ask("groups.getTokenPermissions", _Rights)).permissions}
        groups = (await client.ask("groups.getById", _Groups, {"group_id": client.group_id})).groups
    except AuthFailed as exc:
        return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
    except (Unavailable, Unclear) as exc:
        return HealthReport(health=Health.DOWN, detail=str(exc))
    except Refusal as exc:
        return HealthReport(health=Health.AUTH_FAILED, detail=f"{exc}: is the token one of a community?")
    needed = {"messages", "manage"} if is_manager else {"messages"}
    if lacking := sorted(needed - rights):
        detail = f"the token lacks the rights {', '.join(lacking)}: make one that has them, in {TOKENS}"
        return HealthReport(health=Health.AUTH_FAILED, detail=detail)
    title = next((one.name for one in groups if one.id == client.group_id), "")
    missing = [f"{use} would need the right {name}" for name, use in _NEEDED_FOR.items() if name not in rights]
    return HealthReport(health=Health.OK, detail="; ".join(filter(None, (title, *missing))))
