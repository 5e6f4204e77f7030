"""compare_mvf.py ORIGINAL.h5 COPY.h5: katdal opens both; times, frequencies, scans, targets, uvw, visibilities, weights of
unflagged samples and the original's flags of the dumps on target must agree (products may stand in another order). Exit 1 if
they do not. With --serve, reads pairs of paths from standard input, separated by a tab, and answers each with a line."""
import logging
import sys

import katdal
import numpy as np

logging.getLogger('katdal').setLevel(logging.ERROR)


def compare(original, copy):
    """A line about two files, and whether they agree."""
    one, two = (katdal.open(path) for path in (original, copy))
    for each in (one, two):
        each.select(scans='track')
    wrong = []

    def same(name, a, b, tolerance=0.0):
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or not (np.array_equal(a, b) if tolerance == 0 else np.allclose(a, b, rtol=0, atol=tolerance)):
            wrong.append(name)

    targets = [t.name for t in one.catalogue.targets]
    keep = [k for k, (_, _, target) in enumerate(two.scans())]
    names = {two.catalogue.targets[i].name for i in np.unique(two.sensor['Observation/target_index'][two.dumps])} if keep else set()
    if names:
        one.select(scans='track', targets=sorted(names))
        two.select(scans='track')
    order = {tuple(p): k for k, p in enumerate(one.corr_products)}
    try:
        index = [order[tuple(p)] for p in two.corr_products]
    except KeyError as error:
        return f'product {error} is not in the original', False
    if len(index) != len(order):
        wrong.append('number of products')
    same('times', one.timestamps, two.timestamps, 1e-5)
    same('frequencies', one.freqs, two.freqs, 1e-2)
    if wrong in ([], ['number of products']):
        same('u', one.u[:, index], two.u, 1e-4)
        same('v', one.v[:, index], two.v, 1e-4)
        same('w', one.w[:, index], two.w, 1e-4)
        bits = lambda v: np.ascontiguousarray(v).view('u4')      # noqa: E731
        same('visibilities', bits(one.vis[:][:, :, index]), bits(two.vis[:]))
        kept = ~one.flags[:][:, :, index]      # lost samples lose their weight
        same('weights', one.weights[:][:, :, index] * kept, two.weights[:] * kept, 1e-6)
        same('flags', one.flags[:][:, :, index] & ~two.flags[:], np.zeros_like(two.flags[:]))
        same('antennas', [a.description for a in one.ants], [a.description for a in two.ants])
    text = 'differs in ' + ', '.join(wrong) if wrong else (
        f'agrees in katdal: {len(two.timestamps)} dumps, {len(two.freqs)} channels, {len(index)} products of '
        f'{len(targets)} targets')
    return text, not wrong


def serve():
    for line in sys.stdin:
        try:
            text, agrees = compare(*line.rstrip('\n').split('\t'))
        except Exception as error:      # whatever katdal makes of a mutated file
            text, agrees = f'refused: {type(error).__name__} {error}', False
        print(('agrees' if agrees else 'not') + '\t' + ' '.join(text.split()), flush=True)


if __name__ == '__main__':
    if sys.argv[1:] == ['--serve']:
        serve()
    else:
        said, good = compare(*sys.argv[1:3])
        print(said)
        sys.exit(not good)
