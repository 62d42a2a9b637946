"""A message bus for workers in one process: oslo.messaging's own bus for tests, but without its polling."""

import threading
from typing import Any

from oslo_messaging import Target
from oslo_messaging._drivers import base, impl_fake


class _Exchange(impl_fake.FakeExchange):
    """Wakes its listeners when a message arrives."""

    def __init__(self, name: str | None) -> None:
        super().__init__(name)
        self.arrived = threading.Condition(self._queues_lock)

    def deliver_message(self, *arguments: Any, **options: Any) -> None:
        """Put a message into the queues of its topic."""
        with self.arrived:
            super().deliver_message(*arguments, **options)
            self.arrived.notify_all()


class _Exchanges(impl_fake.FakeExchangeManager):
    _exchanges: dict[str | None, _Exchange] = {}

    def get_exchange(self, name: str | None) -> _Exchange:
        """Return the exchange with this name; the first call creates it."""
        name = name or self._default_exchange
        with self._exchanges_lock:
            return self._exchanges.get(name) or self._exchanges.setdefault(name, _Exchange(name))


class _Listener(impl_fake.FakeListener):
    """Waits for messages; its base class looks for them twenty times a second."""

    def __init__(self, exchanges: _Exchanges, targets: list[Target]) -> None:
        super().__init__(exchanges, targets)
        self._exchange = exchanges.get_exchange(targets[0].exchange)

    @base.batch_poll_helper
    def poll(self, timeout: float | None = None) -> impl_fake.FakeIncomingMessage | None:
        """Return the next message, or None if the timeout (in seconds) passes or the listener stops first."""
        with self._exchange.arrived:
            message = self._exchange.arrived.wait_for(lambda: self._next() or self._stopped.is_set(), timeout)
        return message if isinstance(message, impl_fake.FakeIncomingMessage) else None

    def _next(self) -> impl_fake.FakeIncomingMessage | None:
        for target in self._targets:
            context, message, *others = self._exchange.poll(target, self._pool)
            if message is not None:
                return impl_fake.FakeIncomingMessage(context, message, *others)
        return None

    def stop(self) -> None:
        """Stop waiting for messages."""
        super().stop()
        with self._exchange.arrived:
            self._exchange.arrived.notify_all()


class InProcessDriver(impl_fake.FakeDriver):
    """The driver for the transport_url in-process://."""

    def __init__(self, conf: Any, url: Any, default_exchange: str | None = None, **options: Any) -> None:
        super().__init__(conf, url, default_exchange, **options)
        self._exchange_manager = _Exchanges(default_exchange)

    def listen(self, target: Target, batch_size: int, batch_timeout: float | None) -> base.PollStyleListenerAdapter:
        """Return a listener for a topic's messages, including those addressed to one server."""
        adapter = super().listen(target, batch_size, batch_timeout)
        adapter._poll_style_listener = _Listener(self._exchange_manager, adapter._poll_style_listener._targets)
        return adapter
