package io.everynode.core.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.placement.Yaml;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecurityStandardsTest {

    private static final String CONTAINER = "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}";
    private static final String POD = "{runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}";

    record Row(SecurityStandard standard, String expected, String pod) {
        ObjectNode tree() {
            return Yaml.object(pod.replace("securityContext: C}", "securityContext: " + CONTAINER + "}")
                    .replace("securityContext: P,", "securityContext: " + POD + ","));
        }
    }

    static Stream<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (var in = SecurityStandardsTest.class.getResourceAsStream("/pod-security.tsv")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    String[] columns = line.split("\t");
                    rows.add(new Row(standard(columns[0]), columns[1], columns[2]));
                }
            }
        }
        return rows.stream();
    }

    private static SecurityStandard standard(String text) {
        String[] parts = text.split(":");
        return new SecurityStandard(SecurityLevel.of(parts[0]), SecurityStandard.minor(parts[1]));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aPodIsHeldAgainstAStandard(Row row) {
        ObjectNode pod = row.tree();
        ObjectNode same = pod.deepCopy();

        List<Violation> violations = SecurityStandards.violations(row.standard(), pod);

        assertThat(violations.isEmpty() ? "ok" : Violation.details(violations)).isEqualTo(row.expected());
        assertThat(pod).isEqualTo(same);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aStricterLevelForbidsNoLess(Row row) {
        if (row.standard().level() == SecurityLevel.BASELINE && !row.expected().equals("ok")) {
            assertThat(SecurityStandards.violations(
                            new SecurityStandard(
                                    SecurityLevel.RESTRICTED, row.standard().minor()),
                            row.tree()))
                    .isNotEmpty();
        }
    }

    /** So that no control is without a Pod that it lets pass and one that it does not. */
    @Test
    void everyControlHasRowsOfBothKinds() throws IOException {
        Set<String> refusing = new HashSet<>();
        List<Control> all = new ArrayList<>(BaselineControls.ALL);
        all.addAll(RestrictedControls.ALL);
        List<Row> rows = rows().toList();
        for (Control control : all) {
            for (Row row : rows) {
                boolean applies = row.standard().level().compareTo(control.level()) >= 0
                        && row.standard().minor() >= control.since();
                if (applies && control.check().apply(SecuredPod.of(row.tree())).isPresent()) {
                    refusing.add(control.name() + " " + control.since());
                }
            }
        }
        assertThat(refusing)
                .containsExactlyInAnyOrderElementsOf(all.stream()
                        .map(control -> control.name() + " " + control.since())
                        .toList());
    }

    @Test
    void newerVersionsThanAreKnownAreTheNewest() {
        ObjectNode pod = Yaml.object("{spec: {containers: [{name: c}]}}");
        List<Violation> latest = SecurityStandards.violations(standard("restricted:latest"), pod);

        assertThat(SecurityStandards.violations(standard("restricted:v1.999"), pod))
                .isEqualTo(latest);
        assertThat(SecurityStandards.refusal(standard("restricted:v1.999"), pod))
                .startsWith("violates PodSecurity \"restricted:v1.999\": allowPrivilegeEscalation != false (");
        assertThat(SecurityStandards.warning(standard("restricted:latest"), pod))
                .startsWith("would violate PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (");
    }

    @Test
    void nullIsAsIfItWereNotThere() {
        ObjectNode pod = Yaml.object("{metadata: {annotations: null}, spec: {hostNetwork: null, securityContext: null,"
                + " volumes: null, containers: [{name: c, securityContext: {privileged: null, procMount: null,"
                + " capabilities: null, seLinuxOptions: null, seccompProfile: null}}]}}");

        assertThat(SecurityStandards.violations(standard("baseline:latest"), pod))
                .isEmpty();
        assertThat(SecurityStandards.violations(standard("baseline:latest"), Json.object()))
                .isEmpty();
    }
}
