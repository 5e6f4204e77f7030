"""FITS images of every kind, looked at by fitsverify and astropy.

    fits.py FILE...

prints, for each file, planes, the frequency of the last of them in Hz, the Stokes parameter, the sky at the reference pixel in degrees,
the unit, and how many beams it has; warnings are errors."""
import shutil
import sys
import warnings


def describe(path):
    import numpy as np
    from astropy.io import fits
    from astropy.wcs import WCS
    with fits.open(path) as f:
        f.verify('exception')
        header, data = f[0].header, f[0].data
        world = WCS(header)
        planes = data.shape[1]
        pixel = [header['CRPIX1'] - 1, header['CRPIX2'] - 1, planes - 1, 0]
        ra, dec, frequency, stokes = world.wcs_pix2world([pixel], 0)[0]
        beams = len(f['BEAMS'].data) if 'BEAMS' in f else int('BMAJ' in header)
        if 'BEAMS' in f:
            assert header['CASAMBM'] and (f['BEAMS'].data['CHAN'] == np.arange(planes)).all()
            assert isinstance(f['BEAMS'].header['NCHAN'], int) and isinstance(f['BEAMS'].header['NPOL'], int)
            assert f['BEAMS'].columns.units == ['arcsec', 'arcsec', 'deg', '', ''], f['BEAMS'].columns.units
        return planes, frequency, int(stokes), ra, dec, header.get('BUNIT', '-'), beams


def check(work, sluice, root, python, call, verdict):
    prefix = work / 'planes'
    sluice('run', root / 'Tests/Peers/planes.yaml', f'prefix={prefix}', '--overwrite')
    files = sorted(work.glob('planes*.fits'))
    verdict('FITS files', len(files) == 26, f'{len(files)} of 26')
    if shutil.which('fitsverify'):
        said = call('fitsverify', '-q', *files, check=False).stdout.splitlines()
        wrong = [line for line in said if 'verification OK' not in line]
        verdict('fitsverify', len(said) == len(files) and not wrong, '; '.join(wrong[:3]) or f'{len(said)} files without a warning')
    lines = call(python, root / 'Tests/Peers/fits.py', *files).stdout.splitlines()
    for path, line in zip(files, lines):
        planes, frequency, stokes, ra, dec, unit, beams = line.split()
        cube, psf = '-cube-' in path.name, 'psf' in path.name
        model, count = 'model' in path.name, (2 if 'clean' in path.name else 3) if cube else 1
        product = {'Q': 2, 'XX': -5}.get(next((p for p in ('Q', 'XX') if f'-{p}-' in path.name), 'I'), 1)
        last = 1.38e9 + 40e6 * (count - 1) / count if cube else 1.38e9
        good = (int(planes) == count and abs(float(frequency) / last - 1) < 0.005 and int(stokes) == product
                and abs(float(ra) - 295) < 1e-6 and abs(float(dec) + 60) < 1e-6 and unit == ('-' if psf else 'Jy/pixel' if model else 'Jy/beam')
                and int(beams) == (0 if model else count))
        verdict(path.name, good, line)


if __name__ == '__main__':
    warnings.simplefilter('error')
    for name in sys.argv[1:]:
        print(*describe(name))
