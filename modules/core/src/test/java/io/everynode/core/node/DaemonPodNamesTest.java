package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DaemonPodNamesTest {

    private static final String UID = "5f0c7f5e-8a3b-4b8f-9a64-0a5f2d1c7e11";
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    /** These stand in journals and on nodes: they never change. */
    @Test
    void namesAndUidsAreStable() {
        assertThat(DaemonPodNames.name("fluentd", UID, "worker-1", 1)).isEqualTo("fluentd-7mdm8xnfwcv");
        assertThat(DaemonPodNames.name("fluentd", UID, "worker-1", 2)).isEqualTo("fluentd-4grsw9j95n5");
        assertThat(DaemonPodNames.name("fluentd", UID, "worker-2", 1)).isEqualTo("fluentd-g8rqpq9kcvc");
        assertThat(DaemonPodNames.uid(UID, "worker-1", 1)).isEqualTo("4650e94a-5c87-8ef8-a9b9-4100b12b2ac9");
    }

    @Test
    void namesAndUidsDoNotCollide() {
        Set<String> names = new HashSet<>();
        Set<String> uids = new HashSet<>();
        int made = 0;
        for (int daemonSet = 0; daemonSet < 10; daemonSet++) {
            String uid = new UUID(7, daemonSet).toString();
            for (int node = 0; node < 5_000; node++) {
                for (int incarnation = 1; incarnation <= 4; incarnation++) {
                    String name = DaemonPodNames.name("d", uid, "node-" + node, incarnation);
                    names.add(name);
                    uids.add(DaemonPodNames.uid(uid, "node-" + node, incarnation));
                    made++;
                    if (made % 1_000 == 0) {
                        assertThat(name).matches(SUBDOMAIN).hasSize("d-".length() + 11);
                    }
                }
            }
        }
        assertThat(made).isEqualTo(200_000);
        assertThat(names).hasSize(made);
        assertThat(uids).hasSize(made);
    }

    /** A DaemonSet's name may itself be 253 characters long. */
    @Test
    void longNamesAreCutAndStayNames() {
        for (String daemonSet : new String[] {
            "a".repeat(253), "a".repeat(240) + "." + "b".repeat(12), "a".repeat(240) + "-" + "b".repeat(12), "a.b-c"
        }) {
            String name = DaemonPodNames.name(daemonSet, UID, "n", 1);
            assertThat(name).matches(SUBDOMAIN).hasSizeLessThanOrEqualTo(253);
        }
    }

    @Test
    void uidsAreOfVersion8() {
        UUID uid = UUID.fromString(DaemonPodNames.uid(UID, "n", 1));
        assertThat(uid.version()).isEqualTo(8);
        assertThat(uid.variant()).isEqualTo(2);
    }

    @Test
    void theDaemonSetsNameIsNoPartOfTheHash() {
        String a = DaemonPodNames.name("a", UID, "n", 1);
        String b = DaemonPodNames.name("b", UID, "n", 1);
        assertThat(a.substring(1)).isEqualTo(b.substring(1));
    }
}
