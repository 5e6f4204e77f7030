#!/usr/bin/env python3
"""pyuvdata's side of phasing.

    phase_uvh5.py describe FILE EOP        writes the Earth orientation that astropy uses as finals2000A, and prints a
                                           direction a few degrees from the zenith: RA and declination (ICRS, radians)
    phase_uvh5.py compare FILE OURS RA DEC phases FILE by UVData.phase and compares with OURS, a copy of FILE that was
                                           phased by Sluice; prints the worst differences
    phase_uvh5.py unproject FILE OUTPUT    takes the phases of FILE back to a drift scan

`compare` prints: visibilities (relative to the largest of their row), w, then u and v, metres; then u and v with
the position angle of the frame measured 1e-4 rad from the source instead of 0.5 degrees: UVData.phase takes it at the
lower end of that arc, which turns u and v by up to 1e-5."""
import sys
import warnings

import numpy as np
from astropy.time import Time
from astropy.utils import iers
from pyuvdata import UVData
from pyuvdata.utils import phasing

warnings.simplefilter('ignore')
iers.conf.auto_download = False
iers.conf.auto_max_age = None


def read(path):
    return UVData.from_file(path, run_check=False, check_extra=False, strict_uvw_antpos_check=False)


def write_orientation(times, path):
    """Columns of finals2000A that a reader needs: MJD, polar motion (arcsec), UT1 - UTC (s), at 0 h UTC."""
    table = iers.earth_orientation_table.get()
    first, last = int(Time(times.min(), format='jd').mjd) - 2, int(Time(times.max(), format='jd').mjd) + 3
    with open(path, 'w') as file:
        for mjd in range(first, last + 1):
            time = Time(mjd, format='mjd', scale='utc')
            x, y = (angle.to_value('arcsec') for angle in table.pm_xy(time))
            ut1 = float(table.ut1_utc(time).to_value('s'))
            file.write(f"{'':7}{mjd:8.2f} I {x:9.6f}{0:9.6f} {y:9.6f}{0:9.6f}  I{ut1:10.7f}\n")


def describe(path, orientation):
    data = read(path)
    write_orientation(data.time_array, orientation)
    print(repr(float(np.mean(data.lst_array)) + 0.06), repr(float(data.telescope.location.lat.rad) + 0.04))


def ordered(data):
    """Rows by baseline and time, antenna 1 <= antenna 2, products in one order, channels ascending."""
    data.conjugate_bls('ant1<ant2')
    data.reorder_blts(order='baseline', minor_order='time')
    data.reorder_pols(order='AIPS')
    data.reorder_freqs(channel_order='freq')
    return data


def local_uvw(data):
    """uvw by pyuvdata's own functions, the frame's position angle measured close to the source."""
    place = data.telescope.location
    angle = phasing.calc_frame_pos_angle(
        time_array=data.time_array, app_ra=data.phase_center_app_ra, app_dec=data.phase_center_app_dec,
        telescope_loc=place, ref_frame='icrs', offset_pos=1e-4)
    return phasing.calc_uvw(
        app_ra=data.phase_center_app_ra, app_dec=data.phase_center_app_dec, frame_pa=angle,
        lst_array=data.lst_array, use_ant_pos=True, antenna_positions=data.telescope.antenna_positions,
        antenna_numbers=data.telescope.antenna_numbers, ant_1_array=data.ant_1_array,
        ant_2_array=data.ant_2_array, telescope_lat=place.lat.rad, telescope_lon=place.lon.rad)


def compare(path, ours, ra, dec):
    theirs, mine = read(path), ordered(read(ours))
    theirs.phase(lon=float(ra), lat=float(dec), cat_name='centre', phase_frame='icrs')
    ordered(theirs)
    assert theirs.data_array.shape == mine.data_array.shape, (theirs.data_array.shape, mine.data_array.shape)
    for axis in ('ant_1_array', 'ant_2_array', 'polarization_array'):
        assert np.array_equal(getattr(theirs, axis), getattr(mine, axis)), axis
    assert np.abs(theirs.time_array - mine.time_array).max() < 1e-8
    good = np.isfinite(theirs.data_array) & np.isfinite(mine.data_array) & (mine.data_array != 0)
    scale = np.abs(np.where(good, theirs.data_array, 0)).max(axis=(1, 2), keepdims=True)
    difference = np.abs(np.where(good, theirs.data_array - mine.data_array, 0)) / np.maximum(scale, 1e-30)
    uvw = np.abs(theirs.uvw_array - mine.uvw_array).max(axis=0)
    local = np.abs(local_uvw(theirs) - mine.uvw_array).max(axis=0)
    print(f'{difference.max():.3e} {uvw[2]:.3e} {max(uvw[:2]):.3e} {max(local[:2]):.3e} {good.mean():.4f}')


def unproject(path, output):
    data = read(path)
    data.unproject_phase()
    data.write_uvh5(output, clobber=True, run_check=False)


{'describe': describe, 'compare': compare, 'unproject': unproject}[sys.argv[1]](*sys.argv[2:])
