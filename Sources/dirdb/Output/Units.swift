import DirDB
import Glibc

/// Sizes, ages, shapes and numbers for people.
enum Units {
    /// Such as `17 B` or `4.0 MiB`.
    static func size(_ bytes: Int64) -> String {
        var value = Double(bytes)
        if value < 1024 { return "\(bytes) B" }
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        // One place behind the point as long as it tells something.
        let tenths = Int64((value * 10).rounded())
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\((tenths + 5) / 10) \(unit)"
    }

    /// The time since, such as `5m` or `3d`; a time to come counts as now.
    static func age(_ time: FileTime, now: FileTime) -> String {
        // A file may claim any time.
        let (difference, isBeyond) = now.seconds.subtractingReportingOverflow(time.seconds)
        let seconds = isBeyond ? time.seconds < 0 ? .max : 0 : max(0, difference)
        return switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m"
        case ..<86_400: "\(seconds / 3600)h"
        case ..<(1000 * 86_400): "\(seconds / 86_400)d"
        default: "\(seconds / 31_556_952)y"
        }
    }

    /// Such as `512×1024`; `()` for an array without axes, `?×3` for a table whose rows are not counted.
    static func shape(_ content: FormatInfo) -> String? {
        if let shape = content.shape {
            return shape.isEmpty ? "()" : shape.map(String.init).joined(separator: "×")
        }
        guard let rows = content.rows else { return content.columns.map { "?×\($0)" } }
        return content.columns.map { "\(rows)×\($0)" } ?? "\(rows)"
    }

    /// Seconds since the epoch as a real.
    static func seconds(from time: FileTime, to now: FileTime) -> Double {
        Double(now.seconds) - Double(time.seconds) + Double(now.nanoseconds - time.nanoseconds) / 1e9
    }

    static func json(_ time: FileTime) -> JSON {
        .real(Double(time.seconds) + Double(time.nanoseconds) / 1e9)
    }
}
