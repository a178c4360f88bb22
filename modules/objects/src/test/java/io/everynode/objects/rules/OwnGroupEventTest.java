package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.EventVersions;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events of events.k8s.io/v1: the other names, and the rules of that version. */
class OwnGroupEventTest {

    private static ObjectNode event(String more) {
        return Samples.with(
                Samples.object(
                        Kinds.EVENT_OF_OWN_GROUP,
                        "{regarding: {kind: 'Pod', name: 'p', namespace: 'n'}, eventTime: '2026-01-01T00:00:00.000000Z',"
                                + " type: 'Normal', reportingController: 'a.b/c', reportingInstance: 'i', action: 'a',"
                                + " reason: 'r', note: 'said'}"),
                more);
    }

    @Test
    void theSameContentUnderOtherNames() {
        ObjectNode own = event("{series: {count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z'},"
                + " deprecatedSource: {component: 'c'}, deprecatedCount: 3, related: {kind: 'Node', name: 'n1'}}");
        ObjectNode core = EventVersions.toCore(own);
        assertThat(core)
                .isEqualTo(Samples.json("{apiVersion: 'v1', kind: 'Event', metadata: {name: 'o', namespace: 'n'},"
                        + " involvedObject: {kind: 'Pod', name: 'p', namespace: 'n'},"
                        + " eventTime: '2026-01-01T00:00:00.000000Z', type: 'Normal', reportingComponent: 'a.b/c',"
                        + " reportingInstance: 'i', action: 'a', reason: 'r', message: 'said',"
                        + " series: {count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z'},"
                        + " source: {component: 'c'}, count: 3, related: {kind: 'Node', name: 'n1'}}"));
        assertThat(EventVersions.toOwnGroup(core)).isEqualTo(own);
    }

    /** Only those of old, without an eventTime, must be in their object's namespace. */
    @Test
    void maySpeakOfWhatIsElsewhere() {
        assertThat(Samples.wrongNew(Kinds.EVENT_OF_OWN_GROUP, event("{regarding: {namespace: 'other'}}")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {eventTime: null} | eventTime: Required value
        {type: 'Odd'} | type: Invalid value: "": has invalid value: Odd
        {reportingController: null} | reportingController: Required value
        {reportingController: 'a b'} | reportingController: Invalid value: "a b"
        {action: ''} | action: Required value
        {deprecatedCount: 3} | count: Invalid value: "": needs to be unset
        {deprecatedFirstTimestamp: '2026-01-01T00:00:00Z'} | firstTimestamp: Invalid value: "": needs to be unset
        {deprecatedSource: {host: 'h'}} | source: Invalid value: "": needs to be unset
        {series: {count: 1, lastObservedTime: '2026-01-01T00:00:00.000000Z'}} | series.count: Invalid value: "": should be at least 2
        {series: {count: 2}} | series.lastObservedTime: Required value
        {regarding: {namespace: ''}} | involvedObject.namespace: Invalid value: "": does not match event.namespace
        """)
    void wrongOnes(String change, String expected) {
        assertThat(Samples.wrongNew(Kinds.EVENT_OF_OWN_GROUP, event(change)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @Test
    void onlyTheSeriesMayChange() {
        ObjectNode current = Samples.created(Kinds.EVENT_OF_OWN_GROUP, event("{}"));
        assertThat(Samples.wrongUpdate(
                        Kinds.EVENT_OF_OWN_GROUP,
                        "",
                        current,
                        Samples.with(current, "{series: {count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z'}}")))
                .isEmpty();
        assertThat(Samples.wrongUpdate(Kinds.EVENT_OF_OWN_GROUP, "", current, Samples.with(current, "{note: 'else'}")))
                .containsExactly("message: Invalid value: \"else\": field is immutable");
    }
}
