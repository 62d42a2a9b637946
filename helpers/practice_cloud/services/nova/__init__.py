"""Nova, the compute service: API, conductor, scheduler and compute in one process."""

import importlib
import sqlite3
import sys
import sysconfig
from contextlib import closing
from typing import Any, cast

from ..service import Service


def _register_driver() -> None:
    """Put the driver where Nova looks for drivers, which is only below its own package nova.virt."""
    from nova import monkey_patch

    monkey_patch.patch(backend="threading")
    sys.modules["nova.virt.practice_cloud"] = importlib.import_module("practice_cloud.services.nova.driver")


def _copy_cell() -> None:
    """Give cell 0 the tables of cell 1, as `nova-manage db sync` would by running all migrations again."""
    with closing(sqlite3.connect("state/nova_cell1.db")) as database:
        database.execute("VACUUM INTO 'state/nova_cell0.db'")


def _start_workers(application: Any) -> Any:
    """Run Nova's conductor, scheduler and compute beside its API, on a message bus inside this process."""
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.context import get_admin_context
    from nova.objects.host_mapping import discover_hosts
    from nova.objects.service import Service as ServiceRecord
    from nova.scheduler import rpcapi as scheduler
    from nova.service import Service as Worker

    # There is no rolling upgrade here: the versions of the services do not change.
    ServiceRecord.enable_min_version_cache()
    Worker.create(binary="nova-conductor", topic=conductor.RPC_TOPIC).start()
    Worker.create(binary="nova-scheduler", topic=scheduler.RPC_TOPIC).start()
    # Events from Neutron, and resize, arrive on the second topic.
    Worker.create(binary="nova-compute", topic=compute.RPC_TOPIC, topic_alt=compute.RPC_TOPIC_ALT).start()
    discover_hosts(get_admin_context())
    return _with_metadata(application)


def _with_metadata(application: Any) -> Any:
    """Serve Nova's metadata API to the guests at /metadata, beside its compute API."""
    from nova.wsgi import metadata
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    return DispatcherMiddleware(application, {"/metadata": cast(Any, metadata.application)})


SERVICE = Service(
    name="nova",
    type="compute",
    distribution="nova",
    application="nova.wsgi.osapi_compute",
    configuration="nova.conf",
    path="/v2.1",
    depends_on=("keystone", "glance", "placement", "neutron"),
    setup_commands=(
        ("api_db", "sync"),
        ("cell_v2", "map_cell0", "--database_connection", "sqlite:///state/nova_cell0.db?plugin=pooled"),
        ("cell_v2", "create_cell", "--name", "cell1"),
        ("db", "sync", "--local_cell"),
    ),
    finish_setup=_copy_cell,
    environment={
        "OS_NOVA_CONFIG_FILES": f"{sysconfig.get_path('data')}/etc/nova/api-paste.ini;nova.conf",
        # Threads in nova-manage, too, which would otherwise choose eventlet.
        "OS_NOVA_DISABLE_EVENTLET_PATCHING": "true",
    },
    # Many wait for Neutron meanwhile; what does not need it should not wait, too.
    threads=32,
    policy="nova.policy",
    pre_import=_register_driver,
    wrap_application=_start_workers,
)
