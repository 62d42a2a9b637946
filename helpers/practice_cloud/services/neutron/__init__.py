"""Neutron, the network service."""

import sys
from typing import Any, cast

from ..service import Service

# Nova's driver adds this key to the binding profile of a port whose server is off.
UNPLUGGED = "practice_cloud_unplugged"


def _create_tables() -> None:
    """Create Neutron's tables from its models, because its migrations do not run on SQLite.

    One migration does more than change tables: it inserts the default rules of new security groups.
    """
    import sqlalchemy
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory
    from neutron.db.migration import cli
    from neutron.db.migration.models import head

    engine = sqlalchemy.create_engine("sqlite:///state/neutron.db")
    tables = head.get_metadata().tables.values()
    from_models = [table for table in tables if table.name != "securitygroupdefaultrules"]
    head.get_metadata().create_all(engine, tables=from_models)
    sys.argv = ["neutron-db-manage", "--config-file", "etc/neutron.conf", "stamp", "heads"]
    cli.main()
    migration = ScriptDirectory.from_config(cli.get_neutron_config()).get_revision("c33da356b165").module
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()


def _spare() -> None:
    """Spare Neutron work at each request; its models exist only once it has been imported."""
    from neutron_lib.policy import _engine

    from .loading import load_less
    from .routing import remember_arguments

    load_less()
    remember_arguments()
    # What a user's roles allow has an enforcer of its own, which looks for its file six times at every request.
    _engine.init()
    cast(Any, _engine._ROLE_ENFORCER).use_conf = False


SERVICE = Service(
    name="neutron",
    type="network",
    distribution="neutron",
    application="neutron.wsgi.api",
    configuration="neutron.conf",
    depends_on=("keystone",),
    folders=("neutron",),
    create_tables=_create_tables,
    before_requests=_spare,
    # Until all rules are there, Neutron hides every resource.
    policy="neutron.policy",
    environment={
        "OS_NEUTRON_CONFIG_FILES": "neutron.conf",
        # Neutron imports eventlet but does not use it; this leaves out eventlet's DNS resolver, which takes 8 MiB.
        "EVENTLET_NO_GREENDNS": "yes",
    },
)
