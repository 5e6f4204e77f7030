#!/usr/bin/env python3
"""Makes earth-orientation.eop from the IERS file finals2000A.all.

    python3 make-earth-orientation.py [FINALS2000A.ALL] [OUTPUT]

Without a file it takes the one that the package astropy-iers-data (PyPI) carries. Bulletin B values are preferred,
Bulletin A ones fill the rest up to the last prediction.

The result: lines of ASCII text `key: value`, an empty line, then three little-endian 32-bit integers a day:
UT1-UTC in 1e-7 s, polar motion x and y in 1e-6 arcsec.
"""
import os
import struct
import sys


def read_finals(path):
    """[(MJD, UT1-UTC in s, x, y in arcsec, measured)] for the days that have all three values."""
    days = []
    for line in open(path, encoding='ascii'):
        line = line.rstrip('\n').ljust(187)
        a = [line[58:68], line[18:27], line[37:46]]
        b = [line[154:165], line[134:144], line[144:154]]
        values = [y if y.strip() else x for x, y in zip(a, b)]
        if not all(v.strip() for v in values):
            break
        days.append((round(float(line[7:15])), *map(float, values), line[57] == 'I'))
    return days


def main():
    if len(sys.argv) > 1:
        source, title = sys.argv[1], os.path.basename(sys.argv[1])
    else:
        import astropy_iers_data
        source = astropy_iers_data.IERS_A_FILE
        title = f'IERS finals2000A.all as in astropy-iers-data {astropy_iers_data.__version__}'
    output = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), 'earth-orientation.eop')
    days = read_finals(source)
    first = days[0][0]
    assert [d[0] for d in days] == list(range(first, first + len(days))), 'days are missing'
    measured = max(d[0] for d in days if d[4])
    head = (f'sluice earth orientation: 1\nsource: {title}\nfirst mjd: {first}\nlast measured mjd: {measured}\n'
            f'days: {len(days)}\nrecord: int32 UT1-UTC 1e-7 s, x 1e-6 arcsec, y 1e-6 arcsec\n\n')
    with open(output, 'wb') as f:
        f.write(head.encode('ascii'))
        for _, ut1, x, y, _ in days:
            f.write(struct.pack('<3i', round(ut1 * 1e7), round(x * 1e6), round(y * 1e6)))
    print(f'{output}: {len(days)} days, MJD {first} to {first + len(days) - 1}, measured to {measured}')


if __name__ == '__main__':
    main()
