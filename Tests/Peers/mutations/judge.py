"""Runs Sluice on a mutated file and judges how it ended."""
import os
import re
import signal
import subprocess
import warnings
from pathlib import Path

import h5py
import numpy as np

# Everything that reads: the copy holds the samples as read, the rest sees all kernels between reader and sinks.
PIPELINE = """sluice: 1
name: mutated
inputs: {{observation: {{type: file}}, prefix: {{type: path}}}}
stages:
  - read:     {{input: $(observation)}}
  - write:    {{output: $(prefix)-copy{suffix}, as: copy}}
  - mask:     {{mask: meerkat-l}}
  - autoflag:
  - write:    {{output: $(prefix)-flagged{suffix}, as: flagged}}
"""
IMAGE = '  - image:    {prefix: $(prefix), size: 64, cell: 20arcsec, png: no}\n'     # drift scans have no place on the sky
PIPELINES = {'mvf': PIPELINE.format(suffix='.h5') + IMAGE, 'uvh5': PIPELINE.format(suffix='.uvh5')}
RESULTS = {'mvf': {'out-copy.h5', 'out-flagged.h5', 'out-dirty.fits', 'out-psf.fits'},
           'uvh5': {'out-copy.uvh5', 'out-flagged.uvh5'}}
ARRAYS = {'mvf': ['Data/correlator_data', 'Data/flags', 'Data/weights', 'Data/weights_channel', 'Data/timestamps'],
          'uvh5': ['Data/visdata', 'Data/flags', 'Data/nsamples', 'Header/uvw_array', 'Header/time_array']}


class Attempt:
    """How a command ended: its exit code (negative: a signal), what it printed, whether it had to be stopped."""

    def __init__(self, command, seconds, folder):
        child = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, cwd=folder,
                                 # Endless work on a small file shows within seconds.
                                 env={**os.environ, 'SLUICE_WALK_SECONDS': '9'})
        self.hangs = False
        try:
            output, errors = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.hangs = True
            child.kill()
            output, errors = child.communicate()
        self.code = child.returncode
        self.output, self.errors = (text.decode('utf-8', 'replace') for text in (output, errors))

    @property
    def lines(self):
        """Standard error without the log."""
        return [line for line in self.errors.splitlines() if not re.match(r'\d{4}-\d\d-\d\dT\S+ (warning|notice) ', line)]

    @property
    def warns(self):
        return ' warning ' in self.errors

    @property
    def crash(self):
        """The signal that ended the child that looked at the file, if one did."""
        found = re.search(r'crashed with (SIG\w+)|(no end after|not be read within)', self.errors)
        return found and (found[1] or 'no end')

    def faults(self, name, allowed):
        """What no damage to an input may bring about."""
        if self.hangs:
            return ['hangs']
        if self.code < 0:
            return [f'ended by {signal.Signals(-self.code).name}']
        faults = []
        if self.code not in allowed and not (self.code == 1 and self.crash == 'no end'):
            faults.append(f'exit code {self.code}')
        if self.code and len(self.lines) != 1:
            faults.append(f'{len(self.lines)} lines of errors')
        # What is left may be nothing that can be imaged: then no file is to blame alone.
        if self.code and not any(line.startswith('sluice: error: ') and (name in line or line.endswith('(stage image)'))
                                 for line in self.lines):
            faults.append('the error does not name the file')
        if not self.code and self.lines:
            faults.append('errors, but exit code 0')
        if self.crash in ('SIGILL', 'SIGTRAP'):
            faults.append(f'a trap of Sluice itself ({self.crash})')
        return faults


def run(sluice, pipelines, base, path, folder, seconds):
    """A pipeline over a file; what is wrong with how it ended, and the attempt."""
    attempt = Attempt([sluice, 'run', pipelines / f'{base.format}.yaml', f'observation={path}', 'prefix=out', '--progress', 'none', '--overwrite',
                       '--threads', '1', '--report', 'report.json'], seconds, folder)
    faults = attempt.faults(path.name, {0, 2, 3})
    left = {each.name for each in Path(folder).iterdir()} - {path.name, 'report.json'}
    if attempt.code and left:
        faults.append(f'left {sorted(left)}')
    if not attempt.code and left != RESULTS[base.format]:
        faults.append(f'wrote {sorted(left)}')
    return faults, attempt


def info(sluice, path, folder, seconds):
    """A summary of a file; what is wrong with how it ended, and the attempt."""
    attempt = Attempt([sluice, 'info', path, '--json'], seconds, folder)
    return attempt.faults(path.name, {0, 2, 3}), attempt


def results(base, folder):
    """The numbers that a run wrote: samples as read, and the image."""
    [copy] = Path(folder).glob('out-copy.*')
    with h5py.File(copy, 'r') as file:
        found = {name.split('/')[1]: file[name][...] for name in ARRAYS[base.format]}
    if base.format == 'uvh5':
        return found
    # How a weight is split in two is the writer's business.
    found['weights'] = found['weights'] * found.pop('weights_channel')[..., None]
    content = (Path(folder) / 'out-dirty.fits').read_bytes()
    end = re.search(rb'END {77}', content).end()
    found['image'] = np.frombuffer(content[(end + 2879) // 2880 * 2880:], '>f4')
    return found


def octets(values):
    """The bytes of each value."""
    return np.ascontiguousarray(values).view(np.uint8).reshape(values.shape + (values.dtype.itemsize,))


def differences(whole, found, touched=None):
    """Names of the arrays that differ bit for bit.

    touched: [dump][channel][product] of the result, samples that may differ, or how many may; then the image may, too."""
    wrong = []
    for name, one in whole.items():
        two = found[name]
        if name == 'image' and touched is not None:
            continue
        if one.shape != two.shape or one.dtype != two.dtype:
            wrong.append(f'shape of {name}')
            continue
        if name == 'weights':
            differs = ~np.isclose(one, two, rtol=1e-6, atol=0)
        else:
            differs = (octets(one) != octets(two)).any(axis=-1)
        if touched is not None and touched.ndim and differs.ndim >= 3:
            differs &= ~touched.reshape(touched.shape + (1,) * (differs.ndim - 3))
        if differs.sum() > (int(touched) if touched is not None and not touched.ndim else 0):
            wrong.append(name)
    return wrong


def touched_samples(mutation, base, whole):
    """[dump][channel][product] of the result: the samples that a mutation of samples touched; None for other mutations."""
    if not mutation.touched:
        return None
    if base.format == 'uvh5':       # rows may stand in another order
        return np.array(sum(int(places.sum()) for places in mutation.touched.values()))
    kept = (np.abs(base.times[:, None] - whole['timestamps']) < 0.01).any(axis=1)
    touched = np.zeros(whole['flags'].shape, bool)
    for places in mutation.touched.values():
        places = places[kept]
        if places.ndim == 4:
            places = places.any(axis=3)
        touched |= places if places.ndim == 3 else places[..., None]
    return touched


class Katdal:
    """katdal in a process of its own, which compares files that Sluice read and wrote."""

    def __init__(self, python):
        script = Path(__file__).resolve().parents[1] / 'compare_mvf.py'
        self.child = subprocess.Popen([python, script, '--serve'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True)

    def compare(self, original, copy):
        """Whether the copy holds what the original does, and a line about it."""
        self.child.stdin.write(f'{original}\t{copy}\n')
        self.child.stdin.flush()
        agrees, _, text = self.child.stdout.readline().rstrip('\n').partition('\t')
        return agrees == 'agrees', text or 'katdal died'


def holds_part(whole, found):
    """Whether the products of a result are some of the whole's, in its order and bit for bit."""
    products = iter(range(whole['flags'].shape[2]))

    def agrees(one, two):
        return all(np.array_equal(whole[name][:, :, one], found[name][:, :, two], equal_nan=name == 'weights')
                   for name in ('correlator_data', 'flags', 'weights'))
    return found['flags'].shape[:2] == whole['flags'].shape[:2] and all(
        any(agrees(one, two) for one in products) for two in range(found['flags'].shape[2]))


def is_carried(path, folder, name):
    """Whether a copy has the values of a header's array as they stand in the changed file; rows may be in another order
    and have the other sign of baseline."""
    item = f'Header/{name}'
    if item not in ARRAYS['uvh5']:
        return False
    with h5py.File(path) as one, h5py.File(Path(folder) / 'out-copy.uvh5') as two:
        return np.array_equal(np.sort(np.abs(one[item][()]), axis=None), np.sort(np.abs(two[item][()]), axis=None))


def pyuvdata_agrees(original, copy):
    """Whether pyuvdata reads the same samples from two files, whatever the order of their rows, channels and products; and
    what it says."""
    from pyuvdata import UVData
    both = []
    for path in (original, copy):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                uv = UVData()
                uv.read_uvh5(str(path), run_check=False, fix_old_proj=False)
                uv.conjugate_bls('ant1<ant2')
                uv.reorder_blts(order='time', minor_order='baseline', run_check=False)
                uv.reorder_freqs(channel_order='freq', run_check=False)
                uv.reorder_pols(order='AIPS', run_check=False)
        except Exception as error:      # whatever it makes of a file that was changed
            return False, f'pyuvdata: {type(error).__name__} {error} of {Path(path).name}'[:200]
        both.append(uv)
    for name, step in {'data': 1e-7, 'flag': 0, 'nsample': 1e-6, 'time': 1e-12, 'freq': 0, 'polarization': 0, 'ant_1': 0,
                       'ant_2': 0}.items():
        first, second = (np.ravel(getattr(uv, f'{name}_array')) for uv in both)
        if first.shape != second.shape or not np.allclose(first, second, rtol=step, atol=0, equal_nan=True):
            return False, f'pyuvdata: other {name}_array'
    return True, 'pyuvdata agrees'


def wrong_result(mutation, base, whole, folder, path, run, katdal):
    """What is wrong with the result of a run that ended well, nothing or a line."""
    found = results(base, folder)
    differs = differences(whole, found, touched_samples(mutation, base, whole))
    if not differs:
        return None
    text = f'differs in {", ".join(differs)}'
    if mutation.harmless or mutation.touched:
        return text
    if base.format == 'uvh5':
        if all(is_carried(path, folder, name) for name in differs):
            return None
        agrees, said = pyuvdata_agrees(path, Path(folder) / 'out-copy.uvh5')
        return None if agrees else f'{text}; {said}'
    # What Sluice says that it left out is missing; the rest must be as it was.
    if 'are left out' in run.errors and holds_part(whole, found):
        return None
    agrees, said = katdal.compare(path, Path(folder) / 'out-copy.h5')
    if agrees:
        return None
    return f'{text}; katdal: {said}'
