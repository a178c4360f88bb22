package io.everynode.faults.cluster;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration file of one member.
 *
 * @param seeds ports of the members that others ask to join; empty: members find each other through the database
 */
record MemberSettings(
        int number, Ports ports, List<Integer> seeds, String url, String user, String password, String more) {

    String text() {
        return "everynode.database {\n  kind = postgres\n  url = " + quoted(url) + "\n  user = " + quoted(user)
                + "\n  password = " + quoted(password) + "\n}\n"
                + everynode()
                + more + "\n";
    }

    private String everynode() {
        return """
                everynode.cluster {
                  # Others dial a proxy, which knows who dials by the address that it comes from.
                  host = "127.0.0.1"
                  port = %d
                  bind-port = %d
                  outbound-host = "%s"
                  seed-nodes = [%s]
                }
                """.formatted(
                        ports.member(number),
                        ports.bound(number),
                        outbound(),
                        seeds.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(", ")));
    }

    private String outbound() {
        return "127.0.1." + number;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
