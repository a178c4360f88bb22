package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;

/** Encodes an object once while anybody uses its bytes, and again if memory was short in between. */
abstract class AbstractStoredObject implements StoredObject {

    private final Kind kind;
    private final String namespace;
    private final String name;
    private final String uid;
    private final long resourceVersion;
    private final String persistenceId;
    private final long sequenceNumber;
    private volatile Reference<byte[]> encoded;

    AbstractStoredObject(
            Kind kind,
            String namespace,
            String name,
            String uid,
            long resourceVersion,
            String persistenceId,
            long sequenceNumber) {
        this.kind = kind;
        this.namespace = namespace;
        this.name = name;
        this.uid = uid;
        this.resourceVersion = resourceVersion;
        this.persistenceId = persistenceId;
        this.sequenceNumber = sequenceNumber;
    }

    /** A new tree without resourceVersion. The same version always gives the same tree. */
    abstract ObjectNode render();

    /** The bytes of {@link #tree}. */
    byte[] encode() {
        return Json.encode(tree());
    }

    /** How its bytes are kept for who asks next. */
    Reference<byte[]> keep(byte[] bytes) {
        return new SoftReference<>(bytes);
    }

    /** The same object as of another journal row: the state a removed object had at its end. */
    abstract StoredObject at(long newResourceVersion, long newSequenceNumber);

    @Override
    public final byte[] json() {
        Reference<byte[]> reference = encoded;
        byte[] bytes = reference == null ? null : reference.get();
        if (bytes == null) {
            bytes = encode();
            encoded = keep(bytes);
        }
        return bytes;
    }

    @Override
    public final ObjectNode tree() {
        ObjectNode tree = render();
        Json.child(tree, "metadata").put("resourceVersion", Long.toString(resourceVersion));
        return tree;
    }

    @Override
    public final Kind kind() {
        return kind;
    }

    @Override
    public final String namespace() {
        return namespace;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String uid() {
        return uid;
    }

    @Override
    public final long resourceVersion() {
        return resourceVersion;
    }

    @Override
    public final String persistenceId() {
        return persistenceId;
    }

    @Override
    public final long sequenceNumber() {
        return sequenceNumber;
    }

    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name + "@" + resourceVersion;
    }
}
