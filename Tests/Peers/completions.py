"""Types the start of a line and a tab into interactive shells that loaded the completion scripts, and reads what becomes of it."""
import os
import pty
import select
import shlex
import shutil
import signal
import time

# What is typed, and what the word becomes.
LINES = {
    'sluice che': 'check', 'sluice stage autof': 'autoflag', 'sluice stages im': 'image', 'sluice run fl': 'flag.yaml',
    'sluice info n': 'night.h5', 'sluice run --progress p': 'plain', 'sluice run flag.yaml obs': 'observation=',
    'sluice stage mask --dilate-': '--dilate-channels', 'sluice benchmark --pic': '--picture',
    'sluice export kliko autof': 'autoflag', 'sluice export kliko fl': 'flag.yaml',
}
# Each shell's start: it loads the script, and writes its line to a file when Ctrl-G is typed.
STARTS = {
    'bash': ('.bashrc', 'source ./script; bind -x \'"\\C-g": printf "%s\\n" "$READLINE_LINE" > line\'\n'),
    'zsh': ('.zshrc', 'cp script _sluice; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D\n'
                      'report() { print -r -- "$BUFFER" > line }; zle -N report; bindkey "^G" report\n'),
    'fish': ('start', 'source script; function report; commandline > line; end; bind \\cg report\n'),
}
COMMANDS = {'bash': ['--rcfile', '.bashrc', '-i'], 'zsh': ['-d', '-i'], 'fish': ['--no-config', '-i', '-C', 'source start']}


class Shell:
    """A shell at a terminal of its own, in a folder."""

    def __init__(self, name, folder):
        self.line = folder / 'line'
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.environ.update(TERM='xterm', ZDOTDIR=str(folder), HOME=str(folder))
            os.execvp(name, [name, *COMMANDS[name]])

    def typed(self, text, seconds=20):
        """The line after these keys, nothing when the shell does not say."""
        self.line.unlink(missing_ok=True)
        os.write(self.terminal, text.encode() + b'\x07')
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.05)[0]:
                os.read(self.terminal, 1 << 16)
            if self.line.exists() and (content := self.line.read_text()).endswith('\n'):
                return content.rstrip()
        return None

    def leave(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def check(work, sluice, flag, call, verdict):
    """Completes the lines in each shell that is there; flag is a pipeline file."""
    os.environ['PATH'] = f"{sluice.parent}:{os.environ['PATH']}"
    for name, (start, content) in STARTS.items():
        if not shutil.which(name):
            print(f'skipped completion by {name}: it is not there')
            continue
        folder = work / f'completion-{name}'
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / 'script').write_text(call(sluice, '--generate-completion-script', name).stdout)
        (folder / start).write_text(content)
        shutil.copy(flag, folder / 'flag.yaml')
        for file in ('night.h5', 'notes.txt'):
            (folder / file).touch()
        shell = Shell(name, folder)
        try:
            wrong = []
            for line, word in LINES.items():
                became = shell.typed('\x15' + line + '\t')
                # As a shell takes it: bash writes observation\=, which is the same word.
                if shlex.split(became or '') != [*shlex.split(line)[:-1], word]:
                    wrong.append(f'{line!r} became {became!r}')
            verdict(f'completion by {name}', not wrong, '; '.join(wrong) or f'{len(LINES)} words')
        finally:
            shell.leave()
