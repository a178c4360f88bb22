package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.collection.Collectable;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.DaemonPodRenderer;
import io.everynode.core.object.DeletionFinalizers;
import io.everynode.objects.Kinds;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A daemon Pod: the facts of its slot and the template it shares with all others of its revision. */
public final class StoredDaemonPod extends AbstractStoredObject {

    private final DaemonPod pod;
    private final String node;
    private final SharedTemplate template;

    StoredDaemonPod(
            DaemonPod pod,
            String node,
            SharedTemplate template,
            long resourceVersion,
            String persistenceId,
            long sequenceNumber) {
        super(Kinds.POD, pod.namespace(), pod.name(), pod.uid(), resourceVersion, persistenceId, sequenceNumber);
        this.pod = pod;
        this.node = node;
        this.template = template;
    }

    /** Whether an object is a Pod that a DaemonSet has; one that a Node merely keeps is as any other Pod. */
    public static boolean owned(StoredObject object) {
        return object instanceof StoredDaemonPod daemon && !daemon.pod().orphan();
    }

    /** The facts of its slot. */
    public DaemonPod pod() {
        return pod;
    }

    /** The node whose slot it has; it may still wait for room there. */
    public String slotNode() {
        return node;
    }

    /** The admitted template's bytes. */
    public io.everynode.core.object.JsonBytes templateBytes() {
        return template.bytes();
    }

    /** What it takes of its namespace's quotas. */
    QuotaCharge charge() {
        QuotaCharge whole = pod.edited() == null
                ? template.charge()
                : QuotaCharge.ofPod(pod.edited().tree().path("spec"));
        return pod.terminal() ? whole.ended() : whole;
    }

    @Override
    public Map<String, String> labels() {
        if (pod.edited() != null) {
            return StoredJson.labelsOf(pod.edited().tree().path("metadata"));
        }
        Map<String, String> labels = new LinkedHashMap<>(template.labels());
        labels.put("controller-revision-hash", pod.createdBy().revision());
        labels.put("pod-template-generation", Long.toString(pod.createdBy().templateGeneration()));
        return labels;
    }

    @Override
    public boolean terminating() {
        return pod.terminating();
    }

    @Override
    public List<String> finalizers() {
        return pod.finalizers();
    }

    /** Its owners are not told: what becomes of it, its Node decides. */
    @Override
    public Collectable collectable() {
        Collectable plain = super.collectable();
        if (pod.edited() == null) {
            List<String> finalizers = pod.templateFinalizers();
            return finalizers.isEmpty()
                    ? plain
                    : new Collectable(
                            plain.address(),
                            uid(),
                            List.of(),
                            pod.terminating(),
                            finalizers.contains(DeletionFinalizers.FOREGROUND),
                            finalizers.contains(DeletionFinalizers.ORPHAN));
        }
        Collectable all = Collectable.of(plain.address(), pod.edited().tree());
        return new Collectable(
                plain.address(),
                uid(),
                pod.orphan() ? all.owners() : List.of(),
                pod.terminating(),
                all.foreground(),
                all.orphan());
    }

    /** As {@link #tree()} without resourceVersion, only to be read: it shares what it has from the template. */
    public ObjectNode view() {
        return DaemonPodRenderer.view(pod, node, template.tree());
    }

    @Override
    byte[] encode() {
        byte[] bytes = template.shapes().json(pod, node, template.tree(), resourceVersion());
        return bytes == null ? super.encode() : bytes;
    }

    /**
     * Only while somebody writes them: they are put together as quickly as they are copied by some collections, and
     * each Pod that becomes ready would leave three versions.
     */
    @Override
    Reference<byte[]> keep(byte[] bytes) {
        return new WeakReference<>(bytes);
    }

    @Override
    ObjectNode render() {
        return DaemonPodRenderer.render(pod, node, template.tree());
    }

    @Override
    StoredObject at(long newResourceVersion, long newSequenceNumber) {
        return new StoredDaemonPod(pod, node, template, newResourceVersion, persistenceId(), newSequenceNumber);
    }
}
