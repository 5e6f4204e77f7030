"""Our flags against those that real files came with, on cross baselines: few in channels that a file calls quiet, all in those of its interference.

Most came without flags: all of their channels count as quiet, their interference too, which the median channel tells from the rest."""
# The share that may be flagged in quiet channels, and what AOFlagger 3.1's generic strategy flags there.
QUIET = {'zen.2457698.40355191.xx.HH': (0.012, 0.010), 'zen.2458043.40141.xx.HH.XRAA': (0.13, 0.425),
         'zen.2458098.43124.downsample': (0.04, 0.350), 'zen.2458098.45361.HH_downselected': (0.15, 0.216),
         'zen.2458432.34569': (0.06, 0.043), 'zen.2458661.23480.HH': (0.005, 0.004),
         'zen.2459122.30030.sum.single_time': (0.018, 0.004)}


def check(work, data, sluice, look, python, pipeline, call, verdict):
    for name, (limit, theirs) in QUIET.items():
        source, flagged = data / f'{name}.uvh5', work / f'{name}-blind.uvh5'
        sluice('run', pipeline, f'observation={source}', f'output={flagged}', '--overwrite')
        share, middle, quiet, found, _, loud = map(float, call(python, look, '--flags', source, flagged).stdout.split())
        verdict(f'flags of {name}', quiet > 0 and share <= limit and (loud == 0 or found >= 0.95),
                f'{100 * share:.2f} % of {quiet:.0f} quiet channels (limit {100 * limit:.1f}, AOFlagger {100 * theirs:.1f}; median channel {100 * middle:.2f})'
                + (f', {100 * found:.1f} % of {loud:.0f} with interference' if loud else ''))
