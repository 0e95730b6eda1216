"""Animated GIFs (GIF89a, W3C), their metadata left out: Pillow would choose other colours."""

_HEADER_BYTES = 13
_TRAILER, _EXTENSION, _IMAGE = 0x3B, 0x21, 0x2C
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
# How often the animation runs; other applications' blocks are XMP, colour profiles and the like.
_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}


def without_metadata(gif: bytes) -> bytes:
    """Return the GIF without what shows nothing; `ValueError` where it is cut off, or is none."""
    if len(gif) < _HEADER_BYTES:
        raise ValueError("the GIF ends in its header")
    start = _HEADER_BYTES + _table_bytes(gif, 10)
    shown = [gif[:start]]
    # A trailer is missing from many a GIF that every program shows.
    while start < len(gif) and gif[start] != _TRAILER:
        end = _block_end(gif, start)
        block = gif[start:end]
        is_loop = block[1] == _APPLICATION and block[3:14] in _LOOPS
        if is_loop or block[0] == _IMAGE or block[1] == _GRAPHIC_CONTROL:
            shown.append(block)
        start = end
    return b"".join([*shown, bytes([_TRAILER])])


def _block_end(gif: bytes, start: int) -> int:
    try:
        if gif[start] == _EXTENSION:
            end = start + 2  # a label follows the sign
        elif gif[start] == _IMAGE:
            colours = _table_bytes(gif, start + 9)
            end = start + 10 + colours + 1  # nine bytes of place and size; the bits of a code
        else:
            raise ValueError("the GIF holds what is no block")
        while gif[end]:  # sub-blocks, each after its length
            end += 1 + gif[end]
    except IndexError as error:
        raise ValueError("the GIF ends in the middle of a block") from error
    return end + 1


def _table_bytes(gif: bytes, flags_at: int) -> int:
    """Return how many bytes of colours follow the flags at a place; each colour takes three."""
    flags = gif[flags_at]
    return 3 * 2 ** ((flags & 0b111) + 1) if flags & 0b1000_0000 else 0
