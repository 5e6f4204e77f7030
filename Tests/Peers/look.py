#!/usr/bin/env python3
"""look.py FILE...: whether results show anything. A line for each: its name, a number, the name of that number:

    .png    colours that fill 200 pixels each and are no shade of grey: text and frames have none, bars less of each
    .fits   the range of the pixels over their mean distance from the mean, 0 when one of them is not finite
    .uvh5   what pyuvdata reads without a warning that the file came with: unflagged samples that are not zero

look.py --flags ORIGINAL FLAGGED: of the samples of cross baselines that are not zero, the share that FLAGGED flags in channels that are quiet
(ORIGINAL flags less than 5 % of them) and in those of interference (it flags 95 %): the mean, the median channel's (nan if there are none), and
how many channels those are"""
import sys
import warnings

import numpy as np


def colours(path):
    from PIL import Image
    with Image.open(path) as picture:
        numbers, counts = np.unique(np.asarray(picture.convert('RGBX')).view('<u4'), return_counts=True)
    found = (numbers[counts >= 200, None] >> np.array([0, 8, 16])) & 255
    return int((found.max(axis=1) - found.min(axis=1) > 24).sum()), 'colours'


def contrast(path):
    from astropy.io import fits
    pixels = fits.getdata(path).astype(float)
    spread = pixels.std()
    return round(float(np.ptp(pixels) / spread), 1) if np.isfinite(pixels).all() and spread > 0 else 0, 'contrast'


def samples(path):
    from pyuvdata import UVData
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        # Antennas of HERA's first season stand where its files do not have them.
        warnings.filterwarnings('ignore', 'The uvw_array does not match')
        uv = UVData.from_file(path)
    return int(((uv.data_array != 0) & ~uv.flag_array).sum()), 'samples'


def shares(original, flagged):
    from pyuvdata import UVData
    warnings.simplefilter('ignore')
    first, second = (UVData.from_file(path) for path in (original, flagged))
    is_there, before, after = [], [], []
    for pair in sorted(set(first.get_antpairs())):
        if pair[0] != pair[1]:
            data = first.get_data(*pair, squeeze='none')
            is_there.append(((data != 0) & np.isfinite(data)).any(axis=-1))
            before.append(first.get_flags(*pair, squeeze='none').any(axis=-1))
            after.append(second.get_flags(*pair, squeeze='none').any(axis=-1))
    there, old, new = (np.concatenate(each).reshape(-1, first.Nfreqs) for each in (is_there, before, after))
    count = np.maximum(there.sum(axis=0), 1)
    share = (old & there).sum(axis=0) / count
    is_full = count > 0.95 * len(there)
    kinds = (is_full & (share < 0.05), is_full & (share >= 0.95))
    ours = (new & there).sum(axis=0) / count
    return [value for kind in kinds for value in
            (*((new[:, kind][there[:, kind]].mean(), np.median(ours[kind])) if kind.any() else (np.nan, np.nan)), int(kind.sum()))]


if sys.argv[1:2] == ['--flags']:
    print(*shares(*sys.argv[2:]))
    sys.exit()
KINDS = {'png': colours, 'fits': contrast, 'uvh5': samples}
for name in sys.argv[1:]:
    print(name, *KINDS[name.rpartition('.')[2]](name), sep='\t')
