/// A coding key for any string, and for the index of an element.
package struct AnyCodingKey: CodingKey {
    package let stringValue: String
    package let intValue: Int?

    package static let forSuper = AnyCodingKey(stringValue: "super")

    package init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    package init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }
}
