import DirDB

/// The code of the library's error that a body throws; nil when it throws none.
func errorCode(of body: () throws -> Void) -> DirDBError.Code? {
    do { try body() } catch { return (error as? DirDBError)?.code }
    return nil
}
