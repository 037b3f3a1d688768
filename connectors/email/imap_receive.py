"""Reads a mailbox until cancelled: IDLE and polling together, comparisons on time, dead connections replaced."""

import asyncio
from collections.abc import Sequence

from channelhub.sdk.contract import Completeness, Context, Deliver, Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.health import tells_failures
from connectors.email.authenticity import Authenticity
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_faults import LinkLost, Refused
from connectors.email.imap_folder import Folder
from connectors.email.imap_line import Line
from connectors.email.imap_link import Credentials, Link
from connectors.email.imap_oauth import AccessTokens

#: A connection that worked this long is replaced at once when the server closes it: they all do now and then.
STEADY_S = 30.0
FIRST_ROUND_S = 2.0
_MAX_NOTE = 500


class ImapReceiver:
    """One mailbox: one connection, one thread, all its folders."""

    def __init__(self, config: ImapConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._tokens = AccessTokens(config, context.http) if config.oauth_provider else None
        self._authenticity = Authenticity(config, log=context.log)
        self._refusals = 0  # of our credentials, in a row
        self._folders: Sequence[Folder] = ()
        self._compare_at = float("-inf")
        self._refused: dict[str, str] = {}  # folders that couldn't be read at the last look, and why

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable; NotCommitted leaves the mails at the server."""
        if not self._folders:  # they outlive failures: each remembers which mails the server couldn't give
            self._folders = [
                Folder(name, self._config, self._context, deliver, self._authenticity) for name in self._config.folders
            ]
        self._compare_at = float("-inf")
        try:
            await self._keep_reading()
        finally:
            await self._authenticity.close()

    async def _keep_reading(self) -> None:
        """Read on one connection after the other."""
        loop = asyncio.get_running_loop()
        while True:
            began_at = loop.time()
            try:
                async with Line(self._config, name=f"imap {self._context.account}") as line:
                    await self._work(line)
            except LinkLost as exc:
                if loop.time() - began_at < STEADY_S:
                    raise
                self._context.log.info("imap.reconnecting", reason=str(exc))

    @tells_failures
    async def check(self) -> HealthReport:
        """Sign in and open every folder for reading; no mail is fetched."""
        async with Line(self._config, name=f"imap {self._context.account} probe") as line:
            await self._sign_in(line)
            for folder in self._config.folders:
                await line.ask(Link.open, folder)
            await line.ask(Link.leave)
        count = len(self._config.folders)
        return HealthReport(
            health=Health.OK, detail=f"signed in at {self._config.host}, {count} folder{'s' if count > 1 else ''} open"
        )

    async def _work(self, line: Line) -> None:
        """Everything on one connection, until it is lost."""
        await self._sign_in(line)
        if self._config.after_commit == "move":
            await line.ask(Link.make_folder, self._config.move_to)
        can_idle = await line.ask(Link.can_idle)
        self._context.log.info("imap.connected", idle=can_idle)
        loop = asyncio.get_running_loop()
        while True:
            for folder in self._folders:
                await self._read(line, folder)
            if loop.time() >= self._compare_at:
                # Set before: a mail that breaks the connection must not be tried again at once.
                self._compare_at = loop.time() + self._config.completeness_interval_s
                await self._compare(line)
            await self._wait(line, can_idle=can_idle, until=loop.time() + self._config.poll_interval_s)

    async def _wait(self, line: Line, *, can_idle: bool, until: float) -> None:
        """Until the time to look at all folders again. News of the first folder are read meanwhile, as they come.

        Each round of IDLE is short, and its end is answered: silence means that the connection is dead. The first one
        is very short: what came between our last look and IDLE is told at the end of a round only.
        """
        loop = asyncio.get_running_loop()
        first = self._folders[0]
        round_s = FIRST_ROUND_S
        while (left_s := until - loop.time()) > 0:
            if not can_idle:
                await asyncio.sleep(left_s)
                continue
            if await line.ask(Link.wait_for_news, first.name, min(left_s, round_s, self._config.probe_interval_s)):
                await first.read(line)
                round_s = FIRST_ROUND_S
            else:
                round_s = self._config.probe_interval_s

    async def _read(self, line: Line, folder: Folder) -> None:
        """A folder that can't be opened, renamed perhaps, must not keep the others from being read."""
        before = self._refused.get(folder.name, "")
        try:
            await folder.read(line)
            self._refused.pop(folder.name, None)
        except Refused as exc:
            if folder is self._folders[0]:
                raise
            self._refused[folder.name] = str(exc)
        if before != self._refused.get(folder.name, ""):
            self._context.log.warning("imap.folder_refused", folder=folder.name, is_refused=not before)
            self._compare_at = float("-inf")  # which tells it

    async def _compare(self, line: Line) -> None:
        """Tell the hub how complete it is, and fetch what it lacks."""
        found = [(one, await one.compare(line)) for one in self._folders if one.name not in self._refused]
        note = "; ".join(self._refused.values())[:_MAX_NOTE]
        listed = sum(compared.listed for _, compared in found)
        missing = sum(len(compared.missing) for _, compared in found)
        self._context.compared(Completeness(listed=listed, missing=missing, note=note))
        if missing:
            self._context.log.warning("imap.gap", listed=listed, missing=missing)
            left = sum([await folder.repair(line, compared.missing) for folder, compared in found if compared.missing])
            self._context.compared(Completeness(listed=listed, missing=left, note=note))

    async def _sign_in(self, line: Line) -> None:
        credentials = await self._credentials()
        await line.ask(Link.connect)
        try:
            await line.ask(Link.sign_in, credentials, refusals=self._refusals)
        except LinkLost:
            raise
        except (Unavailable, AuthFailed) as exc:
            self._refusals += 1
            if self._tokens is not None and not self._tokens.forget():
                raise Unavailable(f"a new access token is asked for: {exc}") from exc
            raise
        self._refusals = 0

    async def _credentials(self) -> Credentials:
        if self._tokens is None:
            if not self._config.password:
                raise AuthFailed("password is empty: give password_file, or sign in by oauth_provider")
            return Credentials(secret=self._config.password.reveal(), is_token=False)
        return Credentials(secret=await self._tokens.token(), is_token=True)
