#!/usr/bin/env python3
"""The real kliko-run (PyPI kliko 0.8) on an exported folder, without a container tool.

    KLIKO_PYTHON run_kliko.py FOLDER [OPTION OF kliko-run]...

Kliko reads FOLDER/kliko.yml, parses the options, copies files and writes parameters.json; where it would start a
container, FOLDER/kliko is started with the mounts as its places. Ends as kliko-run does: 0 done, 1 failed, 2 options."""
import os
import subprocess
import sys

import yaml
from kliko import cli
from kliko.core import kliko_runner
from kliko.validate import validate_kliko

PLACES = {'/input': 'INPUT', '/output': 'OUTPUT', '/parameters.json': 'PARAM_FILE', '/param_files': 'PARAM_FILES'}


class Daemon:
    """What kliko asks of docker, done by starting a program."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)

    def create_host_config(self, binds):
        mounts = (bind.rsplit(':', 2) for bind in binds)
        return {PLACES[inside]: outside for outside, inside, _ in mounts}

    def create_container(self, image, host_config, command):
        assert command == '/kliko', command
        return {'Id': image, 'environment': host_config}

    def start(self, container):
        environment = {**container['environment'], 'KLIKO_FILE': f'{self.folder}/kliko.yml'}
        self.process = subprocess.run([f'{self.folder}/kliko'], env=environment, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)

    def logs(self, _container, **_options):
        sys.stderr.write(self.process.stdout.decode())
        return []

    def wait(self, _container):
        return self.process.returncode


with open(f'{sys.argv[1]}/kliko.yml') as file:
    document = validate_kliko(yaml.safe_load(file))
parameters, source, target, work = cli.second_parser(sys.argv, document)
paths = {'input': source and os.path.abspath(source), 'output': target and os.path.abspath(target), 'work': work}
kliko_runner(document['container'], document, Daemon(sys.argv[1]), parameters, paths)
