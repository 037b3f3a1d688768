"""How an account is, where asking for it fails."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable

P = ParamSpec("P")
Report = Coroutine[Any, Any, HealthReport]


def tells_failures(
    check: Callable[P, Coroutine[Any, Any, HealthReport]],
) -> Callable[P, Coroutine[Any, Any, HealthReport]]:
    """A check may raise AuthFailed and Unavailable: that is how the account is."""

    @wraps(check)
    async def told(*args: P.args, **kwargs: P.kwargs) -> HealthReport:
        try:
            return await check(*args, **kwargs)
        except AuthFailed as exc:
            return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
        except Unavailable as exc:
            return HealthReport(health=Health.DOWN, detail=str(exc))

    return told
