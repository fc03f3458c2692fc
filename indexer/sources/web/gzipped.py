"""Gzip, unpacked within limits: a bomb ends where the limit is."""

import zlib
from collections.abc import Iterable, Iterator

from indexer.sources.web.unread import ForNow, Unread

MAGIC = b"\x1f\x8b"
_PIECE = 2**16


def unpacked(data: bytes, largest: int) -> bytes:
    """Unpack gzip.

    Raises:
        Unread: there is more in it than `largest` bytes.
        ForNow: it is damaged or breaks off.
    """
    pieces = (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
    return b"".join(unpacking(pieces, largest))


def unpacking(pieces: Iterable[bytes], largest: int) -> Iterator[bytes]:
    """Unpack gzip as it comes in; raises as `unpacked` does."""
    machine, size, members = None, 0, 0
    for piece in pieces:
        rest = piece
        while rest:
            if machine is None:
                # One gzip may follow another; zeros or anything else after the last are padding.
                rest = rest.lstrip(b"\0") if members else rest
                if members and rest[:1] != MAGIC[:1]:
                    break
                machine, members = zlib.decompressobj(16 + zlib.MAX_WBITS), members + 1
            try:
                found = machine.decompress(rest, largest + 1 - size)
            except zlib.error as error:
                raise ForNow(f"its gzip compression is damaged: {error}") from None
            size += len(found)
            if size > largest:
                raise Unread(over(largest))
            yield found
            rest, machine = (machine.unused_data, None) if machine.eof else (b"", machine)
    if machine:
        raise ForNow("its gzip compression breaks off")


def over(largest: int) -> str:
    """The reason to leave what turned out to be too large."""
    return f"it is larger than the limit of {largest // 2**20} MiB"
