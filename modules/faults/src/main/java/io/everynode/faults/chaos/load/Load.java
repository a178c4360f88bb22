package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All clients of a run: some change what DaemonSets, Pods and Nodes are and can be stopped for a calm; others,
 * counters, candidates and readers, go on all the time; watchers see it all at each address.
 */
public final class Load {

    /** Of each watched resource, the namespace. */
    private static final Map<String, String> WATCHED = new TreeMap<>(Map.of(
            "pods", Worker.NAMESPACE,
            "daemonsets", Worker.NAMESPACE,
            "configmaps", Worker.NAMESPACE,
            "leases", Worker.NAMESPACE,
            "nodes", ""));

    private final List<Api> members;
    private final List<Api> all;
    private final Recorder recorder;
    private final long seed;
    private final Gate changes = new Gate();
    private final Gate always = new Gate();
    private final NodeUser nodeUser;
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Nothing runs before {@link #start}.
     *
     * @param members each JVM's address
     * @param all those and the load balancer's if there is one
     * @param nodesRejoin whether a Node that was deleted joins again by itself
     */
    public Load(List<Api> members, List<Api> all, Recorder recorder, long seed, boolean nodesRejoin) {
        this.members = List.copyOf(members);
        this.all = List.copyOf(all);
        this.recorder = recorder;
        this.seed = seed;
        this.nodeUser = new NodeUser(all, changes, seed, nodesRejoin);
    }

    /** Makes the namespace, and begins. */
    public void start() throws InterruptedException {
        ObjectNode namespace = Json.object();
        namespace.put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", Worker.NAMESPACE);
        Answer made = members.get(0).create("load", new Key("namespaces", "", Worker.NAMESPACE), namespace, "");
        if (!made.isDone() && made.status() != 409) {
            throw new IllegalStateException("the namespace could not be made: " + made);
        }
        for (Api api : all) {
            WATCHED.forEach((resource, in) -> watchers.add(new Watcher(api, resource, in, recorder)));
        }
        watchers.forEach(watcher -> run(watcher.name(), watcher));
        List<Worker> workers = new ArrayList<>(
                List.of(new DaemonSetUser(all, changes, seed), new PodDeleter(all, changes, seed), nodeUser));
        for (Api api : all) {
            workers.add(new CounterUser(api.endpoint(), List.of(api), always, seed));
        }
        for (Api api : members) {
            workers.add(new Candidate(api, always, seed, recorder));
        }
        for (int reader = 1; reader <= 2; reader++) {
            workers.add(new Reader(reader, all, always, seed));
        }
        workers.forEach(worker -> run(worker.name, worker));
    }

    private void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** No more changes; returns when those under way are answered. */
    public void calm() throws InterruptedException {
        changes.close();
    }

    /** Takes back what was done to Nodes. False if that could not be done now. */
    public boolean cleanNodes() throws InterruptedException {
        return nodeUser.cleanAll();
    }

    public void goOn() {
        changes.open();
    }

    /**
     * Changes one object of each watched resource in nothing that matters, so that each watch has something to tell.
     *
     * @return the version of the change, of each resource of which there is an object
     */
    public Map<String, Long> mark(Api api, String mark) throws InterruptedException {
        Map<String, Long> versions = new TreeMap<>();
        for (Map.Entry<String, String> each : WATCHED.entrySet()) {
            Answer list = api.list("marker", each.getKey(), each.getValue());
            if (list.body().path("items").isEmpty()) {
                continue;
            }
            String object = Json.text(list.body().path("items").get(0), "metadata", "name");
            ObjectNode patch = Json.object();
            patch.putObject("metadata").putObject("annotations").put("chaos/mark", mark);
            Answer done = api.patch("marker", new Key(each.getKey(), each.getValue(), object), patch);
            if (done.isDone()) {
                versions.put(each.getKey(), done.version());
            }
        }
        return versions;
    }

    /** The watchers that have not seen everything up to these versions. */
    public List<String> behind(Map<String, Long> versions) {
        return watchers.stream()
                .filter(watcher -> watcher.through() < versions.getOrDefault(watcher.resource(), 0L))
                .map(watcher ->
                        watcher.name() + " is at " + watcher.through() + " of " + versions.get(watcher.resource()))
                .toList();
    }

    /** How often a watcher was told that its version is gone. */
    public int relists() {
        return watchers.stream().mapToInt(Watcher::gone).sum();
    }

    public int watchConnections() {
        return watchers.stream().mapToInt(Watcher::connections).sum();
    }

    /** Ends everything. */
    public void end() {
        changes.end();
        always.end();
        watchers.forEach(Watcher::end);
        threads.forEach(Thread::interrupt);
    }
}
