package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.everynode.access");
    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event);
        }
    };
    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
        appender.start();
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(Level.WARN);
        server.close();
    }

    @Test
    void tellsEachRequestInOneLine() {
        TestServer.Answer answer = server.send(
                "POST",
                "/api/v1/nodes?dryRun=All",
                "{\"metadata\":{\"name\":\"n\"}}",
                "Content-Type",
                "application/json",
                "User-Agent",
                "odd \"agent\" id=1");
        server.get("/nope");

        await().until(() -> lines.size() == 2);
        assertThat(lines.get(0).getLevel()).isEqualTo(Level.INFO);
        assertThat(lines.get(0).getFormattedMessage())
                .startsWith(
                        "method=POST path=\"/api/v1/nodes?dryRun=All\" agent=\"odd \\\"agent\\\" id=1\" code=201 ms=")
                .endsWith(" bytes=" + answer.body().length + " user=system:admin id=" + answer.header("Audit-Id"));
        assertThat(lines.get(1).getLevel()).isEqualTo(Level.DEBUG);
        assertThat(lines.get(1).getFormattedMessage()).contains("code=404");
    }

    @Test
    void renewalsOfNodeLeasesAreToldAsReads() {
        String leases = "/apis/coordination.k8s.io/v1/namespaces/";
        for (String namespace : List.of("kube-node-lease", "kube-system")) {
            server.send(
                    "PATCH", leases + namespace + "/leases/n", "{}", "Content-Type", "application/merge-patch+json");
        }

        await().until(() -> lines.size() == 2);
        assertThat(lines).extracting(ILoggingEvent::getLevel).containsExactly(Level.DEBUG, Level.INFO);
    }

    @Test
    void commandsStayOut() {
        server.post("/api/v1/namespaces/default/pods/p/exec?command=login&command=--password%3Dx", "");

        await().until(() -> lines.size() == 1);
        assertThat(lines.get(0).getFormattedMessage())
                .contains("path=\"/api/v1/namespaces/default/pods/p/exec\"")
                .doesNotContain("password");
    }

    @Test
    void aWatchIsToldWhenItEnds() {
        server.configMap("a", "");
        TestServer.Watch watch = server.watch("/api/v1/configmaps?watch=true&timeoutSeconds=1");
        int creations = lines.size();

        assertThat(watch.brief()).isEqualTo("ADDED a");
        assertThat(lines).hasSize(creations);
        assertThat(watch.brief()).isEqualTo("END");

        await().until(() -> lines.size() == creations + 1);
        assertThat(lines.get(creations).getFormattedMessage())
                .contains("code=200")
                .doesNotContain("bytes=0 ");
    }
}
