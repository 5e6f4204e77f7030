"""Mutations through the HDF5 API: files that are whole as HDF5, but not what their format promises, or only stored otherwise."""
import h5py
import numpy as np

from .bases import SAMPLES

VERSIONS = dict(libver=('v108', 'v110'))


class Mutation:
    """What was done; whether the result must stay as it was, but for the samples that were touched."""

    def __init__(self, what, harmless=False, touched=None):
        self.what, self.harmless, self.touched = what, harmless, touched or {}


def objects(file, kind):
    found = []
    file.visititems(lambda name, each: found.append(name) if isinstance(each, kind) else None)
    return sorted(found)


def choose(rng, items):
    return items[int(rng.integers(len(items)))]


def replace(file, name, data=None, **options):
    """Puts another dataset in a dataset's place, its attributes kept."""
    attributes = dict(file[name].attrs)
    del file[name]
    made = file.create_dataset(name, data=data, **options)
    for key, value in attributes.items():
        made.attrs[key] = value
    return made


def attribute(rng, file):
    """An attribute and the object that carries it."""
    every = [(name, key) for name in ['/'] + objects(file, (h5py.Group, h5py.Dataset)) for key in file[name].attrs]
    name, key = choose(rng, every)
    return file[name], key, f'{name} attribute {key}'


# What takes the place of a value.
ODD = [0, -1, 1, 2, 7, 1 << 31, -(1 << 63), (1 << 63) - 1, 0.0, -0.5, 1e-300, 1e300, float('nan'), float('inf'), -float('inf'),
       '', 'x', 'm000', '3.9', 'radec', 'a' * 1000, '\n', ', , ,', 'J0408-6545 | *x, radec target, 4:08:20, -65:45:09',
       'm000, -30:42:39.8, 21:26:38.0, 1035.0, 13.5', 'nan, nan, nan, nan', '\u03bb' * 9, b'\xff\xfe\x00\x01', b'\x00' * 7,
       np.void(b'\x80'), np.void(b'\xa1x'), np.void(b'\xff' * 30), np.void(b'\x93\x01'), np.array([]), np.array([1.0, np.nan]),
       np.zeros((2, 3)), np.array(['a', 'b'], 'S1'), np.array([[b'm000h', b'm000h']]), h5py.Empty('f8'), h5py.Empty('S4'),
       np.bool_(True), np.complex64(1 + 1j), np.float16(2), np.uint8(255), np.array(3, '>i4')]


def drop_attribute(rng, file, format):
    owner, key, place = attribute(rng, file)
    del owner.attrs[key]
    return Mutation(f'{place} left out')


def odd_attribute(rng, file, format):
    owner, key, place = attribute(rng, file)
    value = choose(rng, ODD)
    owner.attrs[key] = value
    return Mutation(f'{place} = {value!r:.60}')


def scaled_attribute(rng, file, format):
    owner, key, place = attribute(rng, file)
    value = owner.attrs[key]
    if not np.issubdtype(np.asarray(value).dtype, np.number):
        return odd_attribute(rng, file, format)
    factor = choose(rng, [-1, 2, 0.5, 1e6, 1e-6, 1 + 1e-9])
    owner.attrs[key] = np.asarray(value) * factor
    return Mutation(f'{place} times {factor}')


def spoilt_state(rng, file, format):
    """A value of the TelescopeState with bytes changed, or another's in its place."""
    if 'TelescopeState' not in file:
        return odd_attribute(rng, file, format)
    state = file['TelescopeState']
    keys = sorted(state.attrs)
    key = choose(rng, keys)
    if rng.random() < 0.3:
        other = choose(rng, keys)
        state.attrs[key] = state.attrs[other]
        return Mutation(f'TelescopeState {key} = {other}')
    content = bytearray(np.asarray(state.attrs[key]).tobytes())
    for _ in range(int(rng.integers(1, 4))):
        if content:
            content[int(rng.integers(len(content)))] = int(rng.integers(256))
    if rng.random() < 0.3:
        del content[int(rng.integers(len(content) + 1)):]
    state.attrs[key] = np.void(bytes(content) or b'\0')
    return Mutation(f'TelescopeState {key} spoilt')


def drop_object(rng, file, format):
    name = choose(rng, objects(file, (h5py.Group, h5py.Dataset)))
    del file[name]
    return Mutation(f'{name} left out')


def swapped_kind(rng, file, format):
    name = choose(rng, objects(file, (h5py.Group, h5py.Dataset)))
    is_group = isinstance(file[name], h5py.Group)
    del file[name]
    if is_group:
        file[name] = 1.0
    else:
        file.create_group(name)
    return Mutation(f'{name} is a {"dataset" if is_group else "group"}')


def odd_dataset(rng, file, format):
    name = choose(rng, objects(file, h5py.Dataset))
    value = choose(rng, ODD)
    replace(file, name, data=value)
    return Mutation(f'{name} = {value!r:.60}')


def reshaped(rng, file, format):
    name = choose(rng, objects(file, h5py.Dataset))
    values = file[name][()]
    shape = np.shape(values)
    if not shape:
        values, how = np.repeat(np.atleast_1d(values), 3), 'thrice'
    else:
        how = choose(rng, ['shorter', 'longer', 'empty', 'flat', 'transposed', 'deeper'])
        axis = int(rng.integers(len(shape)))
        values = {'shorter': lambda: np.take(values, range(max(shape[axis] - 1, 0)), axis),
                  'longer': lambda: np.concatenate([values, np.take(values, range(min(1, shape[axis])), axis)], axis),
                  'empty': lambda: np.take(values, [], axis), 'flat': lambda: values.reshape(-1),
                  'transposed': lambda: np.ascontiguousarray(values.T), 'deeper': lambda: values[..., None]}[how]()
    replace(file, name, data=values)
    return Mutation(f'{name} {how}')


def huge(rng, file, format):
    """An absurd extent, of which nothing is stored."""
    name = choose(rng, SAMPLES[format] + objects(file, h5py.Dataset))
    if name not in file:
        return drop_object(rng, file, format)
    dataset = file[name]
    extent = choose(rng, [1 << 20, 1 << 31, 1 << 40, (1 << 62)])
    shape = (extent,) + dataset.shape[1:]
    replace(file, name, shape=shape, dtype=dataset.dtype, chunks=tuple(min(each, 8) for each in shape))
    return Mutation(f'{name} of shape {shape}')


def retyped(rng, file, format):
    name = choose(rng, objects(file, h5py.Dataset))
    values = file[name][()]
    dtype = choose(rng, ['f4', 'f8', 'i1', 'i8', 'u2', '>f8', 'S8', 'c8', 'bool'])
    try:
        with np.errstate(all='ignore'):
            values = np.asarray(values).astype(dtype)
    except (TypeError, ValueError):
        values = np.zeros(np.shape(values), dtype)
    replace(file, name, data=values)
    return Mutation(f'{name} as {dtype}')


def odd_values(rng, file, format):
    """Some numbers or texts of a dataset of metadata."""
    name = choose(rng, [each for each in objects(file, h5py.Dataset) if each not in SAMPLES[format]])
    values = np.array(file[name][()])
    if values.dtype.names:
        field = choose(rng, values.dtype.names)
        part = values[field]
    else:
        field, part = '', values
    flat = part.reshape(-1)
    if not flat.size:
        return odd_dataset(rng, file, format)
    places = rng.integers(flat.size, size=int(rng.integers(1, 4))) if rng.random() < 0.6 else slice(None)
    if part.dtype.kind in 'fiu':
        value = choose(rng, [np.nan, np.inf, -1.0, 0.0, 1e30, 3.0] if part.dtype.kind == 'f' else [0, 1, 77, 120])
    elif part.dtype.kind == 'S':
        value = choose(rng, [b'', b'x', b'slew', b'track', b'unknown', b'\xff\xfe', b'a, radec, 1:00, 2:00', b'b, azel, 1, 2'])
    else:
        return odd_dataset(rng, file, format)
    flat[places] = value
    part[...] = flat.reshape(part.shape)
    replace(file, name, data=values)
    return Mutation(f'{name} {field} = {value!r} at {"all places" if isinstance(places, slice) else list(map(int, places))}')


def disordered(rng, file, format):
    """A dataset of metadata in another order."""
    name = choose(rng, [each for each in objects(file, h5py.Dataset)
                        if each not in SAMPLES[format] and file[each].shape not in ((), (1,)) and file[each].shape])
    values = file[name][()]
    replace(file, name, data=values[::-1] if rng.random() < 0.5 else values[rng.permutation(len(values))])
    return Mutation(f'{name} in another order')


def renamed_member(rng, file, format):
    compounds = [each for each in objects(file, h5py.Dataset) if file[each].dtype.names]
    if not compounds:
        return drop_object(rng, file, format)
    name = choose(rng, compounds)
    values = file[name][()]
    names = list(values.dtype.names)
    names[int(rng.integers(len(names)))] = choose(rng, ['other', 'x', 'Timestamp'])
    values.dtype.names = tuple(names)
    replace(file, name, data=values)
    return Mutation(f'{name} with members {names}')


def linked(rng, file, format):
    """Links that lead nowhere, in circles or elsewhere."""
    name = choose(rng, objects(file, (h5py.Group, h5py.Dataset)))
    kind = choose(rng, ['soft nowhere', 'soft circle', 'soft root', 'hard circle', 'external', 'hard other'])
    if kind == 'hard circle':
        group = file[choose(rng, objects(file, h5py.Group))]
        group['again'] = group
        return Mutation(f'{group.name}/again is {group.name}')
    if kind == 'soft root':
        group = file[choose(rng, objects(file, h5py.Group))]
        group['root'] = h5py.SoftLink('/')
        return Mutation(f'{group.name}/root is /')
    other = choose(rng, objects(file, (h5py.Group, h5py.Dataset)))
    target = file[other]
    del file[name]
    file[name] = {'soft nowhere': h5py.SoftLink('/nowhere'), 'soft circle': h5py.SoftLink('/' + name),
                  'external': h5py.ExternalLink('nowhere.h5', '/x'), 'hard other': target}[kind]
    return Mutation(f'{name} a link: {kind}')


def odd_samples(rng, file, format):
    """Some samples of the visibilities, flags or weights."""
    name = choose(rng, [each for each in SAMPLES[format] if each in file])
    dataset = file[name]
    values = np.array(dataset[()])
    real = values.view(values.real.dtype) if values.dtype.kind == 'c' else values
    if real.dtype.names:
        real = real[real.dtype.names[0]]
    flat = real.reshape(-1)
    places = rng.integers(flat.size, size=int(rng.integers(1, 20)))
    odd = {'f': [np.nan, np.inf, -np.inf, 0.0, -1.0, 1e38, 1e-40, 5.0], 'u': [0, 1, 8, 255], 'b': [True, False],
           'i': [0, -(1 << 31), (1 << 31) - 1, 5]}[flat.dtype.kind]
    flat[places] = choose(rng, odd)
    if real.base is not None and values.dtype.names:
        values[values.dtype.names[0]] = flat.reshape(real.shape)
    dataset[...] = values
    touched = np.zeros(real.shape, bool)
    touched.reshape(-1)[places] = True
    return Mutation(f'{len(places)} values of {name}', touched={name: touched})


def stored_otherwise(rng, file, format):
    """The same values in other chunks, through filters, in another byte order or wider numbers."""
    name = choose(rng, [each for each in SAMPLES[format] if each in file])
    values = file[name][()]
    options = {}
    how = choose(rng, ['chunks', 'gzip', 'shuffle', 'fletcher', 'whole', 'big-endian', 'wide', 'all', 'growing'])
    chunks = tuple(int(rng.integers(1, extent + 1)) for extent in values.shape)
    if how == 'big-endian' and values.dtype.kind in 'fiu':
        values = values.astype(values.dtype.newbyteorder('>'))
    elif how == 'wide' and values.dtype.kind in 'fu':
        values = values.astype('f8' if values.dtype.kind == 'f' else 'u2')
    elif how != 'whole':
        options = {'chunks': dict(), 'gzip': dict(compression='gzip'), 'shuffle': dict(compression='gzip', shuffle=True),
                   'fletcher': dict(fletcher32=True), 'growing': dict(maxshape=(None,) + values.shape[1:])
                   }.get(how, dict(compression='gzip', shuffle=True, fletcher32=True))
        options['chunks'] = chunks
    replace(file, name, data=values, **options)
    return Mutation(f'{name} stored as {how} {options}', harmless=True)


def added(rng, file, format):
    """What nobody asks for."""
    group = file[choose(rng, ['/'] + objects(file, h5py.Group))]
    kind = choose(rng, ['group', 'dataset', 'attribute', 'text', 'soft link', 'big attribute', 'long name', 'references'])
    if kind == 'group':
        group.create_group('unasked').create_group('inside')
    elif kind == 'dataset':
        group.create_dataset('unasked', data=rng.normal(size=(5, 7)), chunks=(2, 3), compression='gzip')
    elif kind == 'attribute':
        group.attrs['unasked'] = choose(rng, ODD)
    elif kind == 'text':
        group.create_dataset('unasked', data=['one', 'two', '\u03bb'], dtype=h5py.string_dtype())
    elif kind == 'soft link':
        group['unasked'] = h5py.SoftLink('/nowhere')
    elif kind == 'big attribute':
        group.attrs['unasked'] = rng.normal(size=5000)
    elif kind == 'long name':
        group.attrs['n' * 5000] = 1
    else:
        group.create_dataset('unasked', data=[file.ref], dtype=h5py.ref_dtype)
    return Mutation(f'{group.name} with an unasked {kind}', harmless=True)


KINDS = [drop_attribute, odd_attribute, odd_attribute, scaled_attribute, spoilt_state, drop_object, swapped_kind, odd_dataset,
         reshaped, huge, retyped, odd_values, odd_values, odd_values, disordered, renamed_member, linked, odd_samples, odd_samples,
         stored_otherwise, stored_otherwise, added]


def mutate(rng, base, path):
    """Writes a mutated copy of a file; what was done, and what the result must be."""
    while True:
        path.write_bytes(base.content)
        try:
            with h5py.File(path, 'r+', **VERSIONS) as file:
                return choose(rng, KINDS)(rng, file, base.format)
        except (ValueError, TypeError, KeyError, OSError, RuntimeError, AttributeError, IndexError):
            continue        # HDF5 does not hold everything: the next one is as good
