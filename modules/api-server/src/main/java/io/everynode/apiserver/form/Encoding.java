package io.everynode.apiserver.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.encode.ProtobufEncoder;
import io.everynode.objects.encode.WholeBody;
import io.everynode.objects.encode.YamlEncoder;
import java.util.Optional;

/** In which bytes answers are written, in the order in which the server prefers and names them. */
public enum Encoding {
    JSON("json", "application/json"),
    YAML("yaml", YamlEncoder.MEDIA_TYPE),
    PROTOBUF("vnd.kubernetes.protobuf", ProtobufEncoder.MEDIA_TYPE);

    private final String subtype;
    private final String mediaType;

    Encoding(String subtype, String mediaType) {
        this.subtype = subtype;
        this.mediaType = mediaType;
    }

    /** After "application/". */
    public String subtype() {
        return subtype;
    }

    public String mediaType() {
        return mediaType;
    }

    /** Whether a watch can be written in it; YAML has no frames. */
    public boolean streams() {
        return this != YAML;
    }

    /**
     * A whole JSON answer in this encoding; empty when it has no such form and stays JSON, as documents that are no API
     * objects do.
     */
    public Optional<byte[]> encode(byte[] json) {
        if (this == JSON) {
            return Optional.of(json);
        }
        ObjectNode tree = Json.parse(json);
        if (!tree.has("kind")) {
            return Optional.empty();
        }
        return this == YAML ? Optional.of(YamlEncoder.encode(tree)) : WholeBody.protobuf(tree);
    }
}
