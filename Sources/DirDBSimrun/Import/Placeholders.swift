// To be removed with the merge of the parts themselves, which bring types of these names.

enum ParameterFiles {
    static func `import`(_ context: ImportContext) throws {}
}
