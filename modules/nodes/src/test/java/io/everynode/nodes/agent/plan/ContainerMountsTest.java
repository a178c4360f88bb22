package io.everynode.nodes.agent.plan;

import static io.everynode.nodes.agent.plan.Given.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Mount;
import io.everynode.nodes.agent.plan.Containers.Place;
import io.everynode.nodes.agent.plan.PodAction.StartContainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerMountsTest {

    @Test
    void propagationIsNamedOnlyWhereThePodNamesIt() throws ConfigProblem {
        List<Mount> mounts = mounts("{name: v, mountPath: /a}, {name: v, mountPath: /b, mountPropagation: None},"
                + " {name: v, mountPath: /c, mountPropagation: HostToContainer},"
                + " {name: v, mountPath: /d, mountPropagation: Bidirectional}");
        // The Engine refuses any but its own choice and shared ones for what lies in its directory, as logs do.
        assertThat(mounts.get(0).getBindOptions()).isNull();
        assertThat(mounts.get(1).getBindOptions()).isNull();
        assertThat(mounts.get(2).getBindOptions().getPropagation()).isEqualTo(BindPropagation.R_SLAVE);
        assertThat(mounts.get(3).getBindOptions().getPropagation()).isEqualTo(BindPropagation.R_SHARED);
    }

    @Test
    void aPartOfAHostPathIsMountedByItsExpandedName() throws ConfigProblem {
        Mount mount = mounts("{name: v, mountPath: /a, subPathExpr: of/$(NODE), readOnly: true}")
                .get(0);
        assertThat(mount.getSource()).isEqualTo("/var/log/of/n");
        assertThat(mount.getTarget()).isEqualTo("/a");
        assertThat(mount.getReadOnly()).isTrue();
    }

    private static List<Mount> mounts(String volumeMounts) throws ConfigProblem {
        PodView pod = pod("volumes: [{name: v, hostPath: {path: /var/log}}],"
                + " containers: [{name: c, image: i, volumeMounts: [" + volumeMounts + "]}]");
        ContainerFacts sandbox = new Given()
                .sandbox(ContainerFacts.State.RUNNING)
                .seen()
                .containers()
                .get(0);
        StartContainer start = new StartContainer(pod.containers().get(0), 0, 0, sandbox, "");
        return Containers.of(pod, start, Map.of("NODE", "n"), new Place("n", Path.of("/pods/u1"), name -> name))
                .hostConfig()
                .getMounts();
    }
}
