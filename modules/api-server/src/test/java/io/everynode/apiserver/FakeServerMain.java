package io.everynode.apiserver;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Serves the fake control plane for trying real clients by hand: {@code FakeServerMain PORT}. */
public final class FakeServerMain {

    private FakeServerMain() {}

    public static void main(String[] args) throws Exception {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "fake");
        ApiServerSettings settings = ApiServerSettings.from(
                        ConfigFactory.parseString(TestServer.OPEN_DOORS).withFallback(ConfigFactory.load()))
                .withAddress("127.0.0.1", args.length > 0 ? Integer.parseInt(args[0]) : 8080);
        ApiServer.start(system, new FakeControlPlane(), settings)
                .toCompletableFuture()
                .get();
        system.getWhenTerminated().toCompletableFuture().get();
    }
}
