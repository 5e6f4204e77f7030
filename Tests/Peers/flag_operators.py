#!/usr/bin/env python3
"""Holds SumThreshold and the scale-invariant rank operator against the oracles' sumthreshold.py, image by image.

    flag_operators.py ORACLES/rfi OPERATOR_LAB FOLDER [--images 1200] [--seed 1]

Images of integers (sums are exact: masks must be the same) and of floats (the same wherever no window comes closer to its
threshold than 1e-5 of it), of any shape from 1 x 1 on, with masks set before, missing samples (NaN), all flagged, lines and
blocks of interference. One line for each kind: images, samples, flagged samples, masks and samples that differ."""
import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('oracles')
parser.add_argument('lab')
parser.add_argument('folder')
parser.add_argument('--images', type=int, default=1200)
parser.add_argument('--seed', type=int, default=1)
options = parser.parse_args()
sys.path.insert(0, options.oracles)
from sumthreshold import sir, sir_linear, sumthreshold  # noqa: E402

random = np.random.default_rng(options.seed)
FOLDER = Path(options.folder)
EDGES = [(1, 1), (1, 300), (300, 1), (1, 256), (256, 1), (1, 255), (255, 2), (3, 257), (2, 2), (15, 17), (16, 16), (17, 15)]


def shape(number):
    if number % 8 == 0:
        return EDGES[number // 8 % len(EDGES)]
    return tuple(int(n) for n in random.integers(1, (60, 140)[number % 16 == 1], 2))


def image(times, channels, integers):
    x = random.integers(-30, 31, (times, channels)).astype(np.float32) if integers else random.normal(0, 12, (times, channels))
    for _ in range(random.integers(0, 4)):
        x[:, random.integers(0, channels)] += random.integers(-15, 30)
        x[random.integers(0, times)] += random.integers(-20, 20)
    t, f = random.integers(0, times), random.integers(0, channels)
    x[t:t + random.integers(1, 20), f:f + random.integers(1, 20)] += random.integers(0, 40)
    return x.astype(np.float32)


def mask(number, times, channels):
    flags = random.random((times, channels)) < (0, 0.02, 0.3, 0.8)[number % 4]
    if number % 5 == 0:
        flags[random.integers(0, times)] = True
        flags[:, random.integers(0, channels)] = True
    return np.ones_like(flags) if number % 50 == 0 else flags


def run(part, cases):
    """The masks that we make of cases: bytes to write, and a shape, each."""
    (FOLDER / 'images').write_bytes(b''.join(data for data, _ in cases))
    subprocess.run([options.lab, '--only', part, '--images', FOLDER / 'images', '--out', FOLDER / 'masks'], check=True, capture_output=True)
    found, at, masks = np.fromfile(FOLDER / 'masks', np.uint8), 0, []
    for _, (times, channels) in cases:
        masks.append(found[at:at + times * channels].reshape(times, channels) != 0)
        at += times * channels
    return masks


def header(*numbers):
    return np.array(numbers, np.int32).tobytes()


def thresholds(integers):
    cases, inputs = [], []
    for number in range(options.images):
        times, channels = shape(number)
        x, before = image(times, channels, integers), mask(number, times, channels)
        x[random.random(x.shape) < (0, 0.03)[number % 3 == 0]] = np.nan
        base = random.integers(20, 61, 2).astype(float) if number % 2 else random.uniform(20, 60, 2)
        if number % 7 == 0:
            base[1] *= 10
        cases.append((header(times, channels) + base.tobytes() + x.tobytes() + before.astype(np.uint8).tobytes(), x.shape))
        inputs.append((x, before, base))
    different = wrong = samples = flagged = close = 0
    for (x, before, base), ours in zip(inputs, run('sumthreshold', cases)):
        # The oracle knows no missing samples: it sees them flagged, and says nothing about them.
        missing = np.isnan(x)
        theirs, margin = sumthreshold(np.where(missing, 0, x), *base, mask=before | missing)
        unlike = int(((ours != theirs) & ~missing).sum())
        different += unlike > 0 and (integers or margin > 1e-5)
        close += margin <= 1e-5
        wrong, samples, flagged = wrong + unlike, samples + x.size, flagged + int(theirs.sum())
    kind = 'integers' if integers else f'floats ({close} images with a window within 1e-5 of its threshold)'
    print(f'SumThreshold, {kind}: {len(cases)} images, {samples} samples, {flagged} flagged; {different} masks differ, {wrong} samples')
    return different or wrong > 5e-6 * samples


def ranks():
    cases, inputs = [], []
    for number in range(options.images):
        times, channels = shape(number)
        ratio = ((1, 5), (1, 10), (1, 4), (2, 5), (7, 20), (0, 1), (1, 1))[number % 7]
        flags = mask(number + number // 4, times, channels)
        a, b = random.integers(0, times), random.integers(0, channels)
        flags[a:a + 9, b:b + 3] = True
        nothing = np.zeros(flags.size, np.uint8).tobytes()
        cases.append((header(times, channels, *ratio) + flags.astype(np.uint8).tobytes() + nothing, flags.shape))
        inputs.append((flags, ratio[0] / ratio[1]))
    different, grown, samples = 0, 0, 0
    for (flags, eta), ours in zip(inputs, run('rank', cases)):
        theirs = sir(flags, eta, eta, sir_linear)
        different += (ours != theirs).any()
        grown, samples = grown + int((theirs & ~flags).sum()), samples + flags.size
    print(f'rank operator: {len(cases)} images, {samples} samples, {grown} grown; {different} masks differ')
    return different


sys.exit(any([thresholds(True), thresholds(False), ranks()]))
