/// What the integers of a column count, where they are dates, times, points in time or durations.
///
/// As text they are ISO 8601: `2020-01-01`, `12:00:00.250`, `2020-01-01 12:00:00`, and with `+00:00` after it where the
/// column has a zone, whose times are kept in UTC. A duration is its number and unit, `1500 ms`, which pandas reads.
package enum TimeType: Hashable, Sendable {
    /// Days since 1970-01-01.
    case date
    /// Time since midnight. Arrow marks each such column as UTC, so its text has no zone.
    case time(Unit)
    /// Time since 1970-01-01 00:00, in UTC where there is a zone.
    case timestamp(Unit, zone: String?)
    case duration(Unit)

    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case seconds = "s"
        case milliseconds = "ms"
        case microseconds = "us"
        case nanoseconds = "ns"

        var fractionDigits: Int {
            switch self {
            case .seconds: 0
            case .milliseconds: 3
            case .microseconds: 6
            case .nanoseconds: 9
            }
        }

        var perSecond: Int64 { Self.powersOfTen[fractionDigits] }

        static let powersOfTen: [Int64] = (0...9).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
    }

    /// The type of this name: `date`, `time[ms]`, `timestamp[us]`, `timestamp[us, UTC]`, `duration[ns]`; nil for others.
    package init?(logicalType: String) {
        if logicalType == "date" {
            self = .date
            return
        }
        guard logicalType.hasSuffix("]"), let bracket = logicalType.firstIndex(of: "[") else { return nil }
        let content = logicalType[logicalType.index(after: bracket)...].dropLast()
        let parts = content.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard let unit = parts.first.flatMap({ Unit(rawValue: String($0)) }) else { return nil }
        let zone = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : nil
        switch logicalType[..<bracket] {
        case "time": self = .time(unit)
        case "timestamp": self = .timestamp(unit, zone: zone)
        case "duration" where zone == nil: self = .duration(unit)
        default: return nil
        }
    }
}

// MARK: As text

extension TimeType {
    /// The text of what the type counts, with that many digits of the fraction of the second: at least those that the
    /// value needs.
    func text(_ value: Int64, fractionDigits: Int) -> String {
        switch self {
        case .date: return Self.date(value)
        case .time(let unit):
            // Hours beyond a day are written as they are: no value is left out.
            let (seconds, fraction) = value.quotientAndRemainder(dividingBy: unit.perSecond)
            return (value < 0 ? "-" : "") + Self.clock(seconds.magnitude)
                + Self.fraction(fraction.magnitude, unit, fractionDigits)
        case .timestamp(let unit, let zone):
            let (seconds, fraction) = value.floorDivided(by: unit.perSecond)
            let (days, second) = seconds.floorDivided(by: 86_400)
            return Self.date(days) + " " + Self.clock(second.magnitude)
                + Self.fraction(fraction.magnitude, unit, fractionDigits)
                + (zone == nil ? "" : "+00:00")
        case .duration(let unit): return "\(value) \(unit.rawValue)"
        }
    }

    /// The digits of the fraction of a second that a value needs, in groups of three: 0, 3, 6 or 9.
    func fractionDigits(of value: Int64) -> Int {
        switch self {
        case .date, .duration: return 0
        case .time(let unit), .timestamp(let unit, _):
            var fraction = value % unit.perSecond
            if fraction == 0 { return 0 }
            var digits = unit.fractionDigits
            while fraction % 1000 == 0 {
                fraction /= 1000
                digits -= 3
            }
            return digits
        }
    }

    private static func date(_ days: Int64) -> String {
        // Only integers that somebody called dates can be so far away.
        if days.magnitude > CalendarDate.mostDays { return "\(days) days" }
        let date = CalendarDate(daysSince1970: days)
        let year = (date.year < 0 ? "-" : "") + digits(date.year.magnitude, 4)
        return "\(year)-\(digits(date.month.magnitude, 2))-\(digits(date.day.magnitude, 2))"
    }

    private static func clock(_ seconds: UInt64) -> String {
        "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
    }

    private static func fraction(_ fraction: UInt64, _ unit: Unit, _ count: Int) -> String {
        if count == 0 { return "" }
        return "." + digits(fraction, unit.fractionDigits).prefix(count)
    }

    private static func digits(_ number: UInt64, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}

/// A day of the proleptic Gregorian calendar.
struct CalendarDate {
    let year: Int64
    let month: Int64
    let day: Int64

    // Years begin in March here, so that the leap day is the last of its year; an era is 400 years from 0000-03-01.
    private static let daysTo1970: Int64 = 719_468

    /// More than the days of any time of 64 bits.
    static let mostDays: UInt64 = 1 << 48

    /// - Parameter daysSince1970: At most ``mostDays`` before or after.
    init(daysSince1970: Int64) {
        let (era, dayOfEra) = (daysSince1970 + Self.daysTo1970).floorDivided(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        year = yearOfEra + era * 400 + (isNextYear ? 1 : 0)
        self.month = isNextYear ? month - 9 : month + 3
        day = dayOfYear - (153 * month + 2) / 5 + 1
    }

    /// nil when there is no such day.
    init?(year: Int64, month: Int64, day: Int64) {
        guard year.magnitude < 1 << 38, (1...12).contains(month), (1...31).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        // Another day would come back from those that are not there, such as 30 February.
        let same = CalendarDate(daysSince1970: daysSince1970)
        guard same.month == month, same.day == day else { return nil }
    }

    var daysSince1970: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.floorDivided(by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - Self.daysTo1970
    }
}

extension Int64 {
    /// The quotient rounded down, so that the remainder is never negative.
    func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
