"""Let the SDK look more often whether something is done: it waits for 2 or 5 seconds, most of the time that it takes.

To import it is enough. IPython runs it as a startup file, so it imports nothing else of the tests.
"""

import openstack

_iterate_timeout = openstack.utils.iterate_timeout


def _soon(timeout, message, wait=None):
    return _iterate_timeout(timeout, message, wait=0.5)


openstack.utils.iterate_timeout = _soon
