package import DirDB

extension FileTime {
    /// The time in UTC, to the second, as ISO 8601 writes it: `2015-08-15T15:30:00Z`.
    package var iso8601: String {
        let (days, second) = Self.floorDivision(seconds, by: 86_400)
        let (year, month, day) = Self.date(daysSinceEpoch: days)
        let date = [Self.digits(year, 4), Self.digits(month, 2), Self.digits(day, 2)].joined(separator: "-")
        let clock = [second / 3600, second / 60 % 60, second % 60].map { Self.digits($0, 2) }
        return "\(date)T\(clock.joined(separator: ":"))Z"
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, count - digits.utf8.count))
            + digits
    }

    /// The remainder is never negative, so that times before 1970 are those of their day.
    private static func floorDivision(
        _ number: Int64, by divisor: Int64
    ) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The proleptic Gregorian date: years begin in March here, so that the leap day is the last of its year.
    private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // From 0000-03-01; an era is 400 years.
        let (era, dayOfEra) = floorDivision(daysSinceEpoch + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (
            yearOfEra + era * 400 + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }
}
