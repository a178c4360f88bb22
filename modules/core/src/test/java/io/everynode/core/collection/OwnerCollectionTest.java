package io.everynode.core.collection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnerCollectionTest {

    private final ObjectWorld world = new ObjectWorld();

    private void owner(String apiVersion, String kind, String name, String uid) {
        world.own("x", new OwnerReference(apiVersion, kind, name, uid, false));
    }

    /** What the owner that x names has to do with what there is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // apiVersion, kind, name and UID of the owner | what is to be done about x
                "v1, ConfigMap, a, a                 | nothing",
                "v1, ConfigMap, a, another           | Delete",
                "v1, ConfigMap, never-there, u       | Delete",
                "v1, Secret, a, a                    | Delete",
                "v1, Node, node, node                | nothing",
                "v1, Node, node, another             | Delete",
                "v1, ConfigMap, elsewhere, elsewhere | WarnOfNamespace Delete",
                "batch/v1, Job, j, j                 | nothing",
                "apps/v1beta1, DaemonSet, a, a       | nothing",
            })
    void anObjectWhoseOwnerIsMissingGoes(String owner, String todo) {
        world.configMap("a");
        world.configMap("x");
        world.put(Kinds.NODE, "", "node", "node");
        world.put(Kinds.CONFIG_MAP, "other", "elsewhere", "elsewhere");
        String[] parts = owner.split(", ");
        owner(parts[0], parts[1], parts[2], parts[3]);
        assertThat(described("x")).isEqualTo(todo);
    }

    private String described(String uid) {
        StringBuilder steps = new StringBuilder();
        for (CollectionStep step : world.decide(uid)) {
            assertThat(step.object().uid()).isEqualTo(uid);
            steps.append(steps.isEmpty() ? "" : " ").append(step.getClass().getSimpleName());
        }
        return steps.isEmpty() ? "nothing" : steps.toString();
    }

    @Test
    void aClusterWideObjectIsNotCollectedForAnOwnerInANamespace() {
        world.put(Kinds.PRIORITY_CLASS, "", "x", "x");
        world.configMap("a");
        owner("v1", "ConfigMap", "a", "a");
        assertThat(described("x")).isEqualTo("WarnOfNamespace");
        world.delete("a", Propagation.BACKGROUND);
        assertThat(described("x")).isEqualTo("nothing");
    }

    @Test
    void whatCannotBeToldKeepsTheObjectAsItIs() {
        world.configMap("x");
        owner("v1", "ConfigMap", "missing", "missing");
        owner("batch/v1", "Job", "j", "j");
        assertThat(described("x")).isEqualTo("nothing");
    }

    @Test
    void anObjectWithASolidOwnerLosesTheOthers() {
        world.configMap("a");
        world.configMap("leaving");
        world.configMap("x");
        world.own("x", "a", false);
        world.own("x", "missing", true);
        world.own("x", "leaving", true);
        world.delete("leaving", Propagation.FOREGROUND);
        assertThat(world.decide("x"))
                .singleElement()
                .isInstanceOfSatisfying(
                        CollectionStep.DropOwners.class,
                        drop -> assertThat(drop.uids()).containsExactlyInAnyOrder("missing", "leaving"));
        world.collect(new Random(1));
        assertThat(world.objects.keySet()).containsExactly("a", "x");
    }

    @ParameterizedTest
    @CsvSource({"a.b/c,BACKGROUND", "orphan,ORPHAN", "foregroundDeletion,FOREGROUND"})
    void itsOwnFinalizersSayHowItIsDeleted(String finalizer, Propagation propagation) {
        world.configMap("x");
        world.own("x", "missing", false);
        world.finalizer("x", finalizer);
        assertThat(world.decide("x"))
                .singleElement()
                .isInstanceOfSatisfying(
                        CollectionStep.Delete.class,
                        delete -> assertThat(delete.propagation()).isEqualTo(propagation));
    }

    @Test
    void anOwnerWaitsForThoseWhoBlockItAlone() {
        world.configMap("a");
        world.configMap("blocking");
        world.configMap("other");
        world.own("blocking", "a", true);
        world.own("other", "a", false);
        world.finalizer("other", "a.b/c");
        world.delete("a", Propagation.FOREGROUND);
        assertThat(described("a")).isEqualTo("nothing");
        assertThat(described("blocking")).isEqualTo("Delete");
        assertThat(described("other")).isEqualTo("Delete");
        world.delete("blocking", Propagation.BACKGROUND);
        assertThat(described("a")).isEqualTo("TakeFinalizer");
        world.collect(new Random(1));
        assertThat(world.objects.keySet()).as("held by its finalizer").containsExactly("other");
    }

    @Test
    void whoHasDependentsIsDeletedInTheForegroundToo() {
        for (String name : new String[] {"a", "b", "c"}) {
            world.configMap(name);
        }
        world.own("b", "a", true);
        world.own("c", "b", true);
        world.finalizer("c", "a.b/c");
        world.delete("a", Propagation.FOREGROUND);
        world.collect(new Random(1));
        assertThat(world.objects.keySet()).as("all wait for the last").containsExactly("a", "b", "c");
    }

    @Test
    void orphansLoseTheirOwnerBeforeItGoes() {
        world.configMap("a");
        for (int i = 0; i < OwnerCollection.MAX_STEPS + 5; i++) {
            world.configMap("x" + i);
            world.own("x" + i, "a", i % 2 == 0);
        }
        world.delete("a", Propagation.ORPHAN);
        assertThat(OwnerCollection.decide(world, new ObjectAddress(Kinds.CONFIG_MAP, "d", "a")))
                .hasSize(OwnerCollection.MAX_STEPS);
    }

    @Property(tries = 400)
    void everythingIsCollectedWhateverPointsAtWhat(
            @ForAll @IntRange(min = 1, max = 6) int size, @ForAll Propagation propagation, @ForAll long seed) {
        Random random = new Random(seed);
        ObjectWorld any = new ObjectWorld();
        for (int i = 0; i < size; i++) {
            any.configMap("o" + i);
        }
        for (int i = 0; i < size; i++) {
            int owners = random.nextInt(3);
            for (int k = 0; k < owners; k++) {
                any.own("o" + i, "o" + random.nextInt(size), random.nextBoolean());
            }
        }
        Set<String> before = Set.copyOf(any.objects.keySet());
        any.collect(random);
        assertThat(any.objects.keySet()).as("all owners are there").isEqualTo(before);

        any.delete("o0", propagation);
        any.collect(random);

        assertThat(any.objects).doesNotContainKey("o0");
        any.objects.forEach((uid, object) -> {
            JsonNode metadata = object.path("metadata");
            assertThat(metadata.has("deletionTimestamp")).as(uid + " waits").isFalse();
            for (JsonNode owner : metadata.path("ownerReferences")) {
                assertThat(any.objects).as("owners of " + uid).containsKey(Json.text(owner, "uid"));
            }
        });
        if (propagation == Propagation.ORPHAN) {
            assertThat(any.objects).hasSize(size - 1);
        }
    }
}
