"""What a server is told of those of its devices that its user has given a tag."""

# Nova's objects get their fields while it runs.
# pyright: reportAttributeAccessIssue=false

from nova.context import RequestContext
from nova.objects.block_device import BlockDeviceMappingList
from nova.objects.instance import Instance
from nova.objects.virt_device_metadata import DiskMetadata, InstanceDeviceMetadata, NetworkInterfaceMetadata
from nova.objects.virtual_interface import VirtualInterfaceList


def of_devices(context: RequestContext, instance: Instance) -> InstanceDeviceMetadata:
    """Return the tagged ports and volumes of a server, as Nova's metadata API wants them."""
    ports = VirtualInterfaceList.get_by_instance_uuid(context, instance.uuid)
    volumes = BlockDeviceMappingList.get_by_instance_uuid(context, instance.uuid)
    plugged_in = [NetworkInterfaceMetadata(mac=port.address, tags=[port.tag]) for port in ports if port.tag]
    attached = [
        DiskMetadata(path=volume.device_name, serial=volume.volume_id, tags=[volume.tag])
        for volume in volumes
        if volume.tag
    ]
    return InstanceDeviceMetadata(devices=[*plugged_in, *attached])


def save_device_metadata(context: RequestContext, instance: Instance) -> None:
    """Note them after a server has got another device; while it is spawned, Nova itself saves what is noted."""
    instance.device_metadata = of_devices(context, instance)
    instance.save()
