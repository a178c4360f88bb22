package io.everynode.controlplane.entity;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.object.WriteReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What members send to each other arrives as it was: every type of message, with everything in it. */
class WireFormTest {

    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(
            Behaviors.empty(),
            "wire",
            ConfigFactory.parseString("pekko.actor.provider = local\npekko.loglevel = ERROR")
                    .withFallback(ConfigFactory.parseResources("everynode-control-plane.conf"))
                    .withFallback(ConfigFactory.load())
                    .resolve());

    private static final Serialization SERIALIZATION = SerializationExtension.get(Adapter.toClassic(SYSTEM));

    private static final ActorRef<Object> RECEIVER =
            SYSTEM.systemActorOf(Behaviors.ignore(), "receiver", Props.empty());

    @AfterAll
    static void end() {
        SYSTEM.terminate();
    }

    /** The messages of all entities and keepers; those of other actors stay in their JVM or are these. */
    static Stream<Class<?>> messages() {
        List<Class<?>> all = new ArrayList<>();
        for (Class<?> root : List.of(
                NodeEntity.class,
                DaemonSetEntity.class,
                PodEntity.class,
                ResourceEntity.class,
                TemplateEntity.class,
                QuotaKeeper.class,
                LeaseKeeper.class)) {
            Arrays.stream(root.getDeclaredClasses())
                    .filter(each -> each.isRecord() && WireMessage.class.isAssignableFrom(each))
                    .forEach(all::add);
        }
        all.add(WriteReply.class);
        all.add(ReserveReply.class);
        return all.stream().flatMap(each -> Samples.concrete(each).stream());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void arrivesAsItWas(Class<?> type) throws Exception {
        for (Object message : Samples.of(type, RECEIVER)) {
            byte[] bytes = SERIALIZATION.serialize(message).get();
            String manifest = Serializers.manifestFor(SERIALIZATION.findSerializerFor(message), message);
            Object read = SERIALIZATION
                    .deserialize(bytes, SERIALIZATION.findSerializerFor(message).identifier(), manifest)
                    .get();
            assertThat(read).isEqualTo(message);
        }
    }

    @Test
    void theMessagesAreFound() {
        assertThat(messages()).hasSizeGreaterThan(20);
    }
}
