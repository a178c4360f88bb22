package io.everynode.nodes.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The stream of a terminal's sizes, one JSON object after the other ({@code {"Width":80,"Height":24}},
 * client-go/tools/remotecommand/resize.go). What is none is passed over.
 */
final class TerminalSizes implements Receiver {

    private static final int LONGEST = 1024;
    private static final int MAX = 65_535;

    private final StringBuilder text = new StringBuilder();
    private TerminalSize newest;
    private Consumer<TerminalSize> action;

    @Override
    public void data(byte[] bytes, int offset, int length) {
        for (char c : new String(bytes, offset, length, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (text.length() < LONGEST) {
                text.append(c);
            }
            if (c == '}') {
                told(text.toString());
                text.setLength(0);
            }
        }
    }

    private void told(String json) {
        JsonNode size;
        try {
            size = Json.parse(json.getBytes(StandardCharsets.ISO_8859_1));
        } catch (RuntimeException e) {
            return;
        }
        int columns = size.path("Width").asInt();
        int rows = size.path("Height").asInt();
        if (columns < 1 || columns > MAX || rows < 1 || rows > MAX) {
            return;
        }
        synchronized (this) {
            newest = new TerminalSize(columns, rows);
            if (action != null) {
                action.accept(newest);
            }
        }
    }

    synchronized void onSize(Consumer<TerminalSize> wanted) {
        action = wanted;
        if (newest != null) {
            wanted.accept(newest);
        }
    }

    @Override
    public void end() {}
}
