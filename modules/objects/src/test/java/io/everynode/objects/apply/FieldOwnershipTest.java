package io.everynode.objects.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What writes of several managers, one after the other, make of an object and of who owns its fields. The situations
 * are those of structured-merge-diff's tests of merges (leaf, set, keyed, nested, multiple appliers), on real kinds.
 */
class FieldOwnershipTest {

    /**
     * A row: a name; steps "apply|force|update MANAGER YAML"; the part of the object, as a path and its JSON; the
     * owners. A step that conflicts has the conflicts behind "!!".
     */
    private record Row(String name, Kind kind, List<String> steps, String path, String value, List<String> owners) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(String name, Kind kind, List<String> steps, String path, String value, String... owners) {
        return new Row(name, kind, steps, path, value, List.of(owners));
    }

    static Stream<Row> rows() {
        Kind config = Kinds.CONFIG_MAP;
        Kind pod = Kinds.POD;
        return Stream.of(
                row(
                        "who applies owns just that",
                        config,
                        List.of("apply a {data: {x: '1', w: '2'}}"),
                        "data",
                        "{\"x\":\"1\",\"w\":\"2\"}",
                        "*a: .data.w .data.x"),
                row(
                        "who creates owns all, with what holds it",
                        config,
                        List.of("update a {data: {x: '1'}}"),
                        "data",
                        "{\"x\":\"1\"}",
                        "a: .data .data.x"),
                row(
                        "applied twice is applied once",
                        config,
                        List.of("apply a {data: {x: '1'}}", "apply a {data: {x: '1'}}"),
                        "data",
                        "{\"x\":\"1\"}",
                        "*a: .data.x"),
                row(
                        "a field that is applied no longer goes",
                        config,
                        List.of("apply a {data: {x: '1', w: '2'}}", "apply a {data: {w: '2'}}"),
                        "data",
                        "{\"w\":\"2\"}",
                        "*a: .data.w"),
                row(
                        "the last field takes its map along",
                        config,
                        List.of("apply a {data: {x: '1'}}", "apply a {}"),
                        "data",
                        ""),
                row(
                        "equal values are owned together",
                        config,
                        List.of("apply a {data: {x: '1'}}", "apply b {data: {x: '1'}}"),
                        "data",
                        "{\"x\":\"1\"}",
                        "*a: .data.x",
                        "*b: .data.x"),
                row(
                        "what is owned together goes with its last owner",
                        config,
                        List.of(
                                "apply a {data: {x: '1', w: '1'}}",
                                "apply b {data: {x: '1'}}",
                                "apply a {data: {w: '1'}}"),
                        "data",
                        "{\"x\":\"1\",\"w\":\"1\"}",
                        "*a: .data.w",
                        "*b: .data.x"),
                row(
                        "another value is a conflict and changes nothing",
                        config,
                        List.of(
                                "apply a {data: {x: '1', w: '1'}}",
                                "apply b {data: {x: '2', z: '1'}} !! \"a\" .data.x"),
                        "data",
                        "{\"x\":\"1\",\"w\":\"1\"}",
                        "*a: .data.w .data.x"),
                row(
                        "force takes the field",
                        config,
                        List.of("apply a {data: {x: '1', w: '1'}}", "force b {data: {x: '2'}}"),
                        "data",
                        "{\"x\":\"2\",\"w\":\"1\"}",
                        "*a: .data.w",
                        "*b: .data.x"),
                row(
                        "whoever lost its fields may apply without them",
                        config,
                        List.of(
                                "apply a {data: {x: '1', w: '1'}}",
                                "force b {data: {x: '2'}}",
                                "apply a {data: {w: '1'}}"),
                        "data",
                        "{\"x\":\"2\",\"w\":\"1\"}",
                        "*a: .data.w",
                        "*b: .data.x"),
                row(
                        "and conflicts with them",
                        config,
                        List.of(
                                "apply a {data: {x: '1', w: '1'}}",
                                "force b {data: {x: '2'}}",
                                "apply a {data: {x: '1', w: '1'}} !! \"b\" .data.x"),
                        "data",
                        "{\"x\":\"2\",\"w\":\"1\"}",
                        "*a: .data.w",
                        "*b: .data.x"),
                row(
                        "an update takes what it changes",
                        config,
                        List.of("apply a {data: {x: '1', w: '1'}}", "update b {data: {x: '2', w: '1'}}"),
                        "data",
                        "{\"x\":\"2\",\"w\":\"1\"}",
                        "*a: .data.w",
                        "b: .data.x"),
                row(
                        "an apply conflicts with an update",
                        config,
                        List.of(
                                "apply a {data: {x: '1', w: '1'}}",
                                "update b {data: {x: '2', w: '1'}}",
                                "apply a {data: {x: '3', w: '1'}} !! \"b\" using v1 .data.x"),
                        "data",
                        "{\"x\":\"2\",\"w\":\"1\"}",
                        "*a: .data.w",
                        "b: .data.x"),
                row(
                        "what an update removes nobody owns",
                        config,
                        List.of("apply a {data: {x: '1', w: '1'}}", "update b {data: {w: '1'}}"),
                        "data",
                        "{\"w\":\"1\"}",
                        "*a: .data.w"),
                row(
                        "an update that changes nothing owns nothing",
                        config,
                        List.of("apply a {data: {x: '1'}}", "update b {data: {x: '1'}}"),
                        "data",
                        "{\"x\":\"1\"}",
                        "*a: .data.x"),
                row(
                        "one who applies and updates is two",
                        config,
                        List.of("apply a {data: {x: '1'}}", "update a {data: {x: '2'}}"),
                        "data",
                        "{\"x\":\"2\"}",
                        "a: .data.x"),
                row(
                        "and may conflict with itself",
                        config,
                        List.of(
                                "apply a {data: {x: '1'}}",
                                "update a {data: {x: '2'}}",
                                "apply a {data: {x: '3'}} !! \"a\" using v1 .data.x"),
                        "data",
                        "{\"x\":\"2\"}",
                        "a: .data.x"),
                row(
                        "what nobody owns stays",
                        pod,
                        List.of(
                                "apply a {spec: {containers: [{name: c, image: i}]}}",
                                "reset - {spec: {containers: [{name: c, image: i, imagePullPolicy: Always}]}}",
                                "apply a {spec: {containers: [{name: c, image: i}]}}",
                                "apply a {spec: {containers: [{name: c}]}} "),
                        "spec",
                        "{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"imagePullPolicy\":\"Always\"}]}",
                        "*a: .spec.containers[name=\"c\"] .spec.containers[name=\"c\"].name",
                        "before-first-apply: .spec.containers[name=\"c\"]"
                                + " .spec.containers[name=\"c\"].image .spec.containers[name=\"c\"].imagePullPolicy"
                                + " .spec.containers[name=\"c\"].name .spec.containers[name=\"c\"].resources"),
                row(
                        "elements have owners by their keys",
                        pod,
                        List.of(
                                "apply a {spec: {containers: [{name: c, image: i}]}}",
                                "apply b {spec: {containers: [{name: d, image: j}]}}",
                                "apply a {spec: {containers: [{name: c, image: k}]}}"),
                        "spec",
                        "{\"containers\":[{\"name\":\"c\",\"image\":\"k\"},{\"name\":\"d\",\"image\":\"j\"}]}",
                        "*a: .spec.containers[name=\"c\"] .spec.containers[name=\"c\"].image"
                                + " .spec.containers[name=\"c\"].name",
                        "*b: .spec.containers[name=\"d\"] .spec.containers[name=\"d\"].image"
                                + " .spec.containers[name=\"d\"].name"),
                row(
                        "an element goes with its owner",
                        pod,
                        List.of(
                                "apply a {spec: {containers: [{name: c, image: i}, {name: d, image: i}]}}",
                                "apply a {spec: {containers: [{name: d, image: i}]}}"),
                        "spec",
                        "{\"containers\":[{\"name\":\"d\",\"image\":\"i\"}]}",
                        "*a: .spec.containers[name=\"d\"] .spec.containers[name=\"d\"].image"
                                + " .spec.containers[name=\"d\"].name"),
                row(
                        "an element that another adds a field to stays as long as that one owns it",
                        pod,
                        List.of(
                                "apply a {spec: {containers: [{name: c, image: i}, {name: d, image: i}]}}",
                                "apply b {spec: {containers: [{name: c, tty: true}]}}",
                                "apply a {spec: {containers: [{name: d, image: i}]}}"),
                        "spec",
                        "{\"containers\":[{\"name\":\"c\",\"tty\":true},{\"name\":\"d\",\"image\":\"i\"}]}",
                        "*a: .spec.containers[name=\"d\"] .spec.containers[name=\"d\"].image"
                                + " .spec.containers[name=\"d\"].name",
                        "*b: .spec.containers[name=\"c\"] .spec.containers[name=\"c\"].name"
                                + " .spec.containers[name=\"c\"].tty"),
                row(
                        "a key that is left out has its default",
                        pod,
                        List.of(
                                "apply a {spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}",
                                "apply a {spec: {containers: [{name: c, ports: [{containerPort: 80, protocol: TCP}]}]}}"),
                        "spec",
                        "{\"containers\":[{\"name\":\"c\",\"ports\":[{\"containerPort\":80,\"protocol\":\"TCP\"}]}]}",
                        "*a: .spec.containers[name=\"c\"] .spec.containers[name=\"c\"].name"
                                + " .spec.containers[name=\"c\"].ports[containerPort=80,protocol=\"TCP\"]"
                                + " .spec.containers[name=\"c\"].ports[containerPort=80,protocol=\"TCP\"].containerPort"
                                + " .spec.containers[name=\"c\"].ports[containerPort=80,protocol=\"TCP\"].protocol"),
                row(
                        "an atomic list has one owner",
                        pod,
                        List.of(
                                "apply a {spec: {tolerations: [{key: x}]}}",
                                "apply b {spec: {tolerations: [{key: w}]}} !! \"a\" .spec.tolerations"),
                        "spec",
                        "{\"tolerations\":[{\"key\":\"x\"}]}",
                        "*a: .spec.tolerations"),
                row(
                        "an atomic map too",
                        pod,
                        List.of("apply a {spec: {nodeSelector: {x: '1'}}}", "force b {spec: {nodeSelector: {w: '1'}}}"),
                        "spec",
                        "{\"nodeSelector\":{\"w\":\"1\"}}",
                        "*b: .spec.nodeSelector"),
                row(
                        "members of a set have their owners",
                        config,
                        List.of(
                                "apply a {metadata: {finalizers: [e.io/a, e.io/b]}}",
                                "apply b {metadata: {finalizers: [e.io/b, e.io/c]}}",
                                "apply a {metadata: {finalizers: [e.io/a]}}"),
                        "metadata finalizers",
                        "[\"e.io/a\",\"e.io/b\",\"e.io/c\"]",
                        "*a: .metadata.finalizers[=\"e.io/a\"]",
                        "*b: .metadata.finalizers[=\"e.io/b\"] .metadata.finalizers[=\"e.io/c\"]"),
                row(
                        "the configuration says the order of what is in it",
                        pod,
                        List.of(
                                "apply a {spec: {containers: [{name: c}, {name: d}, {name: e}]}}",
                                "apply b {spec: {containers: [{name: d}, {name: c}, {name: f}]}}"),
                        "spec",
                        "{\"containers\":[{\"name\":\"d\"},{\"name\":\"e\"},{\"name\":\"c\"},{\"name\":\"f\"}]}",
                        "*a: .spec.containers[name=\"c\"] .spec.containers[name=\"d\"] .spec.containers[name=\"e\"]"
                                + " .spec.containers[name=\"c\"].name .spec.containers[name=\"d\"].name"
                                + " .spec.containers[name=\"e\"].name",
                        "*b: .spec.containers[name=\"c\"] .spec.containers[name=\"d\"] .spec.containers[name=\"f\"]"
                                + " .spec.containers[name=\"c\"].name .spec.containers[name=\"d\"].name"
                                + " .spec.containers[name=\"f\"].name"),
                row(
                        "null owns a field that is not there",
                        config,
                        List.of("apply a {data: {x: '1'}, immutable: null}"),
                        "data",
                        "{\"x\":\"1\"}",
                        "*a: .immutable .data.x"),
                row(
                        "an empty map is owned and there is nothing of it",
                        pod,
                        List.of("apply a {spec: {securityContext: {}}}"),
                        "spec",
                        "{\"securityContext\":{}}",
                        "*a: .spec.securityContext"),
                row(
                        "quantities are the same however they are written",
                        pod,
                        List.of("apply a {spec: {overhead: {cpu: 1000m}}}", "apply b {spec: {overhead: {cpu: 1}}}"),
                        "spec",
                        "{\"overhead\":{\"cpu\":\"1\"}}",
                        "*a: .spec.overhead.cpu",
                        "*b: .spec.overhead.cpu"),
                row(
                        "what was there before anybody applied belongs to that",
                        config,
                        List.of(
                                "reset - {data: {x: '1'}}",
                                "apply a {data: {x: '2'}} !! \"before-first-apply\" using v1 .data.x",
                                "apply a {data: {w: '2'}}"),
                        "data",
                        "{\"x\":\"1\",\"w\":\"2\"}",
                        "*a: .data.w",
                        "before-first-apply: .data .data.x"),
                row(
                        "a reset object is not tracked by updates",
                        config,
                        List.of("reset - {data: {x: '1'}}", "update b {data: {x: '2'}}"),
                        "data",
                        "{\"x\":\"2\"}"),
                row(
                        "free JSON is owned field by field",
                        Kinds.CONTROLLER_REVISION,
                        List.of(
                                "apply a {revision: 1, data: {spec: {x: 1, l: [1, 2]}}}",
                                "apply b {data: {spec: {w: {}}}}"),
                        "data",
                        "{\"spec\":{\"x\":1,\"l\":[1,2],\"w\":{}}}",
                        "*a: .revision .data.spec .data.spec.l .data.spec.x",
                        "*b: .data.spec .data.spec.w"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void writes(Row row) {
        OwnedObject object = new OwnedObject(row.kind());
        for (String step : row.steps()) {
            String[] words = step.split(" ", 3);
            String[] body = words[2].split(" !! ");
            if (words[0].equals("update")) {
                object.update(words[1], body[0]);
            } else if (words[0].equals("reset")) {
                object.update(words[1], body[0]);
                object.object = FieldManager.bare(object.object);
            } else {
                ApiStatus refused = object.apply(words[1], body[0], words[0].equals("force"));
                assertThat(refused == null ? "" : conflicts(refused))
                        .as(step)
                        .isEqualTo(body.length > 1 ? body[1] : "");
            }
        }
        assertThat(object.at(row.path().split(" "))).isEqualTo(row.value());
        assertThat(object.owners()).isEqualTo(row.owners());
    }

    private static String conflicts(ApiStatus status) {
        assertThat(status.code()).as(status.message()).isEqualTo(409);
        assertThat(status.reason()).isEqualTo("Conflict");
        return String.join(
                ", ",
                status.details().causes().stream()
                        .peek(cause -> assertThat(cause.reason()).isEqualTo("FieldManagerConflict"))
                        .map(cause -> cause.message().substring("conflict with ".length()) + " " + cause.field())
                        .toList());
    }

    /** Keeps the table above honest: no name twice. */
    @org.junit.jupiter.api.Test
    void rowsHaveNamesOfTheirOwn() {
        String[] names = rows().map(Row::name).toArray(String[]::new);
        assertThat(Arrays.stream(names).distinct().count()).isEqualTo(names.length);
    }
}
