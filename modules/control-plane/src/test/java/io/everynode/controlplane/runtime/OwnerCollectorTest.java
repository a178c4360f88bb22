package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Owner references, with real entities and a real journal. */
class OwnerCollectorTest {

    @RegisterExtension
    static final TestServer on = TestServer.shared();

    private static Optional<StoredObject> get(Kind kind, String name) {
        return on.server.catalog().get(kind, "default", name);
    }

    private static String reference(String kind, String name, String uid) {
        return "{'apiVersion':'v1','kind':'%s','name':'%s','uid':'%s','blockOwnerDeletion':true}"
                .formatted(kind, name, uid);
    }

    private static StoredObject secret(String name, String owners, String more) {
        return on.create(
                Kinds.SECRET,
                ("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'%s','namespace':'default',"
                                + "'ownerReferences':[%s]%s},'stringData':{'k':'v'}}")
                        .formatted(name, owners, more));
    }

    private static WriteResult delete(String configMap, Propagation propagation) {
        return on.write(
                Kinds.CONFIG_MAP, "default", configMap, new ObjectWrite.Delete(Precondition.NONE, null, propagation));
    }

    private static void gone(Kind kind, String... names) {
        for (String name : names) {
            TestServer.until(() -> get(kind, name).isEmpty());
        }
    }

    private static JsonNode metadata(Kind kind, String name) {
        return get(kind, name).orElseThrow().tree().path("metadata");
    }

    @ParameterizedTest
    @EnumSource(
            value = Propagation.class,
            names = {"DEFAULT", "BACKGROUND", "FOREGROUND"})
    void dependentsGoWithTheirOwner(Propagation propagation) {
        String name = "owner-" + propagation.name().toLowerCase();
        StoredObject owner = on.configMap(name);
        StoredObject other = on.configMap("other-" + name);
        secret(name + "-a", reference("ConfigMap", name, owner.uid()), "");
        secret(name + "-b", reference("ConfigMap", name, owner.uid()), "");
        secret(
                name + "-shared",
                reference("ConfigMap", name, owner.uid()) + "," + reference("ConfigMap", other.name(), other.uid()),
                "");
        delete(name, propagation);
        gone(Kinds.CONFIG_MAP, name);
        gone(Kinds.SECRET, name + "-a", name + "-b");
        TestServer.until(() ->
                metadata(Kinds.SECRET, name + "-shared").path("ownerReferences").size() == 1);
        assertThat(metadata(Kinds.SECRET, name + "-shared")
                        .at("/ownerReferences/0/uid")
                        .asText())
                .isEqualTo(other.uid());
    }

    @Test
    void inTheForegroundTheOwnerIsSeenToWait() {
        StoredObject owner = on.configMap("waiting");
        secret("holding", reference("ConfigMap", "waiting", owner.uid()), ",'finalizers':['a.b/c']");
        WriteResult result = delete("waiting", Propagation.FOREGROUND);
        assertThat(Json.at(TestServer.stored(result).tree(), "metadata", "finalizers")
                        .toString())
                .isEqualTo("[\"foregroundDeletion\"]");
        TestServer.until(() -> metadata(Kinds.SECRET, "holding").has("deletionTimestamp"));
        assertThat(get(Kinds.CONFIG_MAP, "waiting")).isPresent();
        on.patch(Kinds.SECRET, "default", "holding", "", "{'metadata':{'finalizers':null}}");
        gone(Kinds.CONFIG_MAP, "waiting");
        assertThat(get(Kinds.SECRET, "holding")).isEmpty();
    }

    @Test
    void orphansStay() {
        StoredObject owner = on.configMap("leaving");
        secret("orphan-1", reference("ConfigMap", "leaving", owner.uid()), "");
        secret("orphan-2", reference("ConfigMap", "leaving", owner.uid()), "");
        delete("leaving", Propagation.ORPHAN);
        gone(Kinds.CONFIG_MAP, "leaving");
        assertThat(metadata(Kinds.SECRET, "orphan-1").has("ownerReferences")).isFalse();
        assertThat(metadata(Kinds.SECRET, "orphan-2").has("ownerReferences")).isFalse();
    }

    @Test
    void whatNeverHadItsOwnerGoes() {
        StoredObject owner = on.configMap("a-name");
        secret("wrong-uid", reference("ConfigMap", "a-name", "another"), "");
        secret("wrong-name", reference("ConfigMap", "no-name", owner.uid()), "");
        secret("unknown-kind", reference("Unheard", "x", "x"), "");
        secret("right", reference("ConfigMap", "a-name", owner.uid()), "");
        gone(Kinds.SECRET, "wrong-uid", "wrong-name");
        assertThat(get(Kinds.SECRET, "right")).isPresent();
        assertThat(get(Kinds.SECRET, "unknown-kind")).isPresent();
    }

    @Test
    void aCircleDoesNotHoldItself() {
        StoredObject first = on.configMap("circle-1");
        StoredObject second = on.configMap("circle-2");
        on.patch(
                Kinds.CONFIG_MAP,
                "default",
                "circle-2",
                "",
                "{'metadata':{'ownerReferences':[" + reference("ConfigMap", "circle-1", first.uid()) + "]}}");
        on.patch(
                Kinds.CONFIG_MAP,
                "default",
                "circle-1",
                "",
                "{'metadata':{'ownerReferences':[" + reference("ConfigMap", "circle-2", second.uid()) + "]}}");
        delete("circle-1", Propagation.FOREGROUND);
        gone(Kinds.CONFIG_MAP, "circle-1", "circle-2");
    }

    @Test
    void anOwnerInAnotherNamespaceIsNoneAndPeopleAreTold() {
        on.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'far'}}");
        StoredObject owner = TestServer.stored(
                on.sendConfigMap("far", "far-owner", "v").toCompletableFuture().join());
        secret("stranger", reference("ConfigMap", "far-owner", owner.uid()), "");
        gone(Kinds.SECRET, "stranger");
        TestServer.until(() -> {
            for (StoredObject event : on.server.catalog().list(Kinds.EVENT, "default")) {
                if (Json.text(event.tree(), "reason").equals("OwnerRefInvalidNamespace")) {
                    return Json.text(event.tree(), "message")
                            .equals("ownerRef [v1/ConfigMap, namespace: default, name: far-owner, uid: " + owner.uid()
                                    + "] does not exist in namespace \"default\"");
                }
            }
            return false;
        });
    }
}
