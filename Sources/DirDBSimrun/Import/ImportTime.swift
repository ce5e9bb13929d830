import DirDB

/// The time of day as text, in UTC.
enum ImportTime {
    static var now: String { text(secondsSinceEpoch: System.now().seconds) }

    /// Such as `2015-08-15T15:30:00Z`.
    static func text(secondsSinceEpoch: Int64) -> String {
        let (days, second) = secondsSinceEpoch.quotientAndRemainder(dividingBy: 86400)
        let (year, month, day) = date(daysSinceEpoch: days)
        let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: ":")
        return "\(year)-\(twoDigits(month))-\(twoDigits(day))T\(clock)Z"
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The proleptic Gregorian date: years begin in March here, so that the leap day is the last of its year.
    private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // From 0000-03-01; an era is 400 years.
        let days = daysSinceEpoch + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
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
