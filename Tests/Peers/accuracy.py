"""Dirty images of random arrays, fields and elevations against the direct sum in double precision, by ImagerLab."""
import json
import random
import re

# Light travels so far in the period of 1 Hz, metres; the longest baseline of the cases.
LIGHT, LONGEST = 299792458.0, 7700.0
FIELDS = (0.2, 1, 3, 10)
# Accuracies asked of each precision.
EPSILONS = {'single': (1e-3, 1e-4, 1e-5), 'double': (1e-3, 1e-4, 1e-6, 1e-8, 1e-10)}
# Bright, middling, faint, border and corner pixels that are compared of an image: errors of the faint lie around bright sources, so that few
# pixels tell little.
PIXELS = 2000


def geometry(rng, field, pixels):
    """A case of 64 antennas that just fits a field of so many pixels, at any elevation."""
    cell = field / pixels * 3.141592653589793 / 180
    first = min(rng.uniform(0.85e9, 1.4e9), 0.9 * LIGHT / (2 * cell * LONGEST))
    channels = rng.choice([1, 3, 4, 5])
    return cell, dict(nt=rng.randint(2, 6), dt=rng.uniform(60, 3000), nch=channels, f0=first, df=0.05 * first / channels,
                      dec=rng.uniform(-80, 20), hamid=rng.uniform(-4.5, 4.5), fov=field, nsrc=20, sigma=0.05, seed=rng.randint(1, 10**6))


def check(work, oracle, lab, python, tool, call, verdict, geometries):
    rng = random.Random(20)
    for number in range(geometries):
        for field in FIELDS:
            pixels = rng.choice([384, 500, 640])
            cell, configuration = geometry(rng, field, pixels)
            name = f'{number}-{field}'
            (work / f'{name}.json').write_text(json.dumps(configuration))
            call(python, oracle / 'make_imaging_case.py', name, '--npz', '--out', work, '--cfg', work / f'{name}.json')
            folder = work / name
            call(python, tool, 'arrays', oracle, work / f'{name}.npz', folder)
            asked = [(precision, epsilon) for precision, epsilons in EPSILONS.items() for epsilon in epsilons]
            images, kernels, modelled = [], [], []
            for precision, epsilon in asked:
                images.append(work / f'{name}-{precision}-{epsilon}.raw')
                said = call(lab, '--only', 'dirty', '--case', folder, '--size', pixels, '--cell', cell * 180 / 3.141592653589793 * 3600,
                            '--precision', precision, '--epsilon', epsilon, '--out', images[-1]).stdout
                kernels.append(re.search(r'kernel (\d+) cells x (\d+) planes', said).groups())
                modelled.append(float(re.search(r'modelled error (\S+)', said).group(1)))
            # Which pixels are faint is decided by the most exact image.
            lines = call(python, tool, 'errors', oracle, folder, pixels, pixels, cell, PIXELS, work / f'{name}-truth.npz', *images[::-1]).stdout.splitlines()
            good, found = True, []
            for (precision, epsilon), kernel, model, line in zip(asked, kernels, modelled, lines[::-1]):
                errors = [float(e) / epsilon for e in line.split()]
                good = good and max(errors[:2]) < 1 and max(errors[2:]) < 2
                found.append(f"{precision} {epsilon:g} (W {', '.join(kernel)}; modelled {model / epsilon:.2f}): {'/'.join(f'{e:.2f}' for e in errors)}")
            verdict(f"{field} deg, dec {configuration['dec']:.0f}, hour angle {configuration['hamid']:.1f} h, {pixels} px, {configuration['nch']} ch",
                    good, 'of epsilon, image/faint/border/corners: ' + ', '.join(found))
