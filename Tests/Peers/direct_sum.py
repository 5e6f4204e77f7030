"""Visibilities of ../shared/oracles/imaging as raw arrays, and images of them against the direct sum in double precision.

    direct_sum.py arrays ORACLE CASE.npz FOLDER
    direct_sum.py errors ORACLE FOLDER WIDTH HEIGHT CELL COUNT TRUTH IMAGE...

`arrays` writes uvw.f8, freq.f8, vis.c8 and wgt.f4 (0 where flagged). `errors` prints a line for each image of float32, [row][column]: l2 errors over COUNT
random pixels, relative to those; over those of them without the brightest tenth, over as many of the border, and over the corners, all three relative to the
rms of the faint ones. The direct sums are kept in
the file TRUTH for the next time. Column 0 and row 0 count as border, though some gridders' images do not have them: they are left out
where an image has nothing but zeros there."""
import os
import sys

import numpy as np


def arrays(case, folder):
    os.makedirs(folder, exist_ok=True)
    with np.load(case) as z:
        z['uvw'].astype(np.float64).tofile(folder + '/uvw.f8')
        z['freq'].astype(np.float64).tofile(folder + '/freq.f8')
        z['vis'].astype(np.complex64).tofile(folder + '/vis.c8')
        np.where(z['flag'], 0, z['wgt']).astype(np.float32).tofile(folder + '/wgt.f4')


def pixels(width, height, count):
    """Random ones, then those of the border, then the corners."""
    rng = np.random.default_rng(7)
    side = max(count // 4, 1)
    columns = [rng.integers(0, width, count), rng.integers(1, width, 2 * side), np.full(side, 1), np.full(side, width - 1),
               [0, 0, width - 1, width - 1]]
    rows = [rng.integers(0, height, count), np.zeros(side, int), np.full(side, height - 1), rng.integers(0, height, 2 * side),
            [0, height - 1, 0, height - 1]]
    return np.concatenate(columns), np.concatenate(rows)


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
    columns, rows = pixels(width, height, count)
    if os.path.exists(keep):
        truth = np.fromfile(keep)
    else:
        truth = direct(folder, width, height, cell, columns, rows)
        truth.tofile(keep)
    faint = np.abs(truth) <= np.quantile(np.abs(truth[:count]), 0.9)
    number = np.arange(len(truth))
    groups = [number < count, (number < count) & faint, (number >= count) & (number < len(truth) - 4), number >= len(truth) - 4]
    for image in images:
        image = np.fromfile(image, np.float32).reshape(height, width)
        has = (columns > 0) | image[:, 0].any()
        off = image[rows, columns] - truth
        levels = [rms(truth[groups[0]])] + 3 * [rms(truth[groups[1]])]
        print(*(rms(off[group & has]) / level for group, level in zip(groups, levels)))


if __name__ == '__main__':
    command, oracle, *rest = sys.argv[1:]
    sys.path.insert(0, oracle)
    if command == 'arrays':
        arrays(*rest)
    else:
        errors(rest[0], int(rest[1]), int(rest[2]), float(rest[3]), int(rest[4]), rest[5], rest[6:])
