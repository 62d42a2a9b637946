"""What a server is told of those of its devices that its user has given a tag."""

# Nova's objects get their fields while it runs.
# pyright: reportAttributeAccessIssue=false

from nova.context import RequestContext
from nova.objects.block_device import BlockDeviceMappingList
from nova.objects.instance import Instance
from nova.objects.virt_device_metadata import DiskMetadata, InstanceDeviceMetadata, NetworkInterfaceMetadata
from nova.objects.virtual_interface import VirtualInterfaceList


def tell(context: RequestContext, instance: Instance) -> None:
    """Note the tagged ports and volumes of a server where Nova's metadata API looks for them."""
    ports = VirtualInterfaceList.get_by_instance_uuid(context, instance.uuid)
    volumes = BlockDeviceMappingList.get_by_instance_uuid(context, instance.uuid)
    plugged_in = [NetworkInterfaceMetadata(mac=port.address, tags=[port.tag]) for port in ports if port.tag]
    attached = [
        DiskMetadata(path=volume.device_name, serial=volume.volume_id, tags=[volume.tag])
        for volume in volumes
        if volume.tag
    ]
    instance.device_metadata = InstanceDeviceMetadata(devices=[*plugged_in, *attached])
    instance.save()
