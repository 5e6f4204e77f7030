"""The 43 sources that spell HERA in pyuvsim's reference observation, found in our image of it.

    spell.py IMAGE

prints the letters that the brightest pixels make on their lattice of one degree, and how far the sources lie off it, in arcmin, and
off 1 Jy."""
import sys

LETTERS = ['X.X.XXX.XXX..X.', 'X.X.X...X.X.X.X', 'XXX.XX..XXX.XXX', 'X.X.X...XX..X.X', 'X.X.XXX.X.X.X.X']


def read(path):
    import numpy as np
    from astropy.io import fits
    from scipy import ndimage
    image = fits.getdata(path).squeeze()
    rows, columns = np.nonzero((image == ndimage.maximum_filter(image, 15)) & (image > 0.7 * image.max()))
    # From the image's sines of angles to angles, in degrees: of these the lattice is made.
    sines = np.radians(np.stack([columns - image.shape[1] // 2, image.shape[0] // 2 - rows], axis=1) / 60)
    radius = np.hypot(*sines.T)
    places = np.degrees(sines * (np.arcsin(radius) / radius)[:, None])
    places -= np.median(places - np.rint(places), axis=0)
    cells = np.rint(places).astype(int)
    places, cells = places - cells.min(axis=0), cells - cells.min(axis=0)
    text = [['.'] * (cells[:, 0].max() + 1) for _ in range(cells[:, 1].max() + 1)]
    for column, row in cells:
        text[row][column] = 'X'
    return [''.join(line) for line in text], len(rows), np.abs(places - cells).max() * 60, np.abs(image[rows, columns] - 1).max()


def check(work, sluice, root, data, python, call, verdict):
    observation = work / 'spell.uvh5'
    call(python, '-c', 'import sys; from pyuvdata import UVData; UVData.from_file(sys.argv[1]).write_uvh5(sys.argv[2], clobber=True)',
         data / 'uvfits/ref_1.1_uniform.uvfits', observation)
    sluice('run', root / 'Tests/Peers/spell.yaml', f'observation={observation}', f'prefix={work}/spell', '--overwrite')
    said = call(python, root / 'Tests/Peers/spell.py', work / 'spell-dirty.fits').stdout.splitlines()
    count, off, flux = said[-1].split()
    verdict('the picture spells HERA', said[:-1] == LETTERS and int(count) == 43, '\n     ' + '\n     '.join(said[:-1]))
    # 43 sources of 1 Jy leave sidelobes of 0.05 Jy (rms) in a snapshot of 3828 baselines.
    verdict('its sources', float(off) < 3 and float(flux) < 0.2, f'{count}, at most {off} arcmin and {flux} Jy off')


if __name__ == '__main__':
    letters, count, off, flux = read(sys.argv[1])
    print('\n'.join(letters))
    print(count, f'{off:.2f} {flux:.3f}')
