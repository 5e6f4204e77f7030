"""Mutations of a file's bytes, most of them in its metadata, as storage and transfers damage them, and worse."""
import numpy as np

WORDS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 1 << 40, (1 << 63) - 1, (1 << 64) - 1]


def places(base):
    """The runs of a file's bytes that hold no samples."""
    runs, at = [], 0
    for start, end in base.samples:
        if start > at:
            runs.append((at, start))
        at = max(at, end)
    if at < len(base.content):
        runs.append((at, len(base.content)))
    return runs


def pick(rng, base):
    """A place in a file: nine times of ten in its metadata, and then often among its first bytes."""
    if rng.random() < 0.1:
        return int(rng.integers(len(base.content)))
    if rng.random() < 0.2:
        return int(rng.integers(min(2048, len(base.content))))
    runs = places(base)
    lengths = np.array([end - start for start, end in runs])
    start, end = runs[rng.choice(len(runs), p=lengths / lengths.sum())]
    return int(rng.integers(start, end))


def flip(rng, data, base):
    count = int(2 ** rng.integers(0, 6))
    for _ in range(count):
        data[pick(rng, base)] ^= 1 << int(rng.integers(8))
    return f'{count} bits flipped'


def scramble(rng, data, base):
    count = int(2 ** rng.integers(0, 6))
    for _ in range(count):
        data[pick(rng, base)] = int(rng.integers(256))
    return f'{count} bytes replaced'


def words(rng, data, base):
    count = int(rng.integers(1, 5))
    for _ in range(count):
        size = int(rng.choice([1, 2, 4, 8]))
        at = pick(rng, base) // size * size
        value = WORDS[rng.integers(len(WORDS))] & ((1 << 8 * size) - 1)
        data[at:at + size] = value.to_bytes(size, 'little')[:len(data) - at]
    return f'{count} words replaced'


def blank(rng, data, base):
    at, length = pick(rng, base), int(2 ** rng.integers(0, 13))
    filler = int(rng.choice([0, 0, 0xff, 0x20]))
    data[at:at + length] = bytes([filler]) * len(data[at:at + length])
    return f'{length} bytes of {filler:#04x} at {at}'


def noise(rng, data, base):
    at, length = pick(rng, base), int(2 ** rng.integers(0, 13))
    data[at:at + length] = rng.bytes(len(data[at:at + length]))
    return f'{length} random bytes at {at}'


def move(rng, data, base):
    source, target, length = pick(rng, base), pick(rng, base), int(2 ** rng.integers(2, 13))
    block = bytes(data[source:source + length])[:len(data) - target]
    data[target:target + len(block)] = block
    return f'{len(block)} bytes at {source} repeated at {target}'


def shift(rng, data, base):
    at, length = min(pick(rng, base), len(data)), int(rng.integers(1, 64))
    if rng.random() < 0.5:
        del data[at:at + length]
        return f'{length} bytes at {at} left out'
    data[at:at] = rng.bytes(length)
    return f'{length} bytes put in at {at}'


def cut(rng, data, base):
    length = int(len(data) * rng.random()) if rng.random() < 0.5 else pick(rng, base)
    del data[length:]
    return f'cut to {length} bytes'


# In this order.
KINDS = [flip, flip, flip, scramble, scramble, words, words, words, blank, noise, move, move, shift, cut]


def mutate(rng, base):
    """A mutated copy of a file's bytes, and what was done to it."""
    data = bytearray(base.content)
    kinds = [KINDS[rng.integers(len(KINDS))] for _ in range(int(rng.choice([1, 1, 1, 2, 3])))]
    # What changes the length comes last: places are those of the whole file.
    done = [kind(rng, data, base) for kind in sorted(kinds, key=lambda kind: KINDS.index(kind))]
    return bytes(data), ', '.join(done)
