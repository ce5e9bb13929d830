import Foundation
import TestSupport
import Testing

/// What `dirdb import simrun` makes of the real example, read by numpy and pandas alone and compared with figures that
/// were found by another program.
@Suite(
    .enabled(if: SimrunExample.isThere, "there is no simrun-example beside the project"),
    .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
struct SimrunReferenceTests {
    @Test("numpy and pandas find every figure of the real example in what the command line made of it")
    func figures() throws {
        let example = try SimrunExample()
        let database = example.directory.path(of: "db")
        let process = try Executable.start("dirdb", ["import", "simrun", example.results, database])
        _ = process.outputToEnd()
        #expect(process.terminationStatus == 0)
        let failures = try Python.run(Self.script, [database, example.results])
        #expect(failures == "")
    }

    private static let script = """
        import glob, hashlib, json, sys
        import numpy as np, pandas as pd, msgpack
        db, raw = sys.argv[1] + '/', sys.argv[2]
        folder = '20150815-1530_20240'
        indices = [f'{folder}/{k:06d}' for k in range(6)]

        def check(what, got, expected):
            if got != expected: print(f'{what}: {got!r} instead of {expected!r}')
        def sha(array): return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]
        def md5(path): return hashlib.md5(open(path, 'rb').read()).hexdigest()
        def size(path): return len(open(path, 'rb').read())
        def meta(name):
            found = json.load(open(db + name + '.json'))
            check(name + ' has provenance', {'source', 'files', 'rows', 'imported', 'version'} <= set(found['simrun']), True)
            check(name + ' source', found['simrun']['source'], raw)
            return found
        def table(name):
            found = pd.read_parquet(db + name + '.parquet')
            check(name + ' rows', meta(name)['simrun']['rows'], len(found))
            return found

        # The index.
        check('simresult_path', msgpack.unpack(open(db + 'simresult_path.msgpack', 'rb')), raw)
        trace_file = f'{folder}/20240_vm_all_traces.csv'
        check('filelist', table('filelist')['path'].tolist(), [trace_file])
        check('sim_trial_index', table('sim_trial_index')['sim_trial_index'].tolist(), indices)
        metadata = table('metadata').reset_index()
        columns = ['sim_trial_index', 'path', 'trialnr', 'voltage_traces_file_name', 'synapses_file_name', 'cells_file_name']
        check('columns of metadata', [c for c in metadata.columns if c != 'index'], columns)
        check('metadata index', metadata['sim_trial_index'].tolist(), indices)
        check('metadata path', metadata['path'].tolist(), [folder] * 6)
        check('metadata trialnr', metadata['trialnr'].tolist(), [f'{k:06d}' for k in range(6)])
        check('metadata traces', metadata['voltage_traces_file_name'].tolist(), ['20240_vm_all_traces.csv'] * 6)
        check('metadata synapses', metadata['synapses_file_name'].tolist(), [f'simulation_run{k:04d}_synapses.csv' for k in range(6)])
        check('metadata cells', metadata['cells_file_name'].tolist(), [f'simulation_run{k:04d}_presynaptic_cells.csv' for k in range(6)])

        # The traces.
        v, t = np.load(db + 'voltage_traces.npy'), np.load(db + 'voltage_traces_t.npy')
        check('traces', (v.shape, v.dtype.str, v.flags.c_contiguous), ((6, 9802), '<f8', True))
        check('times', (t.shape, t.dtype.str, float(t[0]), float(t[-1])), ((9802,), '<f8', 100.0, 345.025))
        check('extremes', (float(v.min()), float(v.max())), (-70.4740159164, 26.2991049537))
        check('sum', float(v.sum()), -3739342.9858654505)
        check('SHA-256 of the traces', sha(v), '5235c1f2320ccbd6')
        check('SHA-256 of the times', sha(t), '37729f6a3bc68362')
        check('rows of traces', meta('voltage_traces')['simrun']['rows'], 6)
        sites = sorted(glob.glob(db + 'dendritic_recordings/*.npy'))
        labels = [s.rsplit('/', 1)[1][:-4] for s in sites]
        check('sites', labels, [
            'apical_proximal_distal_rec_sites_ID_000_sec_038_seg_032_x_0.929_somaDist_920.7',
            'apical_proximal_distal_rec_sites_ID_001_sec_025_seg_001_x_0.500_somaDist_198.1'])
        check('SHA-256 of the sites', [sha(np.load(s)) for s in sites], ['5235c1f2320ccbd6', 'ea767b1cdbee860e'])

        # The spikes.
        def spikes(name):
            found = table(name)
            check(name + ' index', found.index.tolist(), indices)
            check(name + ' columns', found.columns.tolist(), [str(i) for i in range(found.shape[1])])
            return [row[~np.isnan(row)].tolist() for row in found.to_numpy(dtype=float).reshape(6, -1)]
        check('spike_times', spikes('spike_times'), [
            [259.85], [103.65, 112.25, 133.075, 260.5], [260.975], [261.6, 342.5], [261.325, 294.975], [261.15]])
        check('spikes of ID_000', spikes(f'dendritic_spike_times/{labels[0]}_-30.0'), [
            [259.775], [103.575, 112.175, 132.975, 260.425], [260.875], [261.525, 342.425], [261.25, 294.875], [261.05]])
        check('spikes of ID_001', spikes(f'dendritic_spike_times/{labels[1]}_-30.0'), [[]] * 6)

        # The activations, and each of their numbers as Python reads it.
        def activations(name, ending, fixed, per_trial, widest, times, types, by_count):
            found = table(name)
            check(name + ' index', (found.index.name, found.index.unique().tolist()), ('sim_trial_index', indices))
            check(name + ' columns', found.columns.tolist(), [c for c, _ in fixed] + [str(i) for i in range(widest)])
            check(name + ' rows', [int((found.index == i).sum()) for i in indices], per_trial)
            values = found.iloc[:, len(fixed):].to_numpy(dtype=float)
            present = ~np.isnan(values)
            check(name + ' times', int(present.sum()), times)
            check(name + ' nulls stand behind', bool((present == (np.arange(widest) < present.sum(1)[:, None])).all()), True)
            check(name + ' types', found.iloc[:, 0].nunique(), types)
            if by_count: check(name + ' rows by times', np.bincount(present.sum(1))[1:].tolist(), by_count)
            for column, kind in fixed:
                check(f'{name} {column}', pd.api.types.pandas_dtype(found[column].dtype).kind, kind)
            rows = []
            for k in range(6):
                for line in open(f'{raw}/{folder}/simulation_run{k:04d}_{ending}.csv').read().split('\\n')[1:]:
                    if line: rows.append(line.split('\\t'))
            check(name + ' lines', len(rows), len(found))
            for position, (column, kind) in enumerate(fixed):
                convert = {'O': str, 'i': int, 'f': float}[kind]
                same = found[column].tolist() == [convert(row[position]) for row in rows]
                check(f'{name} {column} as in the files', same, True)
            got = [row[mask].tolist() for row, mask in zip(values, present)]
            expected = [[float(x) for x in row[len(fixed)].split(',') if x] for row in rows]
            check(name + ' times as in the files', got == expected, True)
        activations('synapse_activation', 'synapses', [
            ('synapse_type', 'O'), ('synapse_ID', 'i'), ('soma_distance', 'f'), ('section_ID', 'i'),
            ('section_pt_ID', 'i'), ('dendrite_label', 'O')],
            [4428, 4296, 4280, 4395, 4393, 4348], 6, 31895, 261, [21473, 3792, 692, 156, 24, 3])
        activations('cell_activation', 'presynaptic_cells', [('presynaptic_cell_type', 'O'), ('cell_ID', 'i')],
            [5560, 5479, 5462, 5487, 5524, 5540], 11, 58111, 269, None)

        # The parameter files.
        parameters = table('parameterfiles')
        check('parameterfiles', (parameters.index.name, parameters.index.tolist()), ('sim_trial_index', indices))
        for kind, place, length, rewritten in [
                ('neuron', 'cell', 7752, '61474d0a0b986d20e8242751f24348e4'),
                ('network', 'network', 848518, '7f5828697864001fb8ff1317399d24dd')]:
            path = f'{folder}/20240_{kind}_model.param'
            check(f'path_{kind}', parameters[f'path_{kind}'].tolist(), [path] * 6)
            original = md5(f'{raw}/{path}')
            check(f'hash_{kind}', parameters[f'hash_{kind}'].tolist(), [original] * 6)
            entry = f'parameterfiles_{place}_folder/{original}'
            meta(entry)
            check(entry, (size(f'{db}{entry}.param'), md5(f'{db}{entry}.param')), (length, rewritten))
            if kind == 'network': check('cell types', len(json.load(open(f'{db}{entry}.param'))['network']), 278)
        for path, length, content in [
                ('syn_folder/f7f0bf029c244e7cb96db0c2f6b09a73.syn', 641905, 'e51a06d8a17860cbbc1fd8558de6bf7f'),
                ('con_folder/3d681e71814948e2383295da429bbb7a.con', 372172, '32e2581b6615f443429bc6e1d28eaf21'),
                ('morphology/86_C2_center.hoc', None, 'aefcaad01e5b734fcb944acabde5af33'),
                ('recsites_folder/apical_proximal_distal_rec_sites.landmarkAscii', None, 'b27a80e206f2ec14fe67bbbbb96672a1')]:
            meta(path.rsplit('.', 1)[0])
            check(path, md5(db + path), content)
            if length: check(path, size(db + path), length)

        # Nothing in the database points to where it came from, but what is told in metadata and simresult_path.
        for path in glob.glob(db + '**/*', recursive=True):
            if path.endswith(('.json', '.lock', 'simresult_path.msgpack')) or not path.split('/')[-1].count('.'): continue
            check(f'{path} names the raw results', raw.encode() in open(path, 'rb').read(), False)
        """
}
