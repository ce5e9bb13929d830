/// One visible change of a commit.
enum Step: Equatable {
    /// The staged file of this extension takes its final name.
    ///
    /// `new` is what was staged, nil when it is not to be checked; `old` is what was there, nil for nothing.
    case replace(_ format: String, new: ContentIdentity? = nil, old: ContentIdentity? = nil)
    /// The final file of this extension goes.
    case remove(_ format: String, old: ContentIdentity? = nil)

    var format: String {
        switch self {
        case .replace(let format, _, _), .remove(let format, _): format
        }
    }

    var isRemoval: Bool {
        if case .remove = self { true } else { false }
    }
}
