package io.everynode.controlplane;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The cluster as one member sees it. What the others say of themselves is as old as their answers; nothing here is
 * durable or agreed on.
 *
 * @param self the address of the member that tells this
 * @param journal the newest resourceVersion in the database; empty while it cannot be asked
 * @param members by address
 */
public record ClusterView(String self, OptionalLong journal, List<MemberView> members) {

    /** One type's shards on one member. */
    public record ShardCount(int shards, int entities) {}

    /**
     * @param id in the database; "" for a member of a version that did not tell
     * @param status Pekko's word, such as Up or Leaving
     * @param answered whether it was reached and told the rest; else that is empty
     * @param api where its API listens
     * @param notReady why it should get no requests; "" when it is ready
     * @param resourceVersion of its catalog
     * @param singletons that run there
     * @param shards by the type of their entities
     */
    public record MemberView(
            String address,
            String id,
            List<String> roles,
            String status,
            boolean reachable,
            boolean answered,
            String api,
            String notReady,
            long resourceVersion,
            List<String> singletons,
            Map<String, ShardCount> shards) {}

    /** How many versions a member's catalog is behind the newest that is known. */
    public long lag(MemberView member) {
        long newest = journal.orElse(0);
        for (MemberView each : members) {
            newest = Math.max(newest, each.resourceVersion());
        }
        return newest - member.resourceVersion();
    }
}
