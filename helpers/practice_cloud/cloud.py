"""The Python interface to one practice cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from .base.errors import PracticeCloudError
from .base.home import Home
from .base.learner import learner_number, membership
from .gateway import client_address
from .supervisor import bug_report, checkpoints, class_page, control
from .supervisor.client_files import proxy_url
from .supervisor.learners import reset_learner, write_folder
from .supervisor.status import reported_status, status


def say_nothing(message: str) -> None:
    """Report progress to nobody."""


class PracticeCloud:
    """A practice cloud, which keeps all of its state in one folder. Two folders are two independent clouds.

    In a with block it runs. A cloud that ran before goes on running after the block.

    Args:
        home: The folder; by default $PRACTICE_CLOUD_HOME, or a folder in the platform's user data folder.

    Raises:
        PracticeCloudError: The user has no home directory, and neither home nor PRACTICE_CLOUD_HOME is set.

    Example:
        >>> with PracticeCloud("my-cloud") as cloud:
        ...     config = openstack.config.OpenStackConfig(config_files=[str(cloud.clouds_yaml)])
        ...     conn = openstack.connection.Connection(config=config.get_one("practice"))
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self._home = Home(home)

    def __enter__(self) -> PracticeCloud:
        self._was_running = self.status()["running"]
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._was_running:
            self.stop()

    @property
    def clouds_yaml(self) -> Path:
        """The file with its clouds `practice` (an ordinary user) and `practice-admin` (the operator)."""
        return self._home.clouds_yaml

    @property
    def proxy(self) -> str:
        """The URL of the proxy that reaches the servers' floating IPs; it contains a password.

        It passes other addresses on to the proxy that this process uses for them, which the URL contains, too.
        """
        return proxy_url(self._home, reported_status(self._home)["urls"])

    @property
    def client_address(self) -> IPv4Address:
        """The source address that security groups see when this process connects to a server."""
        return client_address(learner_number(membership(self._home).get("name", "")))

    @property
    def _own_home(self) -> Home:
        """The folder, if it is not that of a learner, who may not stop or change the cloud of a class."""
        if membership(self._home):
            raise PracticeCloudError("This is the cloud of your class. Only your teacher can do that.")
        return self._home

    def status(self) -> dict[str, Any]:
        """Report whether the cloud is running, where its files are, and the state of each service.

        Returns:
            running (whether all answer), home, clouds_yaml, message, and services: the pid, url and state (up,
            starting or down) of each OpenStack service, and of the gateway to the servers.
        """
        return status(self._home)

    def start(
        self, report: Callable[[str], None] = say_nothing, client: int | None = None, learners: int = 0
    ) -> dict[str, Any]:
        """Start the cloud, and wait until every API answers; the first start builds it, which takes 20 seconds.

        A running cloud stays as it is. The cloud runs in processes of its own, which outlive the caller.

        Args:
            report: Called with each change of progress.
            client: The ID of a process; the cloud stops after the last of its clients has ended. By default the
                JupyterLab of this kernel; outside JupyterLab, the cloud runs until it is stopped.
            learners: Add learners until a class of this size shares the cloud; it never shrinks.

        Returns:
            The same as status().

        Raises:
            PracticeCloudError: The cloud does not start, or so many learners do not fit.
        """
        return control.start(self._home, report, client, learners)

    def watch_class(self) -> Iterator[str]:
        """Yield a table again and again, every five seconds: what each learner of a class has, and the last change.

        Raises:
            PracticeCloudError: The cloud has no learners.
        """
        return class_page.watch(self._own_home)

    def stop(self) -> None:
        """Stop the cloud and keep everything on it; do nothing if it is not running.

        Raises:
            PracticeCloudError: The cloud does not stop.
        """
        control.stop(self._own_home)

    def reset(self, learner: int = 0) -> None:
        """Restore the cloud to its state after the build, whether it is running or not.

        Args:
            learner: Restore only the project of this learner.

        Raises:
            PracticeCloudError: The cloud does not exist yet, or the copy of that state is damaged.
        """
        if learner:
            reset_learner(self._own_home, learner)
        else:
            control.reset(self._own_home)

    def learner(self, number: int, folder: Path | str) -> Path:
        """Write the login of a learner into a folder: with it as PRACTICE_CLOUD_HOME, notebooks use this cloud.

        Args:
            number: The learner's number, from 1.
            folder: The folder, which only its owner can read. Its clouds.yaml and ssh_config also serve other programs.

        Returns:
            The absolute path of the folder.

        Raises:
            PracticeCloudError: There is no such learner.
        """
        return write_folder(self._own_home, number, Path(folder))

    def save(self, name: str, report: Callable[[str], None] = say_nothing) -> None:
        """Save a checkpoint of the cloud, which replaces a checkpoint of the same name.

        Args:
            name: Letters, digits, - and _.
            report: Called with each change of progress.

        Raises:
            PracticeCloudError: The cloud does not exist yet, or the name is invalid.
        """
        checkpoints.save(self._own_home, name, report)

    def load(self, name: str, report: Callable[[str], None] = say_nothing) -> None:
        """Load a checkpoint; the current state is lost, unless it is saved as well.

        Args:
            name: The name of the checkpoint.
            report: Called with each change of progress.

        Raises:
            PracticeCloudError: The checkpoint does not exist, or it has other versions of OpenStack or another
                catalog.
        """
        checkpoints.load(self._own_home, name, report)

    def logs(self, target: Path | str) -> Path:
        """Write a zip file with what a bug report needs: status, versions, catalog and logs, without secrets.

        Args:
            target: The file.

        Returns:
            Its absolute path.

        Raises:
            PracticeCloudError: The cloud does not exist yet.
        """
        return bug_report.collect(self._own_home, Path(target))
