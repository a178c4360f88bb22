package io.everynode.faults.killloop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.cluster.ClusterApi;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Some threads that write ConfigMaps, and Secrets, which they also delete and make again, as fast as they are answered,
 * until there is no more answer.
 */
final class Load {

    static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    static final String SECRETS = "/api/v1/namespaces/default/secrets";

    /** One Secret is written for so many ConfigMaps. */
    private static final int SECRET_EVERY = 3;

    /** A Secret of this number is deleted next. */
    private static final long LAST_NUMBER = 4;

    private static final int WRITERS = 4;
    private static final int NAMES_OF_EACH = 25;

    private final ClusterApi api;
    private final Ledger configMaps;
    private final Ledger secrets;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    private Load(ClusterApi api, Ledger configMaps, Ledger secrets) {
        this.api = api;
        this.configMaps = configMaps;
        this.secrets = secrets;
    }

    static Load start(ClusterApi api, Ledger configMaps, Ledger secrets) {
        Load load = new Load(api, configMaps, secrets);
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            Thread thread = new Thread(() -> load.run(number), "writer-" + number);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private void run(int writer) {
        try {
            for (int turn = 0; ; turn = (turn + 1) % NAMES_OF_EACH) {
                String name = "load-" + writer + "-" + turn;
                write(CONFIG_MAPS, configMaps, name, Load::configMap);
                if (turn % SECRET_EVERY == 0) {
                    if (secrets.entry(name).number() == LAST_NUMBER) {
                        delete(name);
                    } else {
                        write(SECRETS, secrets, name, Load::secret);
                    }
                }
            }
        } catch (IOException killed) {
            // That is the end of it: the server does not answer any more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectNode configMap(long number) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("data").put("number", Long.toString(number));
        return object;
    }

    private static ObjectNode secret(long number) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Secret");
        byte[] plain = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        object.putObject("data").put("number", Base64.getEncoder().encodeToString(plain));
        return object;
    }

    private void write(String path, Ledger ledger, String name, LongFunction<ObjectNode> made)
            throws IOException, InterruptedException {
        Ledger.Entry entry = ledger.entry(name);
        long next = entry.number() + 1;
        ObjectNode object = made.apply(next);
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        ledger.asked(name, next);
        ClusterApi.Answer answer;
        if (entry.uid().isEmpty()) {
            answer = api.post(path, object);
        } else {
            metadata.put("uid", entry.uid()).put("resourceVersion", Long.toString(entry.version()));
            answer = api.put(path + "/" + name, object);
        }
        if (answer.code() == 200 || answer.code() == 201) {
            ledger.acknowledged(name, answer.body());
        } else {
            refused(name, answer);
        }
    }

    private void delete(String name) throws IOException, InterruptedException {
        secrets.asked(name, Ledger.GONE);
        ClusterApi.Answer answer = api.delete(SECRETS + "/" + name);
        if (answer.code() == 200) {
            secrets.gone(name);
        } else {
            refused(name, answer);
        }
    }

    private synchronized void refused(String name, ClusterApi.Answer answer) throws IOException {
        refusals.add("the write of " + name + " was refused: " + answer.code() + " " + answer.body());
        throw new IOException("refused");
    }

    /** Returns once nobody writes any more; the refusals that there were. */
    List<String> awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (this) {
            return List.copyOf(refusals);
        }
    }
}
