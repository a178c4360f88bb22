package io.everynode.apiserver;

import io.everynode.apiserver.http.Connections;
import io.everynode.core.fairness.Level;
import java.util.Locale;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** {@code /metrics}, in Prometheus' text format. No label names a user, an address or an object. Thread-safe. */
final class MetricsDocument {

    static final String PATH = "metrics";

    private static final ContentType TYPE = ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");
    private static final double NANOS = 1e9;

    private final Fairness fairness;
    private final OpenWatches open;
    private final Connections connections;

    MetricsDocument(Fairness fairness, OpenWatches open, Connections connections) {
        this.connections = connections;
        this.fairness = fairness;
        this.open = open;
    }

    HttpResponse answer() {
        return HttpResponse.create()
                .withStatus(200)
                .withEntity(HttpEntities.create(TYPE, ByteString.fromString(text())));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        StringBuilder waiting = head("everynode_requests_waiting", "gauge", "requests that wait for a seat");
        StringBuilder seated = head("everynode_requests_seated", "gauge", "requests that are being worked on");
        StringBuilder begun = head("everynode_requests_begun_total", "counter", "requests that got a seat");
        StringBuilder wait = head("everynode_requests_wait_seconds_total", "counter", "what requests waited in all");
        StringBuilder refused = head("everynode_requests_refused_total", "counter", "requests that were answered 429");
        for (Level level : Level.values()) {
            for (boolean broad : new boolean[] {false, true}) {
                Lane.Figures figures = fairness.figures(level, broad);
                String labels = "level=\"" + level.label() + "\",work=\"" + (broad ? "list" : "single") + "\"";
                line(waiting, "everynode_requests_waiting", labels, figures.waiting());
                line(seated, "everynode_requests_seated", labels, figures.seated());
                line(begun, "everynode_requests_begun_total", labels + ",waited=\"no\"", figures.seatedAtOnce());
                line(begun, "everynode_requests_begun_total", labels + ",waited=\"yes\"", figures.seatedLater());
                line(wait, "everynode_requests_wait_seconds_total", labels, figures.waitNanos() / NANOS);
                figures.refused()
                        .forEach((why, count) -> line(
                                refused,
                                "everynode_requests_refused_total",
                                labels + ",why=\"" + why.name().toLowerCase(Locale.ROOT) + "\"",
                                count));
            }
        }
        text.append(waiting).append(seated).append(begun).append(wait).append(refused);
        text.append(head("everynode_open_watches", "gauge", "watches, followed logs and streams that are open"))
                .append("everynode_open_watches ")
                .append(open.count())
                .append('\n');
        Connections.Figures figures = connections.figures();
        text.append(head("everynode_connections", "gauge", "connections that are open"))
                .append("everynode_connections ")
                .append(figures.open())
                .append('\n');
        text.append(head("everynode_connections_silent", "gauge", "of these, those that have brought no request"))
                .append("everynode_connections_silent ")
                .append(figures.silent())
                .append('\n');
        text.append(head("everynode_connections_cut_total", "counter", "connections that were refused or closed"));
        line(text, "everynode_connections_cut_total", "why=\"address\"", figures.refused());
        line(text, "everynode_connections_cut_total", "why=\"silent\"", figures.cut());
        return text.toString();
    }

    private static StringBuilder head(String name, String type, String help) {
        return new StringBuilder("# HELP ")
                .append(name)
                .append(' ')
                .append(help)
                .append("\n# TYPE ")
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private static void line(StringBuilder to, String name, String labels, double value) {
        to.append(name).append('{').append(labels).append("} ");
        if (value == Math.rint(value)) {
            to.append((long) value);
        } else {
            to.append(value);
        }
        to.append('\n');
    }
}
