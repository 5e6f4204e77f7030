"""Small observations that are whole: what mutations start from."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

MVF_STYLES = {
    'both': '--plan "bp*1 slew*1 t*5 g*1"', 'model': '--style model', 'telstate': '--style telstate',
    'start-times': '--dump-start-times', 'cbf': '--order cbf --no-autos', 'uhf': '--band u', 'gzip': '--gzip',
    'lost': '--pols hh,vv --lost 2 --no-flag-descr',
}
UVH5_STYLES = {'float': '', 'int': '--int', 'lzf': '--lzf', 'old': '--v01 --lzf'}
SAMPLES = {'mvf': ['Data/correlator_data', 'Data/flags', 'Data/weights', 'Data/weights_channel'],
           'uvh5': ['Data/visdata', 'Data/flags', 'Data/nsamples']}
COPY = """sluice: 1
name: copy
inputs: {observation: {type: file}, output: {type: path}}
stages:
  - read:  {input: $(observation)}
  - write: {output: $(output)}
"""


@dataclass
class Base:
    """A whole file: its bytes, and where its samples lie among them (everything else is metadata)."""
    name: str
    format: str
    path: Path
    content: bytes
    samples: list
    times: np.ndarray       # mid times of dumps

    @classmethod
    def read(cls, name, format, path):
        with h5py.File(path, 'r') as file:
            times = file['Data/timestamps' if format == 'mvf' else 'Header/time_array'][...]
            if format == 'mvf' and 'timestamp_reference' not in file['Data/timestamps'].attrs:
                times = times + 0.5 * np.diff(times).min()
        return cls(name, format, Path(path), Path(path).read_bytes(), sample_ranges(path, SAMPLES[format]), times)


def sample_ranges(path, names):
    """(start, end) of each chunk or contiguous array of samples in a file."""
    ranges = []
    with h5py.File(path, 'r') as file:
        for name in names:
            if name not in file:
                continue
            dataset = file[name]
            if dataset.chunks is None:
                ranges.append((dataset.id.get_offset(), dataset.id.get_storage_size()))
            else:
                chunks = [dataset.id.get_chunk_info(k) for k in range(dataset.id.get_num_chunks())]
                ranges += [(chunk.byte_offset, chunk.size) for chunk in chunks]
    return sorted((start, start + size) for start, size in ranges if start is not None)


def make(folder, formats, sluice, katdal, oracles, data):
    """Makes the files of some formats in a folder (those that are there already stay) and reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    bases, mvf = [], []
    for number, (name, options) in enumerate(MVF_STYLES.items()):
        path = folder / name / f'14975000{number:02d}.h5'
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            plan = '' if '--plan' in options else ' --plan "slew*1 t*4 g*1"'
            # A band that the ready mask leaves alone.
            band = '' if '--band' in options else ' --centre 1.41e9 --bandwidth 13.375e6'
            call(f'{katdal} {oracles}/mvf/make_mvf3.py -o {path} --ants 4 --chans 8 '
                 f'--seed {number + 1} {options}{plan}{band}')
        mvf.append(Base.read(name, 'mvf', path))
    mvf.append(Base.read('heaps', 'mvf', with_heaps(mvf[0].path, folder / 'heaps' / '1497500080.h5')))
    own = folder / 'own' / '1497500090.h5'
    if not own.exists():
        own.parent.mkdir(exist_ok=True)
        pipeline = folder / 'copy.yaml'
        pipeline.write_text(COPY)
        call(f'{sluice} run {pipeline} observation={mvf[0].path} output={own} --progress none')
    mvf.append(Base.read('own', 'mvf', own))
    if 'mvf' in formats:
        bases += mvf
    if 'uvh5' in formats:
        for name, options in UVH5_STYLES.items():
            path = folder / f'{name}.uvh5'
            if not path.exists():
                call(f'{katdal} {oracles}/mvf/mvf3_to_uvh5.py {mvf[0].path} {path} {options}')
            bases.append(Base.read(name, 'uvh5', path))
        real = [path for path in sorted(Path(data).glob('uvh5/*.uvh5')) if path.stat().st_size < 300_000]
        bases += [Base.read(path.name, 'uvh5', path) for path in real]
    return bases


def with_heaps(source, path):
    """A copy of a file whose sensors hold texts of variable length, as observatories write them: they lie in heaps."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(source.read_bytes())
    with h5py.File(path, 'r+', libver=('v108', 'v110')) as file:
        sensors = []
        file.visititems(lambda name, each: sensors.append(name) if isinstance(each, h5py.Dataset) and each.dtype.names else None)
        text = h5py.string_dtype('ascii')
        for name in sensors:
            values = file[name][()]
            dtype = [(key, text if values.dtype[key].kind == 'S' else values.dtype[key]) for key in values.dtype.names]
            made = np.empty(len(values), dtype)
            for key in values.dtype.names:
                made[key] = [each.decode() for each in values[key]] if values.dtype[key].kind == 'S' else values[key]
            del file[name]
            file[name] = made
    return path


def call(command):
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f'{command}\n{done.stdout[-1000:]}{done.stderr[-1000:]}')
