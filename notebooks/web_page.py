"""Make a server with a web page on an OpenStack cloud, or delete it again.

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

# Whatever has this name and this mark is the script's. It touches nothing else.
NAME, MARK = "web_page", "import-openstack"
# The file of the private key; the key pair has the same name.
KEY = Path(__file__).with_name(f"{MARK}-{NAME}.pem")
WANTED = {
    "vcpus": 1,
    "max-ram": 1024,  # MiB
    "max-disk": 20,  # GiB
    "distro": "ubuntu",
    "version": "20.04",
    "nickname": "focal",
}
HTML = "<h1>Hello from my own server</h1>"
PAGE = {"path": "/var/www/html/index.html", "content": HTML}
SETUP = {"packages": ["nginx"], "write_files": [PAGE]}
USER_DATA = "#cloud-config\n" + json.dumps(SETUP)
DISTRIBUTIONS = (
    "alma|alpine|arch|centos|debian|fedora|freebsd|rhel|rocky|suse|ubuntu|windows"
)


def find_servers(conn):
    """Return a list of this script's server, empty if there is none."""
    servers = [server for server in conn.list_servers() if server.name == NAME]
    return [server for server in servers if server.metadata.get("course") == MARK]


def find_groups(conn):
    """Return a list of this script's security group, empty if there is none."""
    groups = conn.list_security_groups()
    return [g for g in groups if (g.name, g.description) == (NAME, MARK)]


def find_addresses(conn, port):
    """Return a list of this script's floating IP at a network port of a server."""
    addresses = conn.list_floating_ips()
    return [a for a in addresses if (a.port_id, a.description) == (port.id, MARK)]


def find_ways_out(conn):
    """Return, by network id, the external network that a router leads to."""
    routers = [r for r in conn.list_routers() if r.description != MARK]
    return {
        port.network_id: router.external_gateway_info["network_id"]
        for router in routers
        if router.external_gateway_info
        for port in conn.list_router_interfaces(router, "internal")
    }


def has_system(image, wanted):
    """Return whether an image has the system: see its properties, then its name."""
    name, distro = (image.name or "").lower(), re.escape(wanted.distro)
    nickname = rf"(?<![a-z]){re.escape(wanted.nickname)}(?![a-z])"
    numbered = re.search(r"(?<![\d.])\d\d\.\d\d(?!\d)", name)
    named = bool(wanted.nickname and re.search(nickname, name) and not numbered)
    other_distro = re.search(DISTRIBUTIONS, name)
    distro_named = wanted.distro in name or (named and not other_distro)
    stated = image.os_distro and image.os_distro.lower() == wanted.distro
    if not (stated if image.os_distro else distro_named):
        return False
    if image.os_version:
        version = rf"{re.escape(wanted.version)}(?!\d)"
        return bool(re.match(version, image.os_version))
    first, *others = (re.escape(part) for part in wanted.version.split("."))
    number = rf"{distro}\D*{first}(?!\d)"
    if others:
        whole = "[._-]?".join([first, *others])
        number = rf"(?<![\d.]){whole}(?!\d)|{number}(?![._-]?\d)"
    return named or bool(re.search(number, name))


def choose(conn, wanted):
    """Return what the server is made of, as create_server takes it.

    If its flavor has no disk, the server boots from a volume.
    """
    flavors = sorted(conn.list_flavors(), key=lambda f: (not f.disk, f.ram))
    flavors = [f for f in flavors if f.vcpus == wanted.vcpus]
    flavors = [f for f in flavors if f.ram <= wanted.max_ram]
    flavors = [f for f in flavors if f.disk <= wanted.max_disk]
    images = [i for i in conn.list_images() if has_system(i, wanted)]
    images = [i for i in images if i.properties.get("image_type") != "snapshot"]
    pairs = [(f, i) for f in flavors for i in images if i.min_ram <= f.ram]
    pairs = [(f, i) for f, i in pairs if not f.disk or i.min_disk <= f.disk]
    if not pairs:
        kind = "image" if flavors else "flavor"
        advice = "What you can change: --help"
        sys.exit(f"This cloud has no {kind} such as you want. {advice}")
    if not (networks := [*find_ways_out(conn)]):
        sys.exit("No router joins a network of this project to an external network.")
    flavor, image = pairs[0]
    chosen = {"flavor": flavor, "image": image, "network": networks[0]}
    if not flavor.disk:
        chosen |= {"boot_from_volume": True, "terminate_volume": True}
        chosen["volume_size"] = wanted.max_disk
    return chosen


def make_server(conn, wanted):
    """Make a server, with a key pair and a security group of its own."""
    options = choose(conn, wanted)
    if not (groups := find_groups(conn)):
        groups = [conn.network.create_security_group(name=NAME, description=MARK)]
    rules = groups[0].security_group_rules
    for port in {22, 80} - {rule["port_range_min"] for rule in rules}:
        rule = {"protocol": "tcp", "port_range_min": port, "port_range_max": port}
        conn.create_security_group_rule(groups[0].id, **rule)
    conn.delete_keypair(KEY.stem)
    KEY.touch(mode=0o600)
    KEY.write_text(conn.create_keypair(KEY.stem).private_key)
    options |= {"key_name": KEY.stem, "security_groups": [groups[0].id]}
    options |= {"userdata": USER_DATA, "auto_ip": False, "meta": {"course": MARK}}
    return conn.create_server(NAME, **options)


def create(conn, wanted):
    """Find the server and its address, or make them, and return the page's URL."""
    server = next(iter(find_servers(conn)), None) or make_server(conn, wanted)
    server = conn.wait_for_server(server, auto_ip=False, timeout=600)
    port = next(conn.network.ports(device_id=server.id))
    if not (addresses := find_addresses(conn, port)):
        where = {"floating_network_id": find_ways_out(conn).get(port.network_id)}
        where |= {"port_id": port.id, "description": MARK}
        addresses = [conn.network.create_ip(**where)]
    return f"http://{addresses[0].floating_ip_address}/"


def wait_for_page(url, seconds=300):
    """Return the page as soon as the server answers: it has to boot first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return urlopen(url, timeout=5).read().decode()
        except (OSError, HTTPException):
            time.sleep(1)
    advice = "The server's console log may say why."
    raise TimeoutError(f"{url} has not answered for {seconds} s. {advice}")


def delete(conn):
    """Delete what this script has made.

    The address goes first: only the server that it leads to says that it is ours.
    """
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
    add = parser.add_argument
    add("--cloud", help="its name in clouds.yaml; without it, OS_CLOUD counts")
    add("--delete", action="store_true", help="delete what the script has made")
    for name, value in WANTED.items():
        kind = type(value)
        add(f"--{name}", type=kind, default=value, help=f"if you leave it out: {value}")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    try:
        conn = openstack.connect(cloud=wanted.cloud)
        if wanted.delete:
            delete(conn)
            print("Deleted.")
        else:
            url = create(conn, wanted)
            print(f"The server has the address {url}.", flush=True)
            print(wait_for_page(url))
    except (SDKException, ClientException, OSError) as error:
        sys.exit(f"{type(error).__name__}: {' '.join(str(error).split())}")
    except KeyboardInterrupt:
        sys.exit("Interrupted. Run it again to go on, or with --delete to undo it.")


if __name__ == "__main__":
    main()
