"""Imaging weights beside those that wsclean 3.1 stores itself, images made of both, and densities predicted beside exact ones.

    weights.py stored TABLE OUT
    weights.py compare OURS THEIRS WEIGHTS
    weights.py images IMAGE FITS

`stored` writes a Measurement Set's IMAGING_WEIGHT_SPECTRUM, by which wsclean multiplies visibility weights, as float32, [row][channel]. `compare` prints which share of the samples that have
a weight have the same imaging weight to 1e-4, after the median ratio, and the noise of both, sqrt(sum w^2 / omega) / sum w.
`images` prints the largest difference of an image of float32 and a FITS image as a share of the peak."""
import shutil
import sys

import numpy as np

# Robustness, enlargement of the cells.
SCHEMES = ((-2, 1), (-0.5, 1), (0, 1), (0.5, 1), (2, 1), (0, 3))
SIZE, CELL = 1024, 2.5


def stored(table, out):
    from casacore.tables import table as Table
    Table(table, ack=False).getcol('IMAGING_WEIGHT_SPECTRUM')[..., 0].astype(np.float32).tofile(out)


def noise(weights, natural):
    return np.sqrt((weights ** 2 / natural).sum()) / weights.sum()


def compare(ours, theirs, natural):
    ours, theirs, natural = (np.fromfile(path, np.float32).astype(float) for path in (ours, theirs, natural))
    good = natural > 0
    ours, theirs, natural = ours[good], (theirs * natural)[good], natural[good]
    ratio = ours / theirs
    same = abs(ratio / np.median(ratio) - 1) < 1e-4
    print(same.mean(), noise(ours, natural), noise(theirs, natural))


def images(image, fits):
    from astropy.io import fits as reader
    theirs = reader.getdata(fits)[0, 0]
    ours = np.fromfile(image, np.float32).reshape(theirs.shape)
    print(abs(ours - theirs).max() / abs(theirs).max())


def check(work, oracle, lab, python, tool, call, verdict):
    folder, table = work / 'small', work / 'small.ms'
    if not table.exists():
        call(python, oracle / 'make_imaging_case.py', 'small', '--npz', '--ms', '--out', work)
    call(python, tool.with_name('direct_sum.py'), 'arrays', oracle, work / 'small.npz', folder)
    of_image = '--size', SIZE, '--cell', CELL
    for robust, factor in SCHEMES:
        name = f'R {robust}' + (f', cells of {factor}' if factor != 1 else '')
        prefix, ours, theirs = work / 'weights', work / 'ours.f4', work / 'theirs.f4'
        call('wsclean', '-use-wgridder', '-wgridder-accuracy', '1e-5', '-size', SIZE, SIZE, '-scale', f'{CELL}asec', '-weight', 'briggs', robust,
             '-super-weight', factor, '-store-imaging-weights', '-name', prefix, table)
        call(python, tool, 'stored', table, theirs)
        call(lab, '--only', 'weights', '--case', folder, *of_image, '--robust', robust, '--super', factor, '--out', ours)
        share, noise_ours, noise_theirs = map(float, call(python, tool, 'compare', ours, theirs, folder / 'wgt.f4').stdout.split())
        verdict(f'weights of wsclean, {name}', share >= 0.999,
                f'{share:.5f} of the samples equal, noise {noise_ours * 1e3:.3f} and {noise_theirs * 1e3:.3f} mJy')
        weighed = work / 'weighed'
        weighed.mkdir(exist_ok=True)
        for array in ('uvw.f8', 'freq.f8', 'vis.c8'):
            shutil.copy(folder / array, weighed)
        shutil.copy(ours, weighed / 'wgt.f4')
        call(lab, '--only', 'dirty', '--case', weighed, *of_image, '--epsilon', '1e-5', '--out', work / 'image.f4')
        difference = float(call(python, tool, 'images', work / 'image.f4', f'{prefix}-dirty.fits').stdout)
        verdict(f'image of wsclean, {name}', difference < 5e-3, f'largest difference {difference:.1e} of the peak')


if __name__ == '__main__':
    {'stored': stored, 'compare': compare, 'images': images}[sys.argv[1]](*sys.argv[2:])
