"""The tags that a user gives to a server's devices, for the metadata API."""

# Nova's objects get their fields at run time.
# pyright: reportAttributeAccessIssue=false

from nova.context import RequestContext
from nova.objects.block_device import BlockDeviceMappingList
from nova.objects.instance import Instance
from nova.objects.virt_device_metadata import DiskMetadata, InstanceDeviceMetadata, NetworkInterfaceMetadata
from nova.objects.virtual_interface import VirtualInterfaceList


def of_devices(context: RequestContext, instance: Instance) -> InstanceDeviceMetadata:
    """Return the tagged ports and volumes of a server, as Nova's metadata API expects them."""
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
    """Save the tags after a server has got another device; during a spawn, Nova saves the instance itself."""
    instance.device_metadata = of_devices(context, instance)
    instance.save()
