"""FITS images of every kind through CASA's importfits.

    casa.py FILE...

prints a line of JSON for each file: shape, unit, number of beams, kinds of axes, reference pixel and projection. Needs a python with
casatasks, casatools, casadata and six from PyPI, as SLUICE_PEERS/casa (1.9 GB)."""
import json
import os
import sys
import tempfile
from pathlib import Path


def describe(path, folder):
    from casatasks import importfits
    from casatools import image
    target = os.path.join(folder, Path(path).stem)
    importfits(fitsimage=str(path), imagename=target)
    tool = image()
    tool.open(target)
    axes, beams = tool.coordsys(), tool.restoringbeam()
    said = dict(shape=[int(n) for n in tool.shape()], unit=tool.brightnessunit(), beams=beams.get('nChannels', int(bool(beams))),
                axes=list(axes.axiscoordinatetypes()), pixel=[float(n) for n in axes.referencepixel()['numeric']],
                projection=axes.projection()['type'], stokes=axes.stokes())
    tool.close()
    return said


def check(work, sluice, root, python, call, verdict):
    prefix = work / 'planes'
    sluice('run', root / 'Tests/Peers/planes.yaml', f'prefix={prefix}', '--overwrite')
    files = sorted(work.glob('planes*.fits'))
    done = call(python, root / 'Tests/Peers/casa.py', *files, check=False, cwd=work)
    lines = [line for line in done.stdout.splitlines() if line.startswith('{')]
    verdict('importfits reads them', len(lines) == len(files) == 26, f'{len(lines)} of {len(files)} files; {done.stderr[-200:] if done.returncode else ""}')
    for path, line in zip(files, map(json.loads, lines)):
        cube, psf = '-cube-' in path.name, 'psf' in path.name
        model, planes = 'model' in path.name, (2 if 'clean' in path.name else 3) if cube else 1
        size = [65, 48] if 'cubes' in path.name else [64, 64]
        product = next((p for p in ('Q', 'XX') if f'-{p}-' in path.name), 'I')
        good = (line['shape'] == size + [planes, 1] and line['unit'] == ('' if psf else 'Jy/pixel' if model else 'Jy/beam') and line['beams'] == (0 if model else planes)
                and line['axes'] == ['Direction', 'Direction', 'Spectral', 'Stokes'] and line['projection'] == 'SIN'
                and line['pixel'][:2] == [size[0] // 2, size[1] // 2] and line['stokes'] in (product, [product]))
        verdict(f'importfits {path.name}', good, json.dumps(line))


if __name__ == '__main__':
    with tempfile.TemporaryDirectory() as home:
        # CASA looks for its tables, and may fetch new ones, unless told where they are.
        import casadata
        os.makedirs(os.path.join(home, '.casa'))
        with open(os.path.join(home, '.casa/config.py'), 'w') as config:
            config.write(f'measurespath = {casadata.datapath!r}\ndatapath = [measurespath]\nnologfile = True\n'
                         'measures_auto_update = False\ndata_auto_update = False\n')
        os.environ['HOME'] = home
        for name in sys.argv[1:]:
            print(json.dumps(describe(name, home)), flush=True)
