"""The protocol of a trial: one immutable object, read from a file."""

from seroclear.trial.protocol.protocol import Protocol
from seroclear.trial.protocol.read import names, protocol_file, read_protocol

__all__ = ["Protocol", "names", "protocol_file", "read_protocol"]
