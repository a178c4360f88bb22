package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.OrphanPod;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.PodClaim;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients do that changes whose Pods are: deletions that orphan or wait, labels, owner references, Pods by hand.
 */
final class OwnershipClients {

    private static final Caller ADMIN = new Caller("admin", "kubectl");
    private static final List<String> APPS = List.of("agent", "logger");
    private static final int POD_NAMES = 4;

    private final Cluster cluster;
    private final Chance chance;
    private final SimGateway gateway;
    private final Clients clients;
    private int pods;

    OwnershipClients(Cluster cluster, SimGateway gateway, Clients clients) {
        this.cluster = cluster;
        this.chance = cluster.chance;
        this.gateway = gateway;
        this.clients = clients;
    }

    void act() {
        switch (chance.below(7)) {
            case 0, 1 -> deleteDaemonSet(Propagation.ORPHAN);
            case 2 -> deleteDaemonSet(Propagation.FOREGROUND);
            case 3 ->
                changePod("{'metadata':{'labels':{'app':'" + (chance.oneIn(2) ? "mine" : chance.of(APPS)) + "'}}}");
            case 4 -> changePod("{'metadata':{'ownerReferences':null}}");
            default -> createPod();
        }
    }

    private CatalogVersion version() {
        return cluster.jvm(cluster.anyJvm()).current();
    }

    /** Often one of the name is there again soon, maybe while Pods of the one before are still on their way. */
    private void deleteDaemonSet(Propagation propagation) {
        List<StoredObject> all = new ArrayList<>();
        version().list(Kinds.DAEMON_SET, "").forEach(all::add);
        if (!all.isEmpty()) {
            StoredObject one = chance.of(all);
            gateway.write(
                    ADMIN,
                    Kinds.DAEMON_SET,
                    one.namespace(),
                    one.name(),
                    new ObjectWrite.Delete(Precondition.NONE, null, propagation),
                    null);
            if (!chance.oneIn(3)) {
                cluster.queue.in(chance.between(5, 6_000), clients::createDaemonSet);
            }
        }
    }

    private void changePod(String body) {
        List<StoredObject> all = new ArrayList<>();
        for (StoredObject pod : version().list(Kinds.POD, "")) {
            if (pod instanceof StoredDaemonPod) {
                all.add(pod);
            }
        }
        if (!all.isEmpty()) {
            StoredObject pod = chance.of(all);
            write(
                    Kinds.POD,
                    pod.namespace(),
                    pod.name(),
                    new ObjectWrite.Patch(
                            "", PatchType.MERGE, Clients.json(body), FieldValidation.IGNORE, Precondition.NONE));
        }
    }

    private void createPod() {
        String name = "by-hand-" + (1 + pods++ % POD_NAMES);
        ObjectNode pod = Clients.json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                + "','namespace':'default','labels':{'app':'" + chance.of(APPS) + "'}},"
                + "'spec':{'containers':[{'name':'main','image':'app:1','resources':{'requests':{'cpu':'200m'}}}]}}");
        write(Kinds.POD, "default", name, new ObjectWrite.Create(pod, chance.uid()));
    }

    private void write(Kind kind, String namespace, String name, ObjectWrite write) {
        gateway.write(ADMIN, kind, namespace, name, write, null);
    }

    /** A Pod that a DaemonSet should own and does not, once all is quiet; or "". */
    static String notAdopted(CatalogVersion catalog) {
        for (String node : catalog.orphans().nodes()) {
            for (OrphanPod orphan : catalog.orphans().on(node)) {
                for (DaemonSetState daemonSet : catalog.daemonSets().values()) {
                    if (catalog.node(node).exists()
                            && daemonSet.current() != null
                            && !daemonSet.current().spec().deleting()
                            && daemonSet.namespace().equals(orphan.namespace())
                            && PodClaim.wanted(
                                    orphan.labels(),
                                    orphan.controller(),
                                    daemonSet.current().spec().selector(),
                                    daemonSet.current().uid())) {
                        return orphan + " is not adopted by " + daemonSet.name();
                    }
                }
            }
        }
        return "";
    }
}
