#!/usr/bin/env python3
"""make_uvh5.py FOLDER NAME=OPTIONS...: small UVH5 files in many dialects, written with h5py alone.

The value of the baseline of antenna numbers a <= b, dump t, channel c (ascending) and product code p is, in the sign of a
Measurement Set, (1000 a + b + 0.25 t) + i (16 c - p); nsamples is 1 + (a + t) % 3, flagged where (a + b + c) % 7 == 0.
OPTIONS are words with a comma between: see `option` below; `bad:WHAT` breaks a promise of the format."""
import json
import sys
import h5py
import numpy as np

EXCHANGED = {-7: -8, -8: -7, -3: -4, -4: -3}


def make(path, words):
    def option(name, default):
        for word in words:
            key, _, value = word.partition(':')
            if key == name:
                return type(default)(value) if value else True
        return default

    rng = np.random.default_rng(3)
    numbers = [3, 7, 8, 21, 40][:option('ants', 4)]
    times, chans, dt = option('times', 6), option('chans', 21), 2.0
    pols = [int(p) for p in option('pols', '-5/-6/-7/-8').split('/')]
    bls = [(a, b) for i, a in enumerate(numbers) for b in numbers[i:]]
    rows = [(t, a, b) for t in range(times) for a, b in bls]
    order = option('order', 'time')
    if order == 'baseline':
        rows.sort(key=lambda r: (r[1:], r[0]))
    if order == 'shuffled':
        rows = [rows[i] for i in rng.permutation(len(rows))]
    if option('missing', False):
        rows = [r for r in rows if r != (1, numbers[0], numbers[1]) and r[0] != 3]
    turned = [bool(option('turned', False)) and a != b and (a + b + t) % 3 == 0 for t, a, b in rows]
    step = option('step', 1.0)
    width = option('width', 1e5)
    freqs = option('start', 1.4e9) + width * np.arange(chans)
    axis = np.arange(chans)
    if option('freqs', 'up') == 'down':
        axis = axis[::-1]
    if option('freqs', 'up') == 'shuffled':
        axis = rng.permutation(chans)
    v = np.zeros((len(rows), chans, len(pols)), 'c16')
    ns = np.zeros(v.shape, 'f4')
    fl = np.zeros(v.shape, bool)
    positions = np.array([[10.0 * n, 7.0 * n % 50, -3.0 * n] for n in numbers])
    place = dict(zip(numbers, positions))
    uvw = np.zeros((len(rows), 3))
    for k, (t, a, b) in enumerate(rows):
        for q, p in enumerate(pols):
            ours = EXCHANGED.get(p, p) if turned[k] else p
            value = (1000 * a + b + 0.25 * t) + 1j * (16 * axis - ours)
            v[k, :, q] = value if turned[k] else np.conj(value)
        ns[k] = 1 + (a + t) % 3
        fl[k] = ((a + b + axis) % 7 == 0)[:, None]
        turn = np.array([[np.cos(.01 * t), np.sin(.01 * t), 0], [-np.sin(.01 * t), np.cos(.01 * t), 0], [0, 0, 1]])
        uvw[k] = turn @ (place[b] - place[a]) * (-1 if turned[k] else 1)
    if option('odd', False):
        v[0, 0, 0], v[0, 1, 0], v[0, 2, 0] = np.nan, 0, np.inf * 1j
        ns[0, 3, 0], ns[0, 4, 0], ns[0, 5, 0] = -1, np.nan, np.inf
    parts = option('parts', 'c8')
    if parts == 'i4':
        t = np.dtype([('r', '<i4'), ('i', '<i4')])
        w = np.empty(v.shape, t)
        w['r'], w['i'] = np.round(4 * v.real), np.round(4 * v.imag)
        v = w
    elif parts == 'big':
        t = np.dtype([('r', '>f4'), ('i', '>f4')])
        w = np.empty(v.shape, t)
        w['r'], w['i'] = v.real, v.imag
        v = w
    else:
        v = v.astype(parts)
    old = option('old', False)
    if old:
        v, ns, fl = v[:, None], ns[:, None], fl[:, None]
    chunks = option('chunks', '')
    storage = {}
    if chunks:
        c = tuple(int(x) for x in chunks.split('/'))
        storage['chunks'] = (c[0], 1) + c[1:] if old else c
    packing = option('packing', '')
    for word in packing.split('/') if packing else []:
        storage.update(dict(lzf=dict(compression='lzf'), gzip=dict(compression='gzip'), shuffle=dict(shuffle=True),
                            fletcher=dict(fletcher32=True))[word])
    S = np.bytes_
    n = len(rows)
    head = dict(
        latitude=-30.7, longitude=21.4, altitude=1050.0, telescope_name=S('TEST'), instrument=S('TEST'), history=S(''),
        Nants_data=len(numbers), Nants_telescope=len(numbers), Nbls=len(bls), Nblts=n, Nspws=1, Nfreqs=chans,
        Npols=len(pols), Ntimes=times, ant_1_array=np.array([b if s else a for (_, a, b), s in zip(rows, turned)]),
        ant_2_array=np.array([a if s else b for (_, a, b), s in zip(rows, turned)]), antenna_numbers=np.array(numbers),
        antenna_names=np.array([f'a{x}' for x in numbers], 'S'), antenna_positions=positions, uvw_array=uvw,
        time_array=2459000.5 + np.array([r[0] for r in rows]) * dt * step / 86400,
        integration_time=np.full(n, dt), freq_array=freqs[axis], channel_width=np.full(chans, width),
        spw_array=np.array([0]), polarization_array=np.array(pols), vis_units=S('Jy'), version=S('1.1'))
    catalogue = {0: dict(cat_name=S('src'), cat_type=S('sidereal'), cat_lon=1.0, cat_lat=-0.5, cat_frame=S('icrs'))}
    if old:
        head.update(freq_array=freqs[axis][None], channel_width=width, integration_time=dt, version=S('0.1'),
                    object_name=S('src'), phase_type=S(option('phase', 'phased')), phase_center_ra=1.0,
                    phase_center_dec=-0.5, phase_center_epoch=2000.0, phase_center_frame=S('icrs'))
        catalogue = {}
    if option('noversion', False):
        del head['version']
    if option('windows', 1) == 2:
        head.update(Nspws=2, spw_array=np.array([4, 9]), flex_spw_id_array=np.where(axis < chans // 3, 9, 4))
    if option('scans', False):
        head.update(scan_number_array=np.array([5 if t < 2 else 8 for t, _, _ in rows]))
    if option('two', False):
        head.update(phase_center_id_array=np.array([0 if t < 4 else 7 for t, _, _ in rows]))
        catalogue[7] = dict(cat_name=S('fk'), cat_type=S('sidereal'), cat_lon=2.0, cat_lat=0.3, cat_frame=S('fk5'),
                            cat_epoch=2000.0, cat_pm_ra=h5py.Empty('f4'))
    if option('lengths', False):
        head['integration_time'] = np.array([dt * (0.5 if t == 5 else 1) for t, _, _ in rows])
    if option('widths', False):
        head['channel_width'] = np.where(axis < 4, 2e5, 1e5)
    if option('history', ''):
        head['history'] = S(option('history', ''))
    if option('feeds', ''):
        head.update(Nfeeds=2, feed_array=np.array([list(option('feeds', ''))] * len(numbers), 'S'),
                    feed_angle=np.full((len(numbers), 2), 0.25), mount_type=np.array(['fixed'] * len(numbers), 'S'))
    if option('orientation', ''):
        head['x_orientation'] = S(option('orientation', ''))
    if option('moved', False):
        head['longitude'] += 2e-4
        head['antenna_positions'] = moved(positions, head)
    if option('later', 0):
        head['time_array'] = head['time_array'] + option('later', 0) * dt / 86400
    data = dict(visdata=v, flags=fl, nsamples=ns)
    spoil(option('bad', ''), head, data, catalogue, rows)
    with h5py.File(path, 'w', libver=('latest' if option('bad', '') == 'latest' else 'earliest')) as f:
        for key, value in head.items():
            f['Header/' + key] = value
        store(f, catalogue, option('catalogue', 'groups'))
        for key, value in data.items():
            f.create_dataset('Data/' + key, data=value, **storage)
    if option('bad', '') == 'corrupt':
        with h5py.File(path) as f:
            place = f['Data/nsamples'].id.get_chunk_info(0)
        with open(path, 'r+b') as f:
            f.seek(place.byte_offset)
            f.write(b'\xff' * place.size)
    if option('bad', '') == 'short':
        with open(path, 'r+b') as f:
            f.truncate(f.seek(0, 2) // 2)


def moved(positions, head):
    """The offsets that leave antennas where they are when the array's place is moved."""
    def ecef(longitude):
        lat, lon, e2 = np.deg2rad(head['latitude']), np.deg2rad(longitude), 0.00669437999014
        n = 6378137.0 / np.sqrt(1 - e2 * np.sin(lat) ** 2)
        h = head['altitude']
        return np.array([(n + h) * np.cos(lat) * np.cos(lon), (n + h) * np.cos(lat) * np.sin(lon),
                         (n * (1 - e2) + h) * np.sin(lat)])
    places = [ecef(head['longitude'] - 2e-4), ecef(head['longitude'])]
    return positions + places[0] - places[1]


def store(f, catalogue, kind):
    """Puts down the phase centres: as groups, or as pyuvdata of 2021 had them (a JSON text by name), or as one text."""
    if kind == 'groups':
        for number, entry in catalogue.items():
            for key, value in entry.items():
                f[f'Header/phase_center_catalog/{number}/{key}'] = value
        return
    texts = {}
    for number, entry in catalogue.items():
        plain = {k: v.decode() if isinstance(v, bytes) else None if isinstance(v, h5py.Empty) else v
                 for k, v in entry.items()}
        texts[plain.pop('cat_name')] = dict(plain, cat_id=number)
    if kind == 'broken':
        texts['src'] = [1]
    if kind == 'one':
        f['Header/phase_center_catalog'] = np.bytes_(json.dumps(texts))
    else:
        for name, entry in texts.items():
            f[f'Header/phase_center_catalog/{name}'] = np.bytes_(json.dumps(entry))


def spoil(what, head, data, catalogue, rows):
    if what == 'nan-time':
        head['time_array'][3] = np.nan
    elif what == 'ancient':
        head['time_array'][3] = 2e6
    elif what == 'twice':
        head['ant_1_array'][1], head['ant_2_array'][1] = head['ant_1_array'][0], head['ant_2_array'][0]
    elif what == 'unknown-antenna':
        head['ant_2_array'][2] = 99
    elif what == 'rows':
        head['Nblts'] = 12345
    elif what == 'uvw-shape':
        head['uvw_array'] = head['uvw_array'][:-1]
    elif what == 'averaged':
        head['integration_time'] = np.where(head['ant_1_array'] == head['ant_2_array'], 4.0, 2.0)
    elif what == 'no-grid':
        head['time_array'] = head['time_array'] + np.where(head['ant_1_array'] == 3, 0.6 / 86400, 0)
    elif what == 'pol':
        head['polarization_array'][0] = -9
    elif what == 'flex-pol':
        head['polarization_array'] = np.array([0])
        for key in data:
            data[key] = data[key][..., :1]
        head['Npols'] = 1
    elif what == 'width':
        head['channel_width'] = head['channel_width'] * 0
    elif what == 'one-frequency':
        head['freq_array'][1] = head['freq_array'][0]
    elif what == 'no-position':
        del head['latitude']
    elif what == 'far':
        head['latitude'] = 123.0
    elif what == 'version':
        head['version'] = np.bytes_('2.0')
    elif what == 'flags-shape':
        data['flags'] = data['flags'][:, :-1]
    elif what == 'real':
        data['visdata'] = data['visdata'].real
    elif what == 'no-samples':
        del data['nsamples']
    elif what == 'garbage':
        data['nsamples'][:] = -1.2e12
    elif what == 'centre':
        head['phase_center_id_array'] = np.full(len(rows), 4)
    elif what == 'two-centres':
        head['phase_center_id_array'] = np.arange(len(rows)) % 2
        catalogue[1] = catalogue[0]
    elif what == 'iat':
        head['timesys'] = np.bytes_('IAT')
    elif what == 'text':
        head['freq_array'] = np.bytes_('high')


for argument in sys.argv[2:]:
    name, _, options = argument.partition('=')
    make(f'{sys.argv[1]}/{name}.uvh5', options.split(','))
