package io.everynode.apiserver.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * A list's own metadata.
 *
 * @param continueToken "" on the last page
 * @param remaining null when unknown
 */
public record ListMeta(long version, String continueToken, Long remaining) {

    public ObjectNode toJson() {
        ObjectNode meta = Json.object();
        meta.put("resourceVersion", String.valueOf(version));
        if (!continueToken.isEmpty()) {
            meta.put("continue", continueToken);
            if (remaining != null) {
                meta.put("remainingItemCount", remaining);
            }
        }
        return meta;
    }
}
