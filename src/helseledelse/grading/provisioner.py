"""Kernels from the zygote, for whoever starts kernels through jupyter_client."""

import asyncio
import json
import os
import signal
import socket
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from helseledelse.grading.sandbox import Job, Room

_START = 60.0  # seconds


class ZygoteProvisioner(LocalProvisioner):
    """Asks a room for a kernel; the manager is a `RoomManager`."""

    _connection: socket.socket | None = None
    _unread = b""
    _exit: int | None = None

    @property
    def _manager(self) -> Any:
        return self.parent

    @property
    def _job(self) -> Job:
        job: Job = self._manager.job
        return job

    @property
    def has_process(self) -> bool:
        return self._connection is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        # Sockets that have a place in the file system reach into a room without a network.
        self._manager.transport = "ipc"
        self._manager.ip = str(self._job.sockets / "k")
        self._manager.connection_file = str(self._job.sockets / "kernel.json")
        kwargs = await super().pre_launch(**kwargs)
        self._job.hand_over(Path(self._manager.connection_file))
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:  # noqa: ARG002  of its own environment
        request = {
            "connection": cmd[cmd.index("-f") + 1],
            "env": self._job.environment(),
            "folder": str(self._job.folder),
            "user": self._job.user,
        }
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_START)
        connection.connect(str(self._manager.room.address))
        connection.sendall(json.dumps(request).encode() + b"\n")
        self._connection, self._exit, self._unread = connection, None, b""
        said = connection.recv(4096)
        if b"ready" not in said:
            connection.close()
            self._connection = None
            raise RuntimeError(f"the kernel did not start: {said.decode(errors='replace')}")
        connection.settimeout(0)
        return self.connection_info

    async def poll(self) -> int | None:
        if self._connection is None:
            return 0 if self._exit is None else self._exit
        if self._exit is None:
            try:
                said = self._connection.recv(4096)
            except BlockingIOError:
                return None
            except OSError:
                said = b""
            self._unread += said
            if said and b"\n" not in self._unread:
                return None
            try:
                self._exit = int(json.loads(self._unread)["exit"])
            except (ValueError, KeyError):
                self._exit = -int(signal.SIGKILL)  # the room itself is gone
        return self._exit

    async def wait(self) -> int | None:
        while (code := await self.poll()) is None:  # noqa: ASYNC110  asked of a socket
            await asyncio.sleep(0.005)
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        return code

    async def send_signal(self, signum: int) -> None:
        if self._connection is not None and self._exit is None:
            try:
                self._connection.sendall(f"{int(signum)}\n".encode())
            except OSError:
                self._exit = -int(signal.SIGKILL)

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  the base's
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  as above
        await self.send_signal(signal.SIGTERM)


class QuickClient(AsyncKernelClient):
    """Is ready when the kernel has answered and is idle, and not a fixed time after that."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  the base's
        loop = asyncio.get_running_loop()
        end = loop.time() + (timeout or _START)
        while loop.time() < end:
            asked = self.kernel_info()
            try:
                while True:
                    reply = await self.get_shell_msg(timeout=2)
                    if reply["parent_header"].get("msg_id") == asked:
                        break
                while True:
                    said = await self.get_iopub_msg(timeout=0.3)
                    idle = said["content"].get("execution_state") == "idle"
                    if idle and said["parent_header"].get("msg_id") == asked:
                        self._handle_kernel_info_reply(reply)
                        return
            except Empty:
                continue  # what the kernel said came before somebody listened
        raise RuntimeError("the kernel did not answer")


class RoomManager(AsyncKernelManager):
    """A manager of one kernel, in a room; its job goes with it.

    Raises
    ------
    NoSuchKernel
        If the kernel asked for is not on this machine, or is not Python: the room has no other.
    """

    def __init__(self, room: Room, job: Job, **traits: Any) -> None:
        super().__init__(**traits)
        self.room, self.job = room, job
        if self.kernel_spec is None or self.kernel_spec.language.lower() != "python":
            raise NoSuchKernel(self.kernel_name)
        self.client_factory = QuickClient
        self.kernel_id = os.path.basename(job.folder)  # noqa: PTH119  as a string
        self.provisioner = ZygoteProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
