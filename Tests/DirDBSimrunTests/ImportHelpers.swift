import DirDB
import DirDBDumpers
import DirDBSimrun
import Testing

extension SimrunOptions {
    /// What concerns traces and the index: no activations and no parameter files.
    static var traces: SimrunOptions {
        var options = SimrunOptions()
        options.synapseActivation = false
        options.parameterFiles = false
        return options
    }
}

extension Table {
    /// A column of texts.
    func strings(_ name: String) -> [String?] {
        guard let column = self[name], case .string(let values) = column.values else { return [] }
        return (0..<rowCount).map { row in column.validity?[row] == false ? nil : values[row] }
    }

    /// For each row the numbers of the columns 0, 1, … up to the first missing one.
    func ragged() -> [[Double]] {
        (0..<rowCount).map { row in
            var values: [Double] = []
            while let column = self["\(values.count)"], column.validity?[row] != false,
                case .double(let numbers) = column.values
            {
                values.append(numbers[row])
            }
            return values
        }
    }
}

/// Whether two arrays have the same bits, but for the bits of NaN.
func isSame(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count
        && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
}

/// Requires that the entries of traces, spikes and index are those of the reference.
func expect(_ database: Database, equals reference: PlainReference) throws {
    #expect(try database["sim_trial_index"].get(Table.self).strings("sim_trial_index") == reference.indices)
    #expect(try database["filelist"].get(Table.self).strings("path") == reference.files)
    let traces = try Simrun.traces(try database["voltage_traces"])
    #expect(traces.shape == [reference.traces.count, reference.times.count])
    #expect(isSame(traces.elements, reference.traces.flatMap { $0 }))
    #expect(try database["voltage_traces_t"].get(NDArray<Double>.self).elements == reference.times)
    let spikes = try Simrun.table(try database["spike_times"])
    #expect(spikes.indexName == "sim_trial_index")
    #expect(spikes.strings("sim_trial_index") == reference.indices)
    let expected = reference.spikes(0)
    #expect(spikes.ragged() == expected)
    #expect(spikes.columns.count == 1 + (expected.map(\.count).max() ?? 0))
}
