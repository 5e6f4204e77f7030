import Testing
import Visibilities

@Suite("Fields") struct FieldTests {
    @Test(
        "only data phased to the sky pass where a place on it is needed; the error says what to add",
        arguments: [
            (Tracking.sidereal, true), (.unprojected, false), (.driftscan(azimuth: 0, elevation: 1.5), false),
        ])
    func phased(tracking: Tracking, passes: Bool) {
        var observation = smallObservation()
        observation.fields[0].tracking = tracking
        let expected = UnphasedError(field: "f", purpose: "imaged")
        #expect("\(expected)".contains("phase-centre") && "\(expected)".contains("'f'"))
        if passes {
            #expect(throws: Never.self) {
                try observation.requirePhased("imaged")
                _ = try Smearing(observation)
            }
        } else {
            #expect(throws: expected) { try observation.requirePhased("imaged") }
            #expect(throws: SmearingError.self) { try Smearing(observation) }
        }
    }

    @Test("a field that is not scheduled hinders nothing")
    func unscheduled() {
        var observation = smallObservation()
        observation.fields.append(
            Field(
                name: "zenith", phaseCentre: Direction(rightAscension: 0, declination: 0),
                tracking: .unprojected))
        #expect(throws: Never.self) { try observation.requirePhased("imaged") }
    }
}
