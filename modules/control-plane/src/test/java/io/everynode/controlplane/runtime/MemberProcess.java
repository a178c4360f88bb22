package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.ResourceEntity;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** A control plane in a JVM of its own, which obeys commands of one line each and answers each with one line. */
final class MemberProcess implements AutoCloseable {

    /** Comes before each answer, as libraries may print too. */
    private static final String ANSWER = "> ";

    private final Process process;
    private final BufferedReader output;
    private final PrintStream input;

    private MemberProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Starts a JVM; {@link #awaitReady} waits for it. */
    static MemberProcess start(Path dataDir, String settings) throws IOException {
        return new MemberProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx400m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemberProcess.class.getName(),
                        dataDir.toString(),
                        settings)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    MemberProcess awaitReady() throws IOException {
        String line = answer();
        if (!line.equals("READY")) {
            throw new IOException("the member says " + line);
        }
        return this;
    }

    String ask(String command) throws IOException {
        input.println(command);
        return answer();
    }

    /** The next answer; null when the process has ended. */
    String answer() throws IOException {
        String line = output.readLine();
        while (line != null && !line.startsWith(ANSWER)) {
            line = output.readLine();
        }
        return line == null ? null : line.substring(ANSWER.length());
    }

    void tell(String command) {
        input.println(command);
    }

    /** SIGKILL; answers given before can still be read. */
    void kill() {
        // Through its handle: Process.destroyForcibly would close the output as well.
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** Data that no compression makes small and that both sides can make: lines of digits that follow from the name. */
    static ObjectNode largeConfigMap(String name, int bytes) {
        java.util.Random random = new java.util.Random(name.hashCode());
        byte[] raw = new byte[bytes / 2];
        random.nextBytes(raw);
        return TestServer.configMap("default", name, HexFormat.of().formatHex(raw));
    }

    public static void main(String[] args) throws Exception {
        OutputStream out = System.out;
        PrintStream answers = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (TestServer cp = TestServer.start(Path.of(args[0]), args[1])) {
            answers.println(ANSWER + "READY");
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("burst")) {
                    burst(cp, answers);
                }
                answers.println(ANSWER + obey(cp, words));
            }
        }
        System.exit(0);
    }

    private static String obey(TestServer cp, String[] words) throws Exception {
        return switch (words[0]) {
            case "create" -> created(cp, words[1], Integer.parseInt(words[2]));
            case "read" -> read(cp.server.currentCatalog().toCompletableFuture().get(20, TimeUnit.SECONDS), words[1]);
            case "owns" -> owns(cp, words[1]);
            case "members" -> cp.server.notReady().orElse("ready");
            default -> "unknown command";
        };
    }

    private static String created(TestServer cp, String name, int bytes) {
        WriteResult result =
                cp.write(Kinds.CONFIG_MAP, "default", name, new ObjectWrite.Create(largeConfigMap(name, bytes), ""));
        return result instanceof WriteResult.Stored stored
                ? "stored " + stored.object().resourceVersion()
                : result.toString();
    }

    /** Version and content, in a few letters. */
    private static String read(Catalog catalog, String name) {
        return catalog.get(Kinds.CONFIG_MAP, "default", name)
                .map(MemberProcess::summary)
                .orElse("not there");
    }

    static String summary(StoredObject object) {
        return object.resourceVersion() + " "
                + Json.text(object.tree(), "data", "k").hashCode() + " " + object.json().length;
    }

    /** Whether the ConfigMap's entity lives in this JVM. */
    private static String owns(TestServer cp, String name) throws Exception {
        ClusterSharding sharding = ClusterSharding.get(cp.server.system());
        ShardRegion.CurrentShardRegionState state =
                AskPattern
                        .<org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery,
                                ShardRegion.CurrentShardRegionState>
                                ask(
                                        sharding.shardState(),
                                        (ActorRef<ShardRegion.CurrentShardRegionState> replyTo) ->
                                                new GetShardRegionState(ResourceEntity.KEY, replyTo),
                                        Duration.ofSeconds(10),
                                        cp.server.system().scheduler())
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
        String entity = EntityIds.resource(Kinds.CONFIG_MAP, "default", name);
        return Boolean.toString(state.getShards().stream()
                .anyMatch(shard -> shard.getEntityIds().contains(entity)));
    }

    /** Writes as fast as it can, several at a time, and says what was acknowledged, until it is killed. */
    private static void burst(TestServer cp, PrintStream answers) {
        for (int i = 0; ; i += 20) {
            java.util.concurrent.CompletableFuture<?>[] batch = new java.util.concurrent.CompletableFuture<?>[20];
            for (int j = 0; j < batch.length; j++) {
                batch[j] = cp.sendConfigMap("default", "burst-" + (i + j), "v" + (i + j))
                        .thenAccept(result -> {
                            StoredObject object = TestServer.stored(result);
                            answers.println(ANSWER + "ack " + object.name() + " " + object.resourceVersion() + " .");
                        })
                        .toCompletableFuture();
            }
            java.util.concurrent.CompletableFuture.allOf(batch).join();
        }
    }
}
