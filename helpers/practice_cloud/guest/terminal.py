"""A session with a guest's shell: it reads keys, edits lines and writes output."""

import codecs
from collections.abc import Iterator
from contextlib import suppress

import paramiko

from .shell import LogoutError, Shell

_INTERRUPT, _END, _ESCAPE, _BACKSPACES = "\x03", "\x04", "\x1b", "\b\x7f"
_LONGEST_LINE = 4096
_INTERRUPTED = 130


class Session:
    """One session, with or without a terminal."""

    def __init__(self, channel: paramiko.Channel, shell: Shell, is_terminal: bool) -> None:
        self._channel, self._shell, self._is_terminal = channel, shell, is_terminal

    def serve(self, command: str | None) -> None:
        """Run the command, or the client's lines if it is None; send an exit code. An error ends only this session."""
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
        """Run the client's lines, and return the last exit code."""
        code = 0
        self._echo(self._shell.system.text("greeting") + self._shell.prompt)
        for line in self._lines():
            code = _INTERRUPTED if line is None else self._run(line)
            self._echo(self._shell.prompt)
        self._echo("logout\n")
        return code

    def _echo(self, text: str) -> None:
        """Write text that only a terminal shows."""
        self._write(text * self._is_terminal)

    def _write(self, text: str, to_errors: bool = False) -> None:
        """Write to the client; on a terminal, errors and output share one stream."""
        text = text.replace("\n", "\r\n") if self._is_terminal else text
        send = self._channel.sendall_stderr if to_errors and not self._is_terminal else self._channel.sendall
        send(text.encode(errors="surrogateescape"))

    def _lines(self) -> Iterator[str | None]:
        """Yield the client's lines until its input ends; None stands for an interrupted line."""
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
        """Yield the characters that the client sends."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while data := self._channel.recv(_LONGEST_LINE):
            yield from decoder.decode(data)


def _skip_sequence(keys: Iterator[str]) -> None:
    """Skip the rest of an escape sequence, such as an arrow key's."""
    if next(keys, "") in ("[", "O"):
        while " " <= next(keys, "~") < "@":
            pass
