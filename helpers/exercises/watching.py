"""Checks of notebooks 06 to 08: requests, errors, costs."""

from typing import Any

from openstack import exceptions


def exception(answer: Any) -> str | None:
    """The class of what create_server raises without an image and a flavor."""
    if answer is exceptions.BadRequestException:
        return None
    if answer == "BadRequestException" or isinstance(answer, exceptions.BadRequestException):
        return "It is that one. Put its class into answer: no quotes, and type(error) in the place of error."
    return "Make the call in a try, catch SDKException as error, and ask for type(error)."


def addresses(answer: Any, price: float) -> str | None:
    """What 30 addresses cost in 31 days, in EUR, at a price in EUR an hour."""
    if answer == round(30 * 31 * 24 * price):
        return None
    return "A day has 24 hours, there are 30 addresses, and round() makes a whole number of the product."
