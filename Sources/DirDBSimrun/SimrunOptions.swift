/// Which parts of a folder of simrun results are imported, and how.
public struct SimrunOptions: Sendable, Hashable {
    /// Whether `simresult_path`, `filelist`, `sim_trial_index` and `metadata` are made.
    public var core = true
    /// Whether `voltage_traces` and `voltage_traces_t` are made.
    public var voltageTraces = true
    /// Whether `spike_times` is made.
    public var spikeTimes = true
    /// Whether `synapse_activation` and `cell_activation` are made.
    public var synapseActivation = true
    /// Whether `dendritic_recordings` are made.
    public var dendriticTraces = true
    /// Whether `dendritic_spike_times` are made.
    public var dendriticSpikeTimes = true
    /// The voltage in mV that counts as a spike of the dendrite.
    public var dendriticThreshold = -30.0
    /// Whether the parameter files, and what they name, are stored.
    public var parameterFiles = true
    /// Whether result folders may lack their own parameter files; their trials then have no values there.
    public var allowsMissingParameters = false
    /// Whether traces are stored as `float32`, which halves them.
    public var float32 = false
    /// Whether traces, spikes and activations stay in the raw files, of which the database then holds the places.
    public var link = false

    /// Creates the options of a whole import.
    public init() {}
}
