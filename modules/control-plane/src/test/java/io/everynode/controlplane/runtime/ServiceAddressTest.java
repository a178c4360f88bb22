package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No two Services have the same cluster address, with real actors. */
class ServiceAddressTest {

    @RegisterExtension
    static final TestServer cp = TestServer.shared();

    private static CompletionStage<WriteResult> service(String name, String uid, String more) {
        ObjectNode tree = TestServer.json(
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'%s','namespace':'default'},'spec':{'ports':[{'port':80}]%s}}"
                        .formatted(name, more));
        return cp.send(Kinds.SERVICE, "default", name, new ObjectWrite.Create(tree, uid), 0);
    }

    private static String address(CompletionStage<WriteResult> made) {
        return Json.text(TestServer.stored(made.toCompletableFuture().join()).tree(), "spec", "clusterIP");
    }

    @Test
    void addressesThatWouldBeTheSameAreNot() {
        List<CompletionStage<WriteResult>> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            // The address follows from the UID.
            sent.add(service("alike-" + i, "one-and-the-same", ""));
        }
        Set<String> addresses = new HashSet<>();
        sent.forEach(one -> addresses.add(address(one)));
        assertThat(addresses).hasSize(8);
    }

    @Test
    void anAddressThatIsTakenIsRefused() {
        String taken = address(service("first", "", ",'clusterIP':'10.100.1.2'"));
        ApiStatus status = TestServer.refused(service("second", "", ",'clusterIP':'" + taken + "'")
                .toCompletableFuture()
                .join());
        assertThat(status.code()).isEqualTo(422);
        assertThat(status.message())
                .isEqualTo("Service \"second\" is invalid: spec.clusterIPs: Invalid value: [\"10.100.1.2\"]:"
                        + " failed to allocate IP 10.100.1.2: provided IP is already allocated");
        TestServer.stored(service("alias", "", ",'type':'ExternalName','externalName':'a.example'")
                .toCompletableFuture()
                .join());
        assertThat(TestServer.refused(
                                cp.patch(
                                        Kinds.SERVICE,
                                        "default",
                                        "alias",
                                        "",
                                        "{'spec':{'type':'ClusterIP','externalName':null,'clusterIP':'10.100.1.2','clusterIPs':['10.100.1.2']}}"))
                        .message())
                .contains("provided IP is already allocated");
        cp.delete(Kinds.SERVICE, "default", "first", null);
        assertThat(address(service("second", "", ",'clusterIP':'" + taken + "'")))
                .isEqualTo(taken);
    }
}
