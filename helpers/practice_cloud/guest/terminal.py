"""A session at a guest's shell: what is typed, key by key, and what comes back."""

import codecs
from collections.abc import Iterator
from contextlib import suppress

import paramiko

from .shell import LogoutError, Shell

_INTERRUPT, _END, _ESCAPE, _BACKSPACES = "\x03", "\x04", "\x1b", "\b\x7f"
_LONGEST_LINE = 4096
_INTERRUPTED = 130


class Session:
    """One session, with a terminal or without one."""

    def __init__(self, channel: paramiko.Channel, shell: Shell, is_terminal: bool) -> None:
        self._channel, self._shell, self._is_terminal = channel, shell, is_terminal

    def serve(self, command: str | None) -> None:
        """Run a command, or the lines that come, and end with an exit code; what goes wrong ends this session only."""
        with suppress(Exception), self._channel:
            try:
                code = self._run(command) if command is not None else self._converse()
            except LogoutError as logout:
                code = logout.args[0]
            self._channel.send_exit_status(code)

    def _run(self, line: str) -> int:
        """Run a line and return its exit code."""
        output, errors, code = self._shell.run(line)
        self._write(output)
        self._write(errors, to_errors=True)
        return code

    def _converse(self) -> int:
        """Run line after line, and return the last one's exit code."""
        code = 0
        self._echo(self._shell.system.text("greeting") + self._shell.prompt)
        for line in self._lines():
            code = _INTERRUPTED if line is None else self._run(line)
            self._echo(self._shell.prompt)
        self._echo("logout\n")
        return code

    def _echo(self, text: str) -> None:
        """Write what only a terminal shows."""
        self._write(text * self._is_terminal)

    def _write(self, text: str, to_errors: bool = False) -> None:
        """Write to the client; a terminal shows errors and output in one place."""
        text = text.replace("\n", "\r\n") if self._is_terminal else text
        send = self._channel.sendall_stderr if to_errors and not self._is_terminal else self._channel.sendall
        send(text.encode(errors="surrogateescape"))

    def _lines(self) -> Iterator[str | None]:
        """Yield the lines of a client up to the end of its input; None is one that was interrupted."""
        line, keys, before = "", self._keys(), ""
        for key in keys:
            if key == "\n" and before == "\r" and self._is_terminal:
                pass
            elif key == "\n" or (key == "\r" and self._is_terminal):
                self._echo("\n")
                yield line
                line = ""
            elif key == _INTERRUPT:
                self._echo("^C\n")
                yield None
                line = ""
            elif key == _END and not line:
                return
            elif key in _BACKSPACES:
                self._echo("\b \b" * bool(line))
                line = line[:-1]
            elif key == _ESCAPE:
                _skip_sequence(keys)
            elif key.isprintable() and len(line) < _LONGEST_LINE:
                self._echo(key)
                line += key
            before = key
        if line and not self._is_terminal:
            yield line

    def _keys(self) -> Iterator[str]:
        """Yield what the client sends, one character after the other."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while data := self._channel.recv(_LONGEST_LINE):
            yield from decoder.decode(data)


def _skip_sequence(keys: Iterator[str]) -> None:
    """Skip the rest of an arrow key or another one that sends several characters."""
    if next(keys, "") in ("[", "O"):
        while " " <= next(keys, "~") < "@":
            pass
