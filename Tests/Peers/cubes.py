"""Truth cubes of interference as UVH5 files, flagged by a run: the flags score as those that the flagger makes of the cube in
memory, over the whole band and in sub-bands with a halo."""
import json

SEEDS = (1, 303)
HALO, SUBBAND = 64, 64
MOST = 0.005        # difference in F1 between file and memory
BAND = 0.01         # loss in F1 of sub-bands to the whole band

SCORE = '''
import json, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from score import score
truth = np.load(sys.argv[2])
flags = np.load(sys.argv[3]) if sys.argv[3].endswith('.npy') else np.fromfile(sys.argv[3], np.uint8).reshape(truth['snr'].shape)
print(json.dumps(score(truth, flags)['f1']))
'''
# The shape, the frequencies of the first channel and from one to the next; the delays that tracking takes off go to a file.
AXES = '''
import sys
import numpy as np
truth = np.load(sys.argv[1])
(truth['uvw'][..., 2] / 299792458.0).astype(np.float64).tofile(sys.argv[2])
print(*truth['vis'].shape, sep=',')
print(float(truth['freq'][0]), float(truth['df']), sep=',')
'''


def check(work, sluice, lab, oracles, python, pipeline, call, verdict):
    for seed in SEEDS:
        truth, file, delays = (work / f'cube{seed}{suffix}' for suffix in ('.npz', '.uvh5', '.delays'))
        call(python, oracles / 'rfi/make_rfi_truth.py', '--seed', seed, '--out', truth, '--raw')
        call(python, oracles / 'rfi/truth_to_uvh5.py', truth, file)
        shape, axis = call(python, '-c', AXES, truth, delays).stdout.split()
        whole = None
        for name, subband, window in (('whole band', shape.split(',')[-1], 64), ('sub-bands', SUBBAND, 64),
                                      ('one dump at once', SUBBAND, 1)):
            flagged, flags, mask = work / 'flagged.uvh5', work / 'flags.npy', work / 'mask.u8'
            sluice('run', pipeline, f'observation={file}', f'output={flagged}', f'read.subband={subband}', f'read.window={window}',
                   f'autoflag.halo={HALO}', '--overwrite')
            call(python, oracles / 'rfi/truth_to_uvh5.py', '--flags', flagged, truth, flags)
            call(lab, '--cube', truth.with_suffix('.bin'), '--shape', shape, '--delays', delays, '--axis', axis,
                 '--subband', subband, '--halo', HALO, '--out', mask)
            through, memory = (float(call(python, '-c', SCORE, oracles / 'rfi', truth, each).stdout) for each in (flags, mask))
            whole = whole or through
            verdict(f'cube {seed}, {name}', abs(through - memory) <= MOST and whole - through <= BAND,
                    f'F1 {through:.4f} through files, {memory:.4f} in memory')
