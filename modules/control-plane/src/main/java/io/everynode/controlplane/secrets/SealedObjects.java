package io.everynode.controlplane.secrets;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.resource.CipherBytes;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;

/** What of an object is secret, and how it is sealed. Pure but for the chance in nonces. */
public final class SealedObjects {

    /** Since this format of the journal (FormatGate). */
    public static final int FORMAT = 4;

    private static final byte[] PURPOSE = AesGcm.utf8("everynode sealed object");

    /** What is not secret, in this order. Annotations may hold all of the object (last-applied-configuration). */
    private static final List<String> TOP = List.of("apiVersion", "kind", "type", "immutable");

    private static final List<String> METADATA = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "ownerReferences",
            "finalizers");

    private SealedObjects() {}

    /** Whether objects of this kind are sealed. */
    public static boolean concerns(Kind kind) {
        return kind.equals(Kinds.SECRET);
    }

    static ResourceEvent.Sealed seal(JsonBytes object, DataKey key) {
        JsonBytes open = open(object.tree());
        byte[] cipher = AesGcm.encrypt(key.key(), object.utf8(), PURPOSE, AesGcm.utf8(key.id()), open.utf8());
        return new ResourceEvent.Sealed(open, key.id(), new CipherBytes(cipher));
    }

    private static JsonBytes open(ObjectNode object) {
        ObjectNode open = Json.object();
        for (String field : TOP) {
            if (object.has(field)) {
                open.set(field, object.get(field));
            }
        }
        ObjectNode metadata = open.putObject("metadata");
        for (String field : METADATA) {
            if (object.path("metadata").has(field)) {
                metadata.set(field, object.path("metadata").get(field));
            }
        }
        metadata.putObject("annotations").put(ResourceEvent.Sealed.MARK, "true");
        return JsonBytes.of(open);
    }

    /** @throws IllegalStateException when it was not sealed with this key, or changed */
    static ResourceEvent.Stored open(ResourceEvent.Sealed sealed, DataKey key) {
        byte[] plain = AesGcm.decrypt(
                key.key(),
                sealed.cipher().bytes(),
                PURPOSE,
                AesGcm.utf8(sealed.key()),
                sealed.object().utf8());
        if (plain == null) {
            throw new IllegalStateException("a sealed object cannot be decrypted with its key " + key.id());
        }
        return new ResourceEvent.Stored(new JsonBytes(plain));
    }
}
