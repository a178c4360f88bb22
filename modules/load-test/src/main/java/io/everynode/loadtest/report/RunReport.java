package io.everynode.loadtest.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/** A whole run as JSON: under which circumstances, and what was measured for each number of nodes. For one thread. */
public final class RunReport {

    /** Told in each file, so that what reads it knows its form. */
    public static final String FORMAT = "everynode-load-test/1";

    private final ObjectNode head;
    private final List<SizeResult> sizes = new ArrayList<>();

    /** @param circumstances whatever shall stand in the file besides */
    public RunReport(ObjectNode circumstances) {
        this.head = Json.object().put("format", FORMAT);
        head.setAll(circumstances);
    }

    public void add(SizeResult size) {
        sizes.add(size);
    }

    public List<SizeResult> sizes() {
        return List.copyOf(sizes);
    }

    /** What was measured remains, and why there is no more of it. */
    public void failed(String why) {
        head.put("failed", why);
    }

    public ObjectNode toJson() {
        ObjectNode json = head.deepCopy();
        ArrayNode list = json.putArray("sizes");
        for (SizeResult size : sizes) {
            ObjectNode one = list.addObject().put("nodes", size.nodes());
            ArrayNode phases = one.putArray("phases");
            size.phases().forEach(phase -> phases.add(phase.toJson()));
        }
        return json;
    }
}
