extension TimeType {
    /// The value of a text.
    ///
    /// Read are the texts that ``text(_:fractionDigits:)`` makes; `T` for the space before the time; a time without
    /// seconds; a date alone for its midnight; and in a column with a zone `Z` or any offset. A text without offset is
    /// UTC there, and one with it is refused in a column without zone, because it is another time.
    /// - Returns: nil for any other text, and where the type has no such value, such as one of more digits.
    func value(_ text: some Sequence<UInt8>) -> Int64? {
        var input = TimeText(Array(text)[...])
        let value: Int64?
        switch self {
        case .date: value = input.date()?.daysSince1970
        case .time(let unit):
            let isNegative = input.take(UInt8(ascii: "-"))
            value = input.clock(mostHours: .max / 3_600_000_000_000).flatMap { clock in
                Self.count(clock.seconds, clock.nanoseconds, unit, isNegative: isNegative)
            }
            if input.offset() == nil { return nil }
        case .timestamp(let unit, let zone):
            guard let days = input.date()?.daysSince1970 else { return nil }
            var clock: (seconds: Int64, nanoseconds: Int64) = (0, 0)
            if input.take(UInt8(ascii: " ")) || input.take(UInt8(ascii: "T")) {
                guard let found = input.clock(mostHours: 23) else { return nil }
                clock = found
            }
            let isAtEnd = input.isAtEnd
            guard let offset = input.offset(), isAtEnd || zone != nil else { return nil }
            // Years are so few that this cannot overflow.
            value = Self.count(days * 86_400 + clock.seconds - offset, clock.nanoseconds, unit)
        case .duration(let unit):
            value = input.duration(unit)
        }
        return input.isAtEnd ? value : nil
    }

    /// nil where the unit does not divide it, or it is too much.
    private static func count(
        _ seconds: Int64, _ nanoseconds: Int64, _ unit: Unit, isNegative: Bool = false
    ) -> Int64? {
        let (fraction, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000 / unit.perSecond)
        if rest != 0 { return nil }
        // From the second above, so that the smallest of all values is not beyond on the way to it.
        let isBelow = seconds < 0 && fraction > 0
        let (whole, isBeyond) = (isBelow ? seconds + 1 : seconds).multipliedReportingOverflow(
            by: unit.perSecond)
        let (sum, isTooMuch) = whole.addingReportingOverflow(isBelow ? fraction - unit.perSecond : fraction)
        if isBeyond || isTooMuch { return nil }
        return isNegative ? 0 - sum : sum
    }
}

/// The rest of a text of which times are read from the left.
private struct TimeText {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        func isSpace(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = text
        while isSpace(text.first) { text.removeFirst() }
        while isSpace(text.last) { text.removeLast() }
        rest = text
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// A number of that many digits, as many as there are.
    private mutating func number(_ digits: ClosedRange<Int>) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while count < digits.upperBound, let byte = rest.first,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        {
            count += 1
            let (product, isBeyond) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooMuch) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if isBeyond || isTooMuch { return nil }
            value = sum
            rest.removeFirst()
        }
        return count >= digits.lowerBound ? value : nil
    }

    mutating func date() -> CalendarDate? {
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        guard let year = number(4...16), take(UInt8(ascii: "-")), let month = number(2...2),
            take(UInt8(ascii: "-")), let day = number(2...2)
        else { return nil }
        return CalendarDate(year: isNegative ? -year : year, month: month, day: day)
    }

    mutating func clock(mostHours: Int64) -> (seconds: Int64, nanoseconds: Int64)? {
        guard let hours = number(2...16), hours <= mostHours, take(UInt8(ascii: ":")),
            let minutes = number(2...2), minutes < 60
        else { return nil }
        var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
        if take(UInt8(ascii: ":")) {
            guard let whole = number(2...2), whole < 60 else { return nil }
            seconds = whole
            if take(UInt8(ascii: ".")) {
                let before = rest.count
                guard let fraction = number(1...9) else { return nil }
                nanoseconds = fraction * TimeType.Unit.powersOfTen[9 - (before - rest.count)]
            }
        }
        return (hours * 3600 + minutes * 60 + seconds, nanoseconds)
    }

    /// The seconds that a zone is ahead of UTC, 0 where there is none; nil where something else follows.
    mutating func offset() -> Int64? {
        if isAtEnd || take(UInt8(ascii: "Z")) { return 0 }
        let isNegative = take(UInt8(ascii: "-"))
        guard isNegative || take(UInt8(ascii: "+")), let hours = number(2...2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if !isAtEnd {
            _ = take(UInt8(ascii: ":"))
            guard let found = number(2...2), found < 60 else { return nil }
            minutes = found
        }
        return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
    }

    /// `1500 ms`, in any unit of which the column's is a multiple or part.
    mutating func duration(_ unit: TimeType.Unit) -> Int64? {
        let text = String(decoding: rest, as: UTF8.self)
        guard let space = text.firstIndex(of: " "), let number = Int64(text[..<space]),
            let found = TimeType.Unit(rawValue: String(text[text.index(after: space)...]))
        else { return nil }
        rest = []
        if found.perSecond > unit.perSecond {
            let (value, part) = number.quotientAndRemainder(dividingBy: found.perSecond / unit.perSecond)
            return part == 0 ? value : nil
        }
        let (value, isBeyond) = number.multipliedReportingOverflow(by: unit.perSecond / found.perSecond)
        return isBeyond ? nil : value
    }
}
