package io.everynode.nodes.agent;

import io.everynode.nodes.agent.plan.ObjectRef;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the ConfigMaps and Secrets that volumes of this node's Pods show: one watch of each, by its name, however
 * many Pods show it (kubernetes/pkg/kubelet/util/manager/watch_based_manager.go). Only versions are kept, no content.
 * Confined to the loop's thread.
 */
final class ObjectWatches {

    private static final Logger log = LoggerFactory.getLogger(ObjectWatches.class);

    /** After a refusal, which somebody who grants rights may end. */
    private static final Duration AGAIN = Duration.ofMinutes(5);

    private record Key(String namespace, ObjectRef ref) {}

    private static final class Watched {
        private final Set<String> pods = new HashSet<>();
        private String version;
        private Runnable end;
    }

    private final AgentApi api;
    private final HollowLoop loop;
    private final Consumer<String> changed;
    private final Map<Key, Watched> watched = new HashMap<>();
    /** By Pod. */
    private final Map<String, Set<Key>> wanted = new HashMap<>();

    /** @param changed is told the UID of a Pod that shows an object of which there is another version */
    ObjectWatches(AgentApi api, HollowLoop loop, Consumer<String> changed) {
        this.api = api;
        this.loop = loop;
        this.changed = changed;
    }

    /** From now on the Pod shows these, and no others. */
    void follow(String pod, String namespace, Set<ObjectRef> refs) {
        Set<Key> keys = new HashSet<>();
        refs.forEach(ref -> keys.add(new Key(namespace, ref)));
        Set<Key> before = keys.isEmpty() ? wanted.remove(pod) : wanted.put(pod, keys);
        for (Key key : keys) {
            Watched one = watched.computeIfAbsent(key, unknown -> new Watched());
            one.pods.add(pod);
            if (one.end == null) {
                begin(key, one);
            }
        }
        if (before != null) {
            before.stream().filter(key -> !keys.contains(key)).forEach(key -> leave(key, pod));
        }
    }

    void forget(String pod) {
        follow(pod, "", Set.of());
    }

    /** The newest version that was told, "" when there is no such object; empty when nothing was told yet. */
    Optional<String> version(String namespace, ObjectRef ref) {
        Watched one = watched.get(new Key(namespace, ref));
        return one == null ? Optional.empty() : Optional.ofNullable(one.version);
    }

    private void leave(Key key, String pod) {
        Watched one = watched.get(key);
        one.pods.remove(pod);
        if (one.pods.isEmpty()) {
            watched.remove(key);
            one.end.run();
        }
    }

    private void begin(Key key, Watched one) {
        boolean secret = key.ref().plural().equals("secrets");
        one.end = api.watchObject(
                secret ? Kinds.SECRET : Kinds.CONFIG_MAP,
                key.namespace(),
                key.ref().name(),
                new AgentApi.ObjectListener() {
                    @Override
                    public void is(String version) {
                        if (!version.equals(one.version)) {
                            one.version = version;
                            Set.copyOf(one.pods).forEach(changed);
                        }
                    }

                    @Override
                    public void refused(String why) {
                        log.warn("{} is not followed: {}", key, why);
                        loop.after(AGAIN, () -> {
                            if (watched.get(key) == one) {
                                one.end.run();
                                begin(key, one);
                            }
                        });
                    }
                });
    }
}
