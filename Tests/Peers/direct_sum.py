"""Visibilities of ../shared/oracles/imaging as raw arrays, and images of them against the direct sum in double precision.

    direct_sum.py arrays ORACLE CASE.npz FOLDER
    direct_sum.py errors ORACLE FOLDER WIDTH HEIGHT CELL COUNT TRUTH IMAGE...
    direct_sum.py model ORACLE WIDTH HEIGHT MODEL.f4
    direct_sum.py predicted ORACLE FOLDER WIDTH HEIGHT CELL MODEL.f4 VISIBILITIES...

`arrays` writes uvw.f8, freq.f8, vis.c8 and wgt.f4 (0 where flagged). `errors` prints a line for each image of float32 or float64, [row][column]:
relative l2 errors over the whole image, over its faint pixels (all but the brightest tenth), over the border, and over the corners (squares of
a twentieth of a side), the last two relative to the rms of the faint ones, or to their own where that is larger. Few pixels of an image hold most
of its power, so that random ones alone would tell little: of the first image, the COUNT brightest pixels, and as many random ones of those between
them and the faint, of the faint, of the border and of the corners, are compared, each for as many as there are of its kind. The direct sums are kept
in the file TRUTH for the next time. Column 0 and row 0 belong to the border, though some gridders' images do not have them: they are left out where
an image has nothing but zeros there.

`model` writes an image of 300 points, none in row 0 or column 0. `predicted` prints a line for each file of complex64, [row][channel]: the relative
l2 error over 300 random rows of what was predicted of a model."""
import os
import sys
import zipfile

import numpy as np


def arrays(case, folder):
    os.makedirs(folder, exist_ok=True)
    with np.load(case) as z:
        z['uvw'].astype(np.float64).tofile(folder + '/uvw.f8')
        z['freq'].astype(np.float64).tofile(folder + '/freq.f8')
        z['vis'].astype(np.complex64).tofile(folder + '/vis.c8')
        np.where(z['flag'], 0, z['wgt']).astype(np.float32).tofile(folder + '/wgt.f4')


def read(path, width, height):
    double = os.path.getsize(path) == 8 * width * height
    return np.fromfile(path, np.float64 if double else np.float32).reshape(height, width)


def pixels(image, count):
    """Places of the brightest pixels, of random ones of the next brightest, the faint, the border and the corners; and how many there are of each."""
    rng = np.random.default_rng(7)
    height, width = image.shape
    order = np.argsort(-np.abs(image), axis=None)
    tenth = order.size // 10
    row, column = np.divmod(np.arange(order.size), width)
    to_side, to_end = np.minimum(row, height - 1 - row), np.minimum(column, width - 1 - column)
    border = np.flatnonzero(np.minimum(to_side, to_end) == 0)
    corner = np.flatnonzero((to_side < max(height // 20, 1)) & (to_end < max(width // 20, 1)))
    kinds = [order[:count], order[count:tenth], order[tenth:], border, corner]
    return [rng.choice(kind, min(count, len(kind)), replace=False) for kind in kinds], [len(kind) for kind in kinds]


def direct(folder, width, height, cell, columns, rows):
    from oracle import dirty
    uvw = np.fromfile(folder + '/uvw.f8').reshape(-1, 3)
    weights = np.fromfile(folder + '/wgt.f4', np.float32).reshape(len(uvw), -1)
    vis = np.fromfile(folder + '/vis.c8', np.complex64).reshape(weights.shape).astype(np.complex128) * weights
    values = dirty(uvw, np.fromfile(folder + '/freq.f8'), vis, (width // 2 - columns) * cell, (rows - height // 2) * cell)
    return values / weights.sum(dtype=np.float64)


def rms(values):
    return np.sqrt(np.mean(values ** 2))


def errors(folder, width, height, cell, count, keep, images):
    if zipfile.is_zipfile(keep):
        with np.load(keep) as kept:
            places, sizes, truth = ([kept[f'{what}{kind}'] for kind in range(5)] for what in ('places', 'sizes', 'truth'))
    else:
        places, sizes = pixels(read(images[0], width, height), count)
        rows, columns = np.divmod(np.concatenate(places), width)
        truth = np.split(direct(folder, width, height, cell, columns, rows), np.cumsum([len(kind) for kind in places])[:-1])
        with open(keep, 'wb') as file:
            np.savez(file, **{f'{name}{kind}': value for name, values in (('places', places), ('sizes', sizes), ('truth', truth))
                              for kind, value in enumerate(values)})
    for path in images:
        image = read(path, width, height)
        has = [(kind % width > 0) | image[:, 0].any() for kind in places]
        off = [rms((image.flat[kind] - true)[there]) for kind, true, there in zip(places, truth, has)]
        level = [rms(true) for true in truth]
        whole = [np.sqrt(sum(size * value ** 2 for size, value in zip(sizes[:3], values))) for values in (off, level)]
        print(whole[0] / whole[1], *(value / max(own, level[2]) for value, own in zip(off[2:], level[2:])))


def model(width, height, path):
    rng = np.random.default_rng(11)
    image = np.zeros((height, width), np.float32)
    image[rng.integers(1, height, 300), rng.integers(1, width, 300)] = rng.exponential(1, 300)
    image.tofile(path)


def predicted(folder, width, height, cell, path, files):
    from oracle import predict
    uvw = np.fromfile(folder + '/uvw.f8').reshape(-1, 3)
    freq = np.fromfile(folder + '/freq.f8')
    image = read(path, width, height)
    rows, columns = np.nonzero(image)
    chosen = np.sort(np.random.default_rng(5).choice(len(uvw), min(300, len(uvw)), replace=False))
    flux = np.repeat(image[rows, columns].astype(np.float64)[:, None], len(freq), 1)
    truth = predict(uvw[chosen], freq, (width // 2 - columns) * cell, (rows - height // 2) * cell, flux)
    for file in files:
        found = np.memmap(file, np.complex64, 'r', shape=(len(uvw), len(freq)))[chosen]
        print(np.sqrt(np.sum(np.abs(found - truth) ** 2) / np.sum(np.abs(truth) ** 2)))


if __name__ == '__main__':
    command, oracle, *rest = sys.argv[1:]
    sys.path.insert(0, oracle)
    if command == 'arrays':
        arrays(*rest)
    elif command == 'model':
        model(int(rest[0]), int(rest[1]), rest[2])
    elif command == 'predicted':
        predicted(rest[0], int(rest[1]), int(rest[2]), float(rest[3]), rest[4], rest[5:])
    else:
        errors(rest[0], int(rest[1]), int(rest[2]), float(rest[3]), int(rest[4]), rest[5], rest[6:])
