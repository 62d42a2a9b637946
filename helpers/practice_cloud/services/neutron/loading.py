"""How Neutron's models load related objects. By default, Neutron spends a third of its time on this."""

from neutron.db.models.l3 import FloatingIP
from neutron.db.models.segment import NetworkSegment
from neutron.db.models_v2 import Port
from neutron_lib.db.standard_attr import StandardAttribute
from sqlalchemy.orm import RelationshipProperty, configure_mappers

# Loaded together with the resource, without a query of their own.
_JOINED = ((Port, "hints"), (Port, "trusted"), (Port, "hardware_offload_type"), (StandardAttribute, "tags"))
# Loaded when a request uses them, which hardly any request does.
_ON_ACCESS = (
    (NetworkSegment, "segment_host_mapping"),
    (Port, "binding_levels"),
    (Port, "port_forwardings"),
    (FloatingIP, "port_forwardings"),
)


def load_less() -> None:
    """Change SQLAlchemy's loader strategy for relationships that take time to load and are usually empty here."""
    configure_mappers()
    for strategy, relationships in (("joined", _JOINED), ("select", _ON_ACCESS)):
        for model, name in relationships:
            relationship: RelationshipProperty = model.__mapper__.relationships[name]
            relationship.strategy_key = (("lazy", strategy),)
            relationship.strategy = relationship._get_strategy(relationship.strategy_key)
