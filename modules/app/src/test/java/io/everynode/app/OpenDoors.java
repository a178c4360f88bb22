package io.everynode.app;

import java.util.Map;

/** Settings of a server over plain HTTP, for tests of other things than who gets in. */
final class OpenDoors {

    private OpenDoors() {}

    static Map<String, Object> at(int port) {
        return Map.of(
                "everynode.api-server.port",
                port,
                "everynode.api-server.tls.mode",
                "off",
                "everynode.authentication.mode",
                "none");
    }
}
