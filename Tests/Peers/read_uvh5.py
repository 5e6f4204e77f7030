#!/usr/bin/env python3
"""read_uvh5.py FOLDER FILE.uvh5...: what pyuvdata reads, as plain arrays FOLDER/FILE.uvh5.ants (i8 [row][2]), .times (f8, JD), .uvw (f8 [row][3]),
.data (c8), .flags (u1), .samples (f4), each [row][channel][product], .freqs (f8), .pols (i8), .centre (f8: ICRS of the first row's
phase centre, degrees; nan when it has none)."""
import os
import sys
import warnings
warnings.simplefilter('ignore')
import numpy as np
from pyuvdata import UVData


def read(folder, path):
    uv = UVData()
    uv.read_uvh5(path, run_check=False, fix_old_proj=False)
    centre = [np.nan, np.nan]
    cat = uv.phase_center_catalog[int(uv.phase_center_id_array[0])]
    if cat['cat_type'] == 'sidereal':
        from astropy.coordinates import SkyCoord
        frame = cat['cat_frame']
        options = {} if frame == 'icrs' else dict(equinox=f"J{cat['cat_epoch']}")
        c = SkyCoord(cat['cat_lon'], cat['cat_lat'], unit='rad', frame=frame, **options).icrs
        centre = [c.ra.deg, c.dec.deg]
    for name, a in dict(
            ants=np.stack([uv.ant_1_array, uv.ant_2_array], 1).astype('i8'), times=uv.time_array.astype('f8'),
            uvw=uv.uvw_array.astype('f8'), data=uv.data_array.astype('c8'), flags=uv.flag_array.astype('u1'),
            samples=uv.nsample_array.astype('f4'), freqs=uv.freq_array.astype('f8').ravel(),
            pols=uv.polarization_array.astype('i8'), centre=np.array(centre)).items():
        np.ascontiguousarray(a).tofile(f'{folder}/{os.path.basename(path)}.{name}')


for path in sys.argv[2:]:
    read(sys.argv[1], path)
