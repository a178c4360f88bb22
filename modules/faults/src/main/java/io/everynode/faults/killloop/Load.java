package io.everynode.faults.killloop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.cluster.ClusterApi;
import io.everynode.objects.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Some threads that write ConfigMaps as fast as they are answered, until there is no more answer. */
final class Load {

    static final String PATH = "/api/v1/namespaces/default/configmaps";

    private static final int WRITERS = 4;
    private static final int NAMES_OF_EACH = 25;

    private final ClusterApi api;
    private final Ledger ledger;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    private Load(ClusterApi api, Ledger ledger) {
        this.api = api;
        this.ledger = ledger;
    }

    static Load start(ClusterApi api, Ledger ledger) {
        Load load = new Load(api, ledger);
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
                write("load-" + writer + "-" + turn);
            }
        } catch (IOException killed) {
            // That is the end of it: the server does not answer any more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(String name) throws IOException, InterruptedException {
        Ledger.Entry entry = ledger.entry(name);
        long next = entry.number() + 1;
        ObjectNode object = Json.object();
        object.put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        object.putObject("data").put("number", Long.toString(next));
        ledger.asked(name, next);
        ClusterApi.Answer answer;
        if (entry.uid().isEmpty()) {
            answer = api.post(PATH, object);
        } else {
            metadata.put("uid", entry.uid()).put("resourceVersion", Long.toString(entry.version()));
            answer = api.put(PATH + "/" + name, object);
        }
        if (answer.code() == 200 || answer.code() == 201) {
            ledger.acknowledged(name, answer.body());
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
