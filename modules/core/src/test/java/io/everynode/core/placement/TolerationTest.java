package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TolerationTest {

    @ParameterizedTest(name = "key ''{0}'' {1} ''{2}'' effect ''{3}'' on {4}={5}:{6} -> {7}")
    @CsvSource({
        // The same key, value and effect.
        "gpu, Equal, yes, NoSchedule,   gpu, yes, NoSchedule,   true",
        "gpu, '',    yes, NoSchedule,   gpu, yes, NoSchedule,   true",
        "gpu, Equal, '',  NoSchedule,   gpu, '',  NoSchedule,   true",
        "gpu, Equal, no,  NoSchedule,   gpu, yes, NoSchedule,   false",
        "gpu, Equal, yes, NoSchedule,   cpu, yes, NoSchedule,   false",
        "gpu, Equal, yes, NoExecute,    gpu, yes, NoSchedule,   false",
        // No effect means every effect.
        "gpu, Equal, yes, '',           gpu, yes, NoSchedule,   true",
        "gpu, Equal, yes, '',           gpu, yes, NoExecute,    true",
        // Exists does not look at values.
        "gpu, Exists, '', NoSchedule,   gpu, yes, NoSchedule,   true",
        "gpu, Exists, '', NoSchedule,   gpu, '',  NoSchedule,   true",
        "gpu, Exists, '', NoSchedule,   cpu, yes, NoSchedule,   false",
        "'',  Exists, '', '',           gpu, yes, NoExecute,    true",
        "'',  Exists, '', NoExecute,    gpu, yes, NoExecute,    true",
        "'',  Exists, '', NoExecute,    gpu, yes, NoSchedule,   false",
        // Lt: the taint's number is below; Gt: above.
        "sla, Lt, 950, NoSchedule,      sla, 949, NoSchedule,   true",
        "sla, Lt, 950, NoSchedule,      sla, 950, NoSchedule,   false",
        "sla, Gt, 950, NoSchedule,      sla, 951, NoSchedule,   true",
        "sla, Gt, 950, NoSchedule,      sla, 950, NoSchedule,   false",
        "sla, Gt, -5, NoSchedule,       sla, -4,  NoSchedule,   true",
        "sla, Lt, 9223372036854775807, NoSchedule, sla, -9223372036854775808, NoSchedule, true",
        "sla, Lt, 9223372036854775808, NoSchedule, sla, 1, NoSchedule, false",
        "sla, Gt, 950, NoSchedule,      sla, 9.6e2, NoSchedule, false",
        "sla, Gt, '',  NoSchedule,      sla, 951, NoSchedule,   false",
        "sla, Lt, 950, NoSchedule,      sla, '',  NoSchedule,   false",
        // An operator nobody knows bears nothing.
        "gpu, Like, yes, NoSchedule,    gpu, yes, NoSchedule,   false",
    })
    void tolerates(
            String key,
            String operator,
            String value,
            String effect,
            String taintKey,
            String taintValue,
            String taintEffect,
            boolean expected) {
        Toleration toleration = new Toleration(key, operator, value, effect, null);
        assertThat(toleration.tolerates(new Taint(taintKey, taintValue, taintEffect)))
                .isEqualTo(expected);
    }

    @Property
    void existsWithoutKeyAndEffectToleratesEverything(@ForAll("taints") Taint taint) {
        assertThat(new Toleration("", "Exists", "", "", null).tolerates(taint)).isTrue();
    }

    @Property
    void whatEqualToleratesExistsToleratesToo(@ForAll("taints") Taint one, @ForAll("taints") Taint other) {
        Toleration equal = new Toleration(one.key(), "Equal", one.value(), one.effect(), 30L);
        Toleration exists = new Toleration(one.key(), "Exists", "", one.effect(), null);
        assertThat(equal.tolerates(one)).isTrue();
        assertThat(equal.tolerates(other)).isEqualTo(one.equals(other));
        assertThat(exists.tolerates(other)).isEqualTo(one.sameKeyAndEffect(other));
    }

    @Property
    void lessAndGreaterExcludeEachOther(@ForAll long taint, @ForAll long limit) {
        Taint number = new Taint("sla", Long.toString(taint), "NoSchedule");
        assertThat(new Toleration("sla", "Lt", Long.toString(limit), "", null).tolerates(number))
                .isEqualTo(taint < limit);
        assertThat(new Toleration("sla", "Gt", Long.toString(limit), "", null).tolerates(number))
                .isEqualTo(taint > limit);
    }

    @Provide
    Arbitrary<Taint> taints() {
        return Combinators.combine(
                        Arbitraries.of("gpu", "cpu", "node.kubernetes.io/not-ready"),
                        Arbitraries.of("", "yes", "no"),
                        Arbitraries.of("NoSchedule", "PreferNoSchedule", "NoExecute"))
                .as(Taint::new);
    }
}
