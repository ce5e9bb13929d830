/// A coding key for any string, and for the index of an element.
struct AnyCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    static let forSuper = AnyCodingKey(stringValue: "super")

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }
}
