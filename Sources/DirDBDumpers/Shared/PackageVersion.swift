/// The version of this package, which the files and the metadata that it writes tell.
package enum PackageVersion {
    /// As semantic versioning writes it.
    package static let current = "0.1.0"
}
