package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class DaemonTolerationsTest {

    private static Toleration exists(String key, String effect) {
        return new Toleration("node.kubernetes.io/" + key, "Exists", "", effect, null);
    }

    private static List<Toleration> tolerations(ObjectNode template) {
        return PodRequirements.ofTemplate(template).tolerations();
    }

    @Test
    void areAddedBehindTheUsersOwn() {
        ObjectNode template = Yaml.object("spec: {tolerations: [{key: gpu, operator: Exists}]}");
        assertThat(tolerations(DaemonTolerations.addTo(template)))
                .containsExactly(
                        new Toleration("gpu", "Exists", "", "", null),
                        exists("not-ready", "NoExecute"),
                        exists("unreachable", "NoExecute"),
                        exists("disk-pressure", "NoSchedule"),
                        exists("memory-pressure", "NoSchedule"),
                        exists("pid-pressure", "NoSchedule"),
                        exists("unschedulable", "NoSchedule"));
        assertThat(tolerations(template)).as("the template given is left alone").hasSize(1);
    }

    @Test
    void coverTheMissingNetworkOnlyOnTheHostsNetwork() {
        Taint noNetwork = new Taint(Taint.NETWORK_UNAVAILABLE, "", "NoSchedule");
        assertThat(Toleration.anyTolerates(Yaml.daemon("{hostNetwork: true}").tolerations(), noNetwork))
                .isTrue();
        assertThat(Toleration.anyTolerates(Yaml.daemon("{hostNetwork: false}").tolerations(), noNetwork))
                .isFalse();
    }

    @Test
    void takeTheTimeLimitFromTheUsersOwn() {
        ObjectNode template = Yaml.object("""
                spec:
                  tolerations:
                  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
                  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoSchedule}
                """);
        assertThat(tolerations(DaemonTolerations.addTo(template)))
                .hasSize(7)
                .startsWith(exists("not-ready", "NoExecute"), exists("not-ready", "NoSchedule"));
    }

    @Test
    void areAddedOnce() {
        ObjectNode once = DaemonTolerations.addTo(Yaml.object("spec: {hostNetwork: true}"));
        assertThat(DaemonTolerations.addTo(once)).isEqualTo(once);
    }
}
