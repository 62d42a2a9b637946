"""Cinder, the block storage service: API, scheduler and volume service in one process."""

import sys
import threading
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ...base.optional_imports import without_modules
from ..service import Service


def _prepare() -> None:
    """Choose Python's threads before the rest of Cinder is imported, and name its configuration file."""
    from cinder import monkey_patch

    monkey_patch.patch(backend="threading")
    # Cinder imports the connectors of all kinds of storage; this one works without the library that it would import.
    with without_modules("oslo_vmware"):
        import_module("os_brick.initiator.connectors.vmware")
    sys.argv += ["--config-file", "etc/cinder.conf"]
    _keep_locks(Path("locks").absolute())


def _keep_locks(folder: Path) -> None:
    """Put Cinder's locks into the folder with the other services' locks.

    Its configuration would name the folder by a URL, in which some characters of a path have another meaning.
    """
    from cinder.coordination import COORDINATOR
    from tooz.drivers.file import FileDriver

    COORDINATOR.coordinator = FileDriver(b"cinder", SimpleNamespace(path=str(folder)), {})
    COORDINATOR._file_path = str(folder / COORDINATOR.prefix)
    COORDINATOR.started = True


def _start_workers(application: Any) -> Any:
    """Run Cinder's volume service and scheduler beside its API, on a message bus inside this process."""
    from cinder.common import constants
    from cinder.service import Service as Worker
    from oslo_config import cfg

    (storage,) = cfg.CONF.enabled_backends
    host = f"{cfg.CONF.host}@{storage}"
    Worker.create(host=host, binary=constants.VOLUME_BINARY, service_name=storage, coordination=True).start()
    scheduler = Worker.create(binary=constants.SCHEDULER_BINARY)
    # It waits a second for the volume service to report; in a thread, only requests for volumes wait with it.
    threading.Thread(target=scheduler.start, daemon=True).start()
    return application


SERVICE = Service(
    name="cinder",
    type="block-storage",
    distribution="cinder",
    application="cinder.wsgi.api",
    configuration="cinder.conf",
    path="/v3",
    catalog_key="volumes",
    depends_on=("keystone", "glance"),
    setup_commands=(("db", "sync"),),
    folders=("volumes",),
    environment={
        # Threads in cinder-manage, too, which would otherwise choose eventlet.
        "OS_CINDER_DISABLE_EVENTLET_PATCHING": "true",
    },
    pre_import=_prepare,
    # Until all rules are there, Cinder refuses every request.
    policy="cinder.policy",
    wrap_application=_start_workers,
)
