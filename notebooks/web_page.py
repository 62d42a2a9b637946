"""Put a page on the web: make a server with a public address on an OpenStack cloud, or delete it again.

Needs a clouds.yaml, and: pip install openstacksdk
"""

import argparse
import json
import logging
import re
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

import openstack
from keystoneauth1.exceptions import ClientException
from openstack.exceptions import SDKException

NAME, MARK = "web_page", "import-openstack"  # What has both is this script's. It touches nothing else.
KEY = Path(__file__).with_name(f"{MARK}-{NAME}.pem")  # The private key; the key pair is called the same.
WANTED = {"vcpus": 1, "max-ram": 1024, "max-disk": 20, "distro": "ubuntu", "version": "20.04", "nickname": "focal"}
PAGE = {"path": "/var/www/html/index.html", "content": "<h1>Hello from my own server</h1>"}
DISTRIBUTIONS = "alma|alpine|arch|centos|debian|fedora|freebsd|rhel|rocky|suse|ubuntu|windows"
USER_DATA = "#cloud-config\n" + json.dumps({"packages": ["nginx"], "write_files": [PAGE]})


def find_servers(conn):
    """Return this script's server in a list, which is empty where there is none."""
    return [s for s in conn.list_servers() if s.name == NAME and s.metadata.get("course") == MARK]


def find_groups(conn):
    """Return this script's security group in a list, which is empty where there is none."""
    return [g for g in conn.list_security_groups() if (g.name, g.description) == (NAME, MARK)]


def find_addresses(conn, port):
    """Return this script's floating IP at a server's port in a list, which is empty where there is none."""
    return [ip for ip in conn.list_floating_ips() if (ip.port_id, ip.description) == (port.id, MARK)]


def find_ways_out(conn):
    """Return the networks that a router connects to the outside, and for each the external network."""
    routers = [r for r in conn.list_routers() if r.external_gateway_info and r.description != MARK]
    pairs = [(port, r) for r in routers for port in conn.list_router_interfaces(r, "internal")]
    return {port.network_id: router.external_gateway_info["network_id"] for port, router in pairs}


def has_system(image, wanted):
    """Return whether an image has the system, by its properties or, without them, by its name."""
    name, nickname = (image.name or "").lower(), rf"(?<![a-z]){re.escape(wanted.nickname)}(?![a-z])"
    named = bool(wanted.nickname and re.search(nickname, name) and not re.search(r"(?<![\d.])\d\d\.\d\d(?!\d)", name))
    distro_named = wanted.distro in name or (named and not re.search(DISTRIBUTIONS, name))
    if not (image.os_distro.lower() == wanted.distro if image.os_distro else distro_named):
        return False
    if image.os_version:
        return bool(re.match(rf"{re.escape(wanted.version)}(?!\d)", image.os_version))
    first, *others = (re.escape(part) for part in wanted.version.split("."))
    number = rf"{re.escape(wanted.distro)}\D*{first}(?!\d)"
    if others:
        number = rf"(?<![\d.]){'[._-]?'.join([first, *others])}(?!\d)|{number}(?![._-]?\d)"
    return named or bool(re.search(number, name))


def choose(conn, wanted):
    """Return what the server is made of, as create_server takes it. Without a disk, it boots from a volume."""
    flavors = [f for f in conn.list_flavors() if f.vcpus == wanted.vcpus and f.ram <= wanted.max_ram]
    flavors = sorted((f for f in flavors if f.disk <= wanted.max_disk), key=lambda f: (not f.disk, f.ram))
    images = [i for i in conn.list_images() if i.properties.get("image_type") != "snapshot" and has_system(i, wanted)]
    pairs = [(f, i) for f in flavors for i in images if i.min_ram <= f.ram and (not f.disk or i.min_disk <= f.disk)]
    if not pairs:
        sys.exit(f"This cloud has no {'image' if flavors else 'flavor'} such as you want. What you can change: --help")
    if not (networks := [*find_ways_out(conn)]):
        sys.exit("No router joins a network of this project to an external network. Build one with a router.")
    disk = {"boot_from_volume": True, "volume_size": wanted.max_disk, "terminate_volume": True}
    chosen = {"flavor": pairs[0][0], "image": pairs[0][1], "network": networks[0]}
    return chosen if chosen["flavor"].disk else chosen | disk


def make_server(conn, wanted):
    """Make a server, with a key pair and a security group of its own."""
    options = choose(conn, wanted)
    group = next(iter(find_groups(conn)), None) or conn.network.create_security_group(name=NAME, description=MARK)
    for port in {22, 80} - {rule["port_range_min"] for rule in group.security_group_rules}:
        conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=port, port_range_max=port)
    conn.delete_keypair(KEY.stem)
    KEY.touch(mode=0o600)
    KEY.write_text(conn.create_keypair(KEY.stem).private_key)
    options |= {"key_name": KEY.stem, "security_groups": [group.id], "userdata": USER_DATA, "auto_ip": False}
    return conn.create_server(NAME, meta={"course": MARK}, **options)


def create(conn, wanted):
    """Find the server and its address, or make them, and return the address of the page."""
    server = next(iter(find_servers(conn)), None) or make_server(conn, wanted)
    server = conn.wait_for_server(server, auto_ip=False, timeout=600)
    port = next(conn.network.ports(device_id=server.id))
    if not (addresses := find_addresses(conn, port)):
        outside = find_ways_out(conn).get(port.network_id)
        addresses = [conn.network.create_ip(floating_network_id=outside, port_id=port.id, description=MARK)]
    return f"http://{addresses[0].floating_ip_address}/"


def wait_for_page(url, seconds=300):
    """Return what the server says, as soon as it says something: it has to boot first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return urlopen(url, timeout=5).read().decode()
        except (OSError, HTTPException):
            time.sleep(1)
    raise TimeoutError(f"{url} has not answered for {seconds} s. The server's console log may tell why.")


def delete(conn):
    """Delete what this script has made. The address goes first: it is known by the server that it leads to."""
    for server in find_servers(conn):
        for port in conn.network.ports(device_id=server.id):
            for address in find_addresses(conn, port):
                conn.delete_floating_ip(address.id)
        conn.delete_server(server.id, wait=True)
    for group in find_groups(conn):
        conn.delete_security_group(group.id)
    conn.delete_keypair(KEY.stem)
    KEY.unlink(missing_ok=True)


def main():
    """Do what the command line says. An error is one line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cloud", help="its name in clouds.yaml; if you leave it out, OS_CLOUD counts")
    parser.add_argument("--delete", action="store_true", help="delete what the script has made")
    for name, value in WANTED.items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"if you leave it out: {value}")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    try:
        conn = openstack.connect(cloud=wanted.cloud)
        if wanted.delete:
            delete(conn)
            print("Deleted.")
        else:
            url = create(conn, wanted)
            print(f"The server has the address {url} and boots.", flush=True)
            print(wait_for_page(url))
    except (SDKException, ClientException, OSError) as error:
        sys.exit(f"{type(error).__name__}: {' '.join(str(error).split())}")
    except KeyboardInterrupt:
        sys.exit("Interrupted. Run it again to go on, or with --delete to leave nothing.")


if __name__ == "__main__":
    main()
