"""A client of Nova's metadata API, which asks as Neutron's metadata agent does on other clouds."""

import hashlib
import hmac

import requests

_SECONDS = 10


class Metadata:
    """Asks on behalf of servers.

    Args:
        url: The URL of Nova's metadata API.
        secret: The secret that Nova shares with clients that may ask on behalf of servers.
    """

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret.encode()

    def get(self, machine: dict[str, str], path: str) -> bytes:
        """Return one document, such as openstack/latest/meta_data.json.

        Args:
            machine: The server's uuid, project_id and fixed address.
            path: The path of the document.

        Raises:
            LookupError: There is no such document.
            OSError: Nova does not answer.
        """
        signature = hmac.new(self._secret, machine["uuid"].encode(), hashlib.sha256).hexdigest()
        headers = {
            "X-Instance-ID": machine["uuid"],
            "X-Tenant-ID": machine["project_id"],
            "X-Instance-ID-Signature": signature,
            "X-Forwarded-For": machine["address"],
        }
        answer = requests.get(f"{self._url}/{path}", headers=headers, timeout=_SECONDS)
        if answer.status_code == requests.codes.not_found:
            raise LookupError(path)
        answer.raise_for_status()
        return answer.content
