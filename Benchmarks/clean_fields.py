"""Fields to clean, of known sources, and scores of images of them. Called by clean-peers.

    clean_fields.py define FIELD SEED
    clean_fields.py make ORACLE FIELD SEED FOLDER
    clean_fields.py score FOLDER SIZE ARCSEC FORMAT PREFIX [NOISE]

`define` prints a JSON of what a field is made from, which truth.json holds too. `make` writes raw arrays for ImagerLab (uvw.f8, freq.f8,
vis.c8, wgt.f4: 0 where flagged), case.ms and truth.json. Points are direct sums in double precision, Gaussians and rings their
transforms; w is taken at the centre of each. `score` prints a JSON of errors of images that wsclean (FORMAT fits) or ImagerLab (f4)
wrote, of sources above some times NOISE, by default their own."""
import json
import sys
from pathlib import Path

import numpy as np

ARCSEC = np.pi / 180 / 3600
# Restoring beam of the coverage below at 1.27 GHz and Briggs 0, which sizes are counted in.
BEAM = 8.2
MEDIUM = dict(times=62, step=464.0, frequencies=np.linspace(1.20e9, 1.34e9, 8), declination=-45.0, transit=0.0)
WIDE = dict(MEDIUM, frequencies=np.linspace(0.886e9, 1.684e9, 16))
SNAPSHOT = dict(MEDIUM, times=8, step=300.0, declination=-75.0, transit=-5.0, frequencies=np.linspace(1.0e9, 1.5e9, 32))
LOW = dict(MEDIUM, declination=20.0, transit=1.5, times=40)
# Noise is of a visibility, Jy; points are how many, their spectral index (mean, scatter; a pair of limits when uniform) and faintest flux.
FIELDS = {
    'points': dict(MEDIUM, noise=0.5, points=200, index=(-0.7, 0.2), faintest=0.005),
    'twin': dict(MEDIUM, noise=0.005, points=200, index=(-0.7, 0.2), faintest=0.005),
    'flat': dict(MEDIUM, noise=0.005, points=200, index=(0.0, 0.0), faintest=0.005),
    'low': dict(LOW, noise=0.1, points=100, index=(-0.7, 0.2), faintest=0.002),
    'extended': dict(MEDIUM, noise=0.1, points=40, index=(0.0, 0.0), faintest=0.005,
                     gaussians=(2, 4, 8, 16, 30, 60), rings=(4, 10, 25, 60)),
    'faint-extended': dict(MEDIUM, noise=0.5, points=40, index=(0.0, 0.0), faintest=0.005, brightness=0.2,
                           gaussians=(3, 6, 12, 25, 45), rings=(6, 15, 40)),
    'wide': dict(WIDE, noise=0.5, points=60, index='uniform', faintest=0.02),
    'wide-twin': dict(WIDE, noise=0.02, points=60, index='uniform', faintest=0.02),
    'mixed-extended': dict(MEDIUM, noise=0.1, points=40, index=(-0.7, 0.2), faintest=0.002, groups=('halo', 'absorption', 'double')),
    'snapshot-extended': dict(SNAPSHOT, noise=0.05, points=20, index=(0.0, 0.0), faintest=0.01, gaussians=(3, 10, 25), rings=(8, 20)),
    'edge': dict(MEDIUM, noise=0.1, points=80, index=(-0.7, 0.2), faintest=0.003, nearest=0.40, farthest=0.495, beyond=3),
    'strong': dict(MEDIUM, noise=0.5, points=80, index=(-0.7, 0.2), faintest=0.005, brightest=10.0),
    'crowded': dict(MEDIUM, noise=0.25, points=1500, index=(-0.7, 0.2), faintest=0.001),
    # Where an algorithm may not end, diverge, or leave much.
    'empty': dict(MEDIUM, noise=0.5, points=0, index=(0.0, 0.0), faintest=0.005),
    'lone': dict(MEDIUM, noise=0.02, points=1, index=(0.0, 0.0), faintest=0.005, brightest=10.0),
    'pairs': dict(MEDIUM, noise=0.1, points=20, index=(-0.7, 0.2), faintest=0.005,
                  groups=('pair 0.5', 'pair 0.8', 'pair 1', 'pair 1.3', 'pair 2', 'unequal pair')),
    'lone-extended': dict(MEDIUM, noise=0.1, points=0, index=(0.0, 0.0), faintest=0.005, gaussians=(20,)),
    'disc-extended': dict(MEDIUM, noise=0.1, points=20, index=(-0.7, 0.2), faintest=0.005, discs=(20, 90)),
    'low-extended': dict(LOW, noise=0.1, points=20, index=(-0.7, 0.2), faintest=0.005, gaussians=(3, 10, 25), rings=(8, 20)),
    'cloud-extended': dict(MEDIUM, noise=0.1, points=30, index=(-0.7, 0.2), faintest=0.005, groups=('cloud',)),
    'large-extended': dict(MEDIUM, noise=0.1, points=15, index=(0.0, 0.0), faintest=0.005, gaussians=(100,)),
    'wide-extended': dict(WIDE, noise=0.2, points=20, index='uniform', faintest=0.02, gaussians=(4, 12, 30), rings=(10, 25)),
    'edge-extended': dict(MEDIUM, noise=0.1, points=20, index=(-0.7, 0.2), faintest=0.005, gaussians=(5, 15, 40), farthest=0.4999, beyond=2),
}
# Parts of a group: widths and offsets east and north in beams, Jy for points and mJy a beam at the peak of Gaussians.
GROUPS = {
    # A bright point in a halo, faint points around it.
    'halo': [(25, 0, 0, 30), (0, 3, 2, 1.5), (0, 9, -5, 0.02), (0, -7, 8, 0.01), (0, -16, -4, 0.03), (0, 4, 17, 0.008), (0, -3, -13, 0.015)],
    # Negative Gaussian and point before extended emission.
    'absorption': [(30, 0, 0, 40), (3, 4, 6, -25), (0, -6, -3, -0.02), (6, -9, 8, -10)],
    # Two lobes with hot spots, a core, a jet.
    'double': [(0, 0, 0, 0.05), (8, 14, 3, 60), (7, -13, -4, 40), (1.5, 18, 4.5, 300), (1.3, -17, -5, 200)]
              + [(1.5, 1.6 * k, 0.35 * k, 12) for k in range(1, 8)],
}
# Two points so many beams apart.
GROUPS.update({f'pair {apart}': [(0, -apart / 2, 0, 0.3), (0, apart / 2, 0.1, 0.2)] for apart in (0.5, 0.8, 1, 1.3, 2)})
GROUPS['unequal pair'] = [(0, 0, 0, 1.0), (0, 1.1, 1.1, 0.02)]
# Clumps within clumps: widths that fall from 30 to 1.2 beams, and points among them.
GROUPS['cloud'] = [(30 * 0.94 ** k, 40 * np.sqrt(k / 52) * np.cos(2.4 * k), 40 * np.sqrt(k / 52) * np.sin(2.4 * k), 4 + 3 * (k % 5)) for k in range(52)]
GROUPS['cloud'] += [(0, 30 * np.cos(k), 4 * k - 30, 0.005 * 1.4 ** k) for k in range(14)]
WIDTH = 4096 * ARCSEC


def coverage(field, layout, tracks, rng):
    _, positions = layout()
    first, second = np.triu_indices(len(positions), 1)
    times = (np.arange(field['times']) - (field['times'] - 1) / 2) * field['step']
    angles = (field['transit'] * 3600 + times) * 2 * np.pi / 86164.0905
    uvw = tracks(positions, angles, np.deg2rad(field['declination']), first, second).reshape(-1, 3)
    receivers = rng.uniform(0.8, 1.3, len(positions))
    noise = field['noise'] * np.sqrt(receivers[first] * receivers[second])
    return dict(uvw=uvw, freq=field['frequencies'], sigma=np.tile(noise, len(times)), time=np.repeat(5.1e9 + times, len(first)),
                ant1=np.tile(first, len(times)).astype(np.int32), ant2=np.tile(second, len(times)).astype(np.int32),
                antpos_enu=positions, ra0=np.deg2rad(60.0), dec0=np.deg2rad(field['declination']))


def place(shapes, field, rng):
    """Extended sources and points that keep clear of each other, large ones first."""
    placed = []
    nearest, farthest = field.get('nearest', 0), field.get('farthest', 0.46)
    wanted = sorted(((reach(shape), shape) for shape in shapes), key=lambda pair: -pair[0])
    wanted += field['points'] * [(12 * ARCSEC, dict(kind='point'))]
    for radius, shape in wanted:
        for _ in range(20000):
            l, m = rng.uniform(-1, 1, 2) * (farthest * WIDTH - min(radius, 0.3 * WIDTH) * (farthest < 0.49))
            if max(abs(l), abs(m)) >= nearest * WIDTH and all(
                    np.hypot(l - other['l'], m - other['m']) > radius + other['reach'] for other in placed):
                placed.append(dict(shape, l=l, m=m, reach=radius))
                break
        else:
            raise SystemExit('no room for the sources: take another seed')
    return placed


def reach(shape):
    """Radius of the aperture in which the flux of a shape is summed."""
    if shape['kind'] == 'group':
        return max(np.hypot(part['l'], part['m']) + reach(part) for part in shape['parts'])
    if shape['kind'] == 'point':
        return 3 * BEAM * ARCSEC
    radius = dict(gaussian=1.25 * shape['width'], disc=0.5 * shape['width']).get(shape['kind'], 0.5 * shape['width'] + 1.5 * shape.get('thickness', 0))
    return radius + 2 * BEAM * ARCSEC


def part(width, east, north, level):
    kind = 'gaussian' if width else 'point'
    flux = level * 1e-3 * (1 + width ** 2) if width else level
    return dict(kind=kind, width=width * BEAM * ARCSEC, l=east * BEAM * ARCSEC, m=north * BEAM * ARCSEC, flux=flux)


def single(placed):
    """Sources with those of groups one by one."""
    return [one for source in placed for one in source.get('parts', [source])]


def sources(field, rng):
    shapes = [dict(kind='gaussian', width=beams * BEAM * ARCSEC) for beams in field.get('gaussians', ())]
    shapes += [dict(kind='ring', width=beams * BEAM * ARCSEC, thickness=max(beams / 12, 1.2) * BEAM * ARCSEC)
               for beams in field.get('rings', ())]
    shapes += [dict(kind='disc', width=beams * BEAM * ARCSEC) for beams in field.get('discs', ())]
    shapes += [dict(kind='group', name=name, parts=[part(*values) for values in GROUPS[name]]) for name in field.get('groups', ())]
    placed = place(shapes, field, rng)
    for _ in range(field.get('beyond', 0)):
        angle = rng.uniform(0, 2 * np.pi)
        placed.insert(0, dict(kind='point', l=0.75 * WIDTH * np.cos(angle), m=0.75 * WIDTH * np.sin(angle), beyond=True, reach=0.0))
    reference = field['frequencies'].mean()
    for number, source in enumerate(placed):
        if source['kind'] == 'point':
            flux = min(field['faintest'] / rng.uniform(), 2.0)
            if source.get('beyond'):
                flux = 0.3
            if number == len(placed) - 1:
                flux = field.get('brightest', 1.0)
            index = rng.uniform(-2, 0.5) if field['index'] == 'uniform' else rng.normal(*field['index'])
        elif source['kind'] == 'group':
            for one in source['parts']:
                one.update(l=source['l'] + one['l'], m=source['m'] + one['m'], spectrum=[one['flux']] * len(field['frequencies']))
            flux, index = sum(one['flux'] for one in source['parts']), 0.0
        else:
            # Beams that it fills, times a brightness of some mJy a beam.
            area = np.pi * source['width'] * (source['thickness'] if source['kind'] == 'ring' else source['width'] / 4)
            flux = field.get('brightness', 1) * area / (BEAM * ARCSEC) ** 2 * rng.uniform(0.01, 0.05)
            index = 0.0
        source.update(flux=float(flux), index=float(index), spectrum=list(flux * (field['frequencies'] / reference) ** index))
    return placed


def transform(source, squared):
    """Transform of a source of unit flux, at squares of spatial frequencies."""
    from scipy.special import j0, j1
    turns = np.pi * source.get('width', 0) * np.sqrt(squared)
    if source['kind'] == 'disc':
        return 2 * np.divide(j1(turns), turns, out=np.full_like(turns, 0.5), where=turns > 0)
    if source['kind'] == 'ring':
        return np.exp(-(np.pi * source['thickness']) ** 2 * squared / (4 * np.log(2))) * j0(turns)
    return np.exp(-turns ** 2 / (4 * np.log(2)))


def visibilities(placed, uvw, frequencies, predict):
    placed = single(placed)
    points = [s for s in placed if s['kind'] == 'point']
    vis = np.zeros((len(uvw), len(frequencies)), complex) if not points else predict(
        uvw, frequencies, np.array([s['l'] for s in points]), np.array([s['m'] for s in points]), np.array([s['spectrum'] for s in points]))
    for source in placed:
        if source['kind'] == 'point':
            continue
        l, m = source['l'], source['m']
        n = np.sqrt(1 - l * l - m * m)
        for channel, frequency in enumerate(frequencies):
            u, v, w = (uvw * (frequency / 299792458.0)).T
            # The w term's slope at the centre turns the baseline; its curvature over the source is below 1e-3 turns where it is not resolved.
            squared = (u - w * l / n) ** 2 + (v - w * m / n) ** 2
            vis[:, channel] += source['spectrum'][channel] * transform(source, squared) * np.exp(2j * np.pi * (u * l + v * m + w * (n - 1)))
    return vis


def definition(name, seed):
    """All that decides what a field is, as JSON gives it back."""
    field = FIELDS[name]
    groups = {group: GROUPS[group] for group in field.get('groups', ())}
    return json.loads(json.dumps(dict(
        field, frequencies=list(field['frequencies']), groups=groups, seed=[int(seed), list(FIELDS).index(name)], beam=BEAM, width=WIDTH)))


def make(oracle, name, seed, folder):
    sys.path.insert(0, oracle)
    from make_imaging_case import layout, uvw_tracks, write_ms
    from oracle import predict
    field, rng, folder = FIELDS[name], np.random.default_rng([int(seed), list(FIELDS).index(name)]), Path(folder)
    case = coverage(field, layout, uvw_tracks, rng)
    placed = sources(field, rng)
    vis = visibilities(placed, case['uvw'], case['freq'], predict)
    vis += (rng.normal(size=vis.shape) + 1j * rng.normal(size=vis.shape)) * case['sigma'][:, None]
    flag = rng.uniform(size=vis.shape) < 0.03
    flag[rng.uniform(size=len(flag)) < 0.02] = True
    weights = np.repeat((1 / case['sigma'] ** 2)[:, None], vis.shape[1], 1).astype(np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    case['uvw'].tofile(folder / 'uvw.f8')
    case['freq'].tofile(folder / 'freq.f8')
    vis.astype(np.complex64).tofile(folder / 'vis.c8')
    np.where(flag, 0, weights).astype(np.float32).tofile(folder / 'wgt.f4')
    write_ms(str(folder / 'case.ms'), dict(case, vis=vis.astype(np.complex64), flag=flag, wgt=weights))
    (folder / 'truth.json').write_text(json.dumps(dict(
        field=name, definition=definition(name, seed), noise=field['noise'], frequencies=list(case['freq']), sources=placed)))


class Images:
    """What a program made: `of(product, channel)`, channel nil for the whole band."""

    def __init__(self, kind, prefix, size):
        self.kind, self.prefix, self.size = kind, prefix, size
        self.channels = 0
        while self.path('image', self.channels).exists():
            self.channels += 1

    def path(self, product, channel=None):
        if self.kind == 'fits':
            some = '-MFS' if channel is None and Path(f'{self.prefix}-MFS-image.fits').exists() else ''
            return Path(f'{self.prefix}{some if channel is None else f"-{channel:04d}"}-{product}.fits')
        return Path(f'{self.prefix}{"" if channel is None else f"-{channel}"}-{product}.f4')

    def of(self, product, channel=None):
        path = self.path(product, channel)
        if self.kind == 'fits':
            from astropy.io import fits
            return fits.getdata(path)[0, 0].astype(np.float64)
        return np.fromfile(path, np.float32).reshape(self.size, self.size).astype(np.float64)

    def beam(self):
        if self.kind == 'fits':
            from astropy.io import fits
            header = fits.getheader(self.path('image'))
            return [header[key] * np.pi / 180 for key in ('BMAJ', 'BMIN', 'BPA')]
        major, minor, angle = map(float, Path(f'{self.prefix}-beam.txt').read_text().split())
        return [major, minor, angle]


def pixel(source, size, cell):
    return size // 2 - source['l'] / cell, size // 2 + source['m'] / cell


def peak(image, column, row):
    """Height and offset in pixels of the parabola through the logarithms around a position; a sum where some are not above zero."""
    x, y = int(round(column)), int(round(row))
    near = image[y - 2:y + 3, x - 2:x + 3]
    dy, dx = np.unravel_index(near.argmax(), near.shape)
    x, y = x + dx - 2, y + dy - 2
    patch = image[y - 1:y + 2, x - 1:x + 2]
    if patch.min() <= 0:
        return image[y, x], np.nan, np.nan
    dy, dx = np.mgrid[-1:2, -1:2]
    terms = np.stack([np.ones(9), dx.ravel(), dy.ravel(), dx.ravel() ** 2, dy.ravel() ** 2, (dx * dy).ravel()], 1)
    fit = np.linalg.lstsq(terms, np.log(patch.ravel()), rcond=None)[0]
    top = -np.linalg.solve([[2 * fit[3], fit[5]], [fit[5], 2 * fit[4]]], fit[1:3])
    if np.abs(top).max() > 2:
        return image[y, x], np.nan, np.nan
    return np.exp(fit[0] + fit[1:3] @ top / 2), x + top[0] - column, y + top[1] - row


def disc(image, column, row, radius):
    rows, columns = np.ogrid[:image.shape[0], :image.shape[1]]
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius ** 2


def restored_truth(source, size, cell, beam):
    """The source convolved with the beam, Jy/beam, as an image of its own, by its transform."""
    grid = np.fft.fftfreq(size, cell), np.fft.rfftfreq(size, cell)
    v, u = grid[0][:, None], -grid[1][None, :]
    if source['kind'] == 'group':
        return sum(restored_truth(one, size, cell, beam) for one in source['parts'])
    shape = transform(source, u * u + v * v)
    major, minor, angle = beam
    along, across = u * np.sin(angle) + v * np.cos(angle), u * np.cos(angle) - v * np.sin(angle)
    shape = shape * np.exp(-np.pi ** 2 * ((major * along) ** 2 + (minor * across) ** 2) / (4 * np.log(2)))
    column, row = pixel(source, size, cell)
    rows, columns = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]
    area = np.pi * major * minor / (4 * np.log(2) * cell ** 2)
    return area * source['flux'] * np.fft.irfft2(shape * np.exp(-2j * np.pi * (rows * row + columns * column)), (size, size))


def rms(values):
    return float(np.sqrt(np.mean(np.square(values)))) if len(values) else float('nan')


def median(values):
    return float(np.median(values)) if len(values) else float('nan')


def worst(values):
    return float(np.abs(values).max()) if len(values) else float('nan')


def spectral_index(values, frequencies):
    if (values <= 0).any():
        return np.nan
    return np.polyfit(np.log(frequencies), np.log(values), 1)[0]


def score(folder, size, arcsec, kind, prefix, level=None):
    size, cell = int(size), float(arcsec) * ARCSEC
    truth = json.loads((Path(folder) / 'truth.json').read_text())
    images = Images(kind, prefix, size)
    residual, image, model, beam = images.of('residual'), images.of('image'), images.of('model'), images.beam()
    beam_pixels = np.pi * beam[0] * beam[1] / (4 * np.log(2) * cell ** 2)
    noise = 1.4826 * np.median(np.abs(residual))
    level = float(level or noise)
    frequencies = np.array(truth['frequencies'])
    edges = np.array_split(np.arange(len(frequencies)), images.channels or 1)
    centres = np.array([frequencies[part].mean() for part in edges])
    channel_images = [images.of('image', channel) for channel in range(images.channels)]
    inside = np.zeros(residual.shape, bool)
    flux, parts, offsets, indices, extended = [], [], [], [], {}
    for source in truth['sources']:
        column, row = pixel(source, size, cell)
        if source.get('beyond'):
            continue
        if source['kind'] == 'point':
            inside |= disc(residual, column, row, 1.5 * BEAM / float(arcsec))
            true = np.mean(source['spectrum'])
            if true < 10 * level:
                continue
            height, dx, dy = peak(image, column, row)
            flux.append(height / true - 1)
            offsets.append(np.hypot(dx, dy) * float(arcsec))
            parts.append(model[disc(model, column, row, 1.2 * BEAM / float(arcsec))].sum() / true - 1)
            if images.channels > 1 and true > 50 * level:
                heights = np.array([peak(one, column, row)[0] for one in channel_images])
                indices.append(spectral_index(heights, centres) - source['index'])
        else:
            aperture = disc(image, column, row, source['reach'] / cell)
            inside |= aperture
            true = restored_truth(source, size, cell, beam)
            expected = true[aperture].sum()
            label = source.get('name') or f"{source['kind']} {source['width'] / BEAM / ARCSEC:.0f}"
            extended[label] = dict(flux=image[aperture].sum() / expected - 1, model=model[aperture].sum() * beam_pixels / expected - 1,
                                   rms=rms((image - true)[aperture]))
    offsets = np.array(offsets)
    offsets = offsets[np.isfinite(offsets)]
    print(json.dumps(dict(
        noise=noise, rms=rms(residual), rms_inside=rms(residual[inside]), rms_outside=rms(residual[~inside]), largest=np.abs(residual).max(),
        dynamic_range=image.max() / rms(residual[~inside]), sources=len(flux), flux_bias=median(flux), flux_rms=rms(flux), flux_worst=worst(flux),
        parts_bias=median(parts), parts_rms=rms(parts), position_rms=rms(offsets), position_median=median(offsets),
        index_rms=rms(indices), index_worst=worst(indices), extended=extended,
        beam=[beam[0] / ARCSEC, beam[1] / ARCSEC, np.degrees(beam[2])])))


if __name__ == '__main__':
    {'define': lambda *field: print(json.dumps(definition(*field))), 'make': make, 'score': score}[sys.argv[1]](*sys.argv[2:])
