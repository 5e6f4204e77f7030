"""The group `kliko` of `check`: stages and pipelines as containers, by the code of kliko 0.8 itself."""
import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / 'Tests/Peers/run_kliko.py'
OBSERVATION_SUFFIX = '.uvh5'      # of what containers hand on
# Containers with their options, each of which reads what the one above wrote.
CHAIN = [('simulate', '--antennas 8 --channels 64 --frequency 1.39GHz --bandwidth 53MHz --rfi blips'),
         ('mask', '--mask ready'), ('autoflag', '--threshold 1.2'), ('average', '--times 2'),
         ('image', '--cell 5arcsec --size 256 --psf no --png no')]


def check(work, sluice, python, call, verdict, with_images):
    """Exports everything; validates it, makes options of it, and runs a chain, in images too if they are wanted."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    stages = [stage['name'] for stage in json.loads(call(sluice, 'stages', '--json').stdout)]
    for subject in [*stages, *sorted((ROOT / 'Pipelines').glob('*.yaml'))]:
        name = Path(subject).stem
        call(sluice, 'export', 'kliko', subject, '--output', work / name)
        valid = call(python.parent / 'kliko-validate', work / name / 'kliko.yml', check=False)
        options = call(python, RUN, work / name, '--help', check=False)
        verdict(f'{name} is a kliko container', valid.returncode == 0 and options.returncode == 0,
                valid.stdout.strip() + options.stderr[-300:])
    (work / 'ready').write_text('meerkat-l\n')
    run_chain(work, lambda name, *options: call(python, RUN, work / name, *options, cwd=work, check=False), verdict,
              'no container')
    if with_images:
        with images(work, python, call) as run:
            run_chain(work, run, verdict, 'podman')


def run_chain(work, run, verdict, where):
    source = work / 'nothing'
    for name, options in CHAIN:
        target = work / f'{where}-{name}'.replace(' ', '-')
        done = run(name, '--input', source, '--output', target, *options.split())
        left = sorted(path.name for path in target.glob('*')) if target.exists() else []
        result = 'simulate-dirty.fits' if name == 'image' else 'simulate' + OBSERVATION_SUFFIX
        verdict(f'kliko-run {name}, {where}', done.returncode == 0 and result in left,
                ' '.join(left) if done.returncode == 0 else done.stderr[-600:])
        source = target
    wrong = run('image', '--input', work / 'nothing', '--output', work / 'wrong', '--cell', '5')
    verdict(f'kliko-run image on nothing, {where}', wrong.returncode == 1 and 'error code 2' in wrong.stderr,
            wrong.stderr.strip().split('\n')[-1])


@contextlib.contextmanager
def images(work, python, call):
    """Builds the images of the chain and gives the real kliko-run, which finds podman by its socket."""
    podman = os.environ.get('SLUICE_PODMAN', 'podman').split()
    for name, _ in CHAIN:
        call(*podman, 'build', '--network=host', '-t', f'docker.io/sluice/{name}', work / name)
    socket = work / 'podman.sock'
    service = subprocess.Popen([*podman, 'system', 'service', '--time=0', f'unix://{socket}'],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if socket.exists():
                break
            time.sleep(0.1)
        environment = {**os.environ, 'DOCKER_HOST': f'unix://{socket}'}
        yield lambda name, *options: call(python.parent / 'kliko-run', f'sluice/{name}', *options, cwd=work,
                                          check=False, env=environment)
    finally:
        service.terminate()
        service.wait()
