package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A Lease as it is journaled, with the time of a later renewal, which is not (invariant I8). Renewals are the most
 * frequent writes of all: the answer's bytes are those of the Lease with another time in its place, and no tree is
 * made.
 */
public final class RenewedLease implements StoredObject {

    private final StoredObject lease;
    private final byte[] json;

    private RenewedLease(StoredObject lease, byte[] json) {
        this.lease = lease;
        this.json = json;
    }

    /** Where the time stands in a Lease's bytes, with its quotation marks. */
    private record Place(int begin, int end) {}

    /**
     * A Lease that may be renewed. Its time is looked for once, when it is first asked for. For one thread at a time.
     */
    public static final class Renewable {
        private final StoredObject lease;
        private boolean sought;
        private Place place;

        public Renewable(StoredObject lease) {
            this.lease = lease;
        }

        private Place place() {
            if (!sought) {
                place = RenewedLease.place(lease.json());
                sought = true;
            }
            return place;
        }

        /** {@code spec.renewTime}; "" without one. */
        public String time() {
            Place at = place();
            return at == null
                    ? Json.text(lease.tree(), "spec", "renewTime")
                    : new String(lease.json(), at.begin() + 1, at.end() - at.begin() - 2, StandardCharsets.UTF_8);
        }

        /** The same version of the Lease with another {@code renewTime}. */
        public StoredObject renewed(String renewTime) {
            Place at = isPlain(renewTime) ? place() : null;
            if (at == null) {
                return new RenewedLease(lease, Json.encode(LeaseRenewal.withTime(lease.tree(), renewTime)));
            }
            byte[] old = lease.json();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(old.length + renewTime.length());
            bytes.write(old, 0, at.begin() + 1);
            bytes.writeBytes(renewTime.getBytes(StandardCharsets.US_ASCII));
            bytes.write(old, at.end() - 1, old.length - at.end() + 1);
            return new RenewedLease(lease, bytes.toByteArray());
        }
    }

    /** Whether it stands in JSON as it is. */
    private static boolean isPlain(String time) {
        for (int i = 0; i < time.length(); i++) {
            if (time.charAt(i) < '+' || time.charAt(i) > 'Z') {
                return false;
            }
        }
        return true;
    }

    /** Null when there is no time that stands there as it is. */
    private static Place place(byte[] json) {
        try (JsonParser parser = Json.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT || !enter(parser, "spec") || !enter(parser, "renewTime")) {
                return null;
            }
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return null;
            }
            int begin = (int) parser.currentTokenLocation().getByteOffset();
            // The parser reads on only when the text is wanted.
            String time = parser.getText();
            int end = begin + time.length() + 2;
            boolean asItIs = isPlain(time) && end <= json.length && json[begin] == '"' && json[end - 1] == '"';
            return asItIs ? new Place(begin, end) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From an object's brace to the value of its field; false when it has none. */
    private static boolean enter(JsonParser parser, String field) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            if (name.equals(field)) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    @Override
    public byte[] json() {
        return json;
    }

    @Override
    public ObjectNode tree() {
        return Json.parse(json);
    }

    @Override
    public Kind kind() {
        return lease.kind();
    }

    @Override
    public String namespace() {
        return lease.namespace();
    }

    @Override
    public String name() {
        return lease.name();
    }

    @Override
    public String uid() {
        return lease.uid();
    }

    @Override
    public long resourceVersion() {
        return lease.resourceVersion();
    }

    @Override
    public String persistenceId() {
        return lease.persistenceId();
    }

    @Override
    public long sequenceNumber() {
        return lease.sequenceNumber();
    }

    @Override
    public Map<String, String> labels() {
        return lease.labels();
    }

    @Override
    public List<String> finalizers() {
        return lease.finalizers();
    }
}
