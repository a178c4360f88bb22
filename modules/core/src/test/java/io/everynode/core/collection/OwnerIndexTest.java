package io.everynode.core.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnerIndexTest {

    private static final ObjectAddress OWNER = new ObjectAddress(Kinds.CONFIG_MAP, "default", "owner");
    private static final ObjectAddress DEPENDENT = new ObjectAddress(Kinds.CONFIG_MAP, "team", "dependent");

    private static final Collectable WAITING = new Collectable(OWNER, "u1", List.of(), true, true, false);

    /** Else an owner would wait for ever for a dependent in another namespace that has gone. */
    @Test
    void whoWaitsIsFoundByUidFromAnyNamespace() {
        OwnerReference reference = new OwnerReference("v1", "ConfigMap", "owner", "u1", true);
        Collectable dependent = new Collectable(DEPENDENT, "u2", List.of(reference), false, false, false);
        OwnerIndex index = OwnerIndex.EMPTY.changed(null, WAITING).changed(null, dependent);
        assertThat(index.waiting("u1")).map(Collectable::address).contains(OWNER);
        assertThat(index.everything()).containsExactlyInAnyOrder(OWNER, DEPENDENT);
        index = index.changed(dependent, null);
        assertThat(index.waiting("u1")).isPresent();
        index = index.changed(WAITING, null);
        assertThat(index.waiting("u1")).isEmpty();
        assertThat(index.everything()).isEmpty();
    }
}
