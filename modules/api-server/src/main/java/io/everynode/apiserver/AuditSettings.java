package io.everynode.apiserver;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings below {@code everynode.api-server.audit}.
 *
 * @param directory of the records; empty for memory alone
 * @param maxRefused how many kinds of refused requests are told apart
 * @param maxSecretReads how many kinds of reads of Secrets are told apart
 * @param maxPodSecurity how many kinds of writes that Pod Security audits are told apart
 * @param saveInterval how often records that have changed are written
 * @param keep a kind that was not seen for so long is forgotten
 */
record AuditSettings(
        Optional<Path> directory,
        int maxRefused,
        int maxSecretReads,
        int maxPodSecurity,
        Duration saveInterval,
        Duration keep) {

    static AuditSettings of(Config apiServer) {
        Config own = apiServer.getConfig("audit");
        String directory = own.getString("directory");
        return new AuditSettings(
                directory.isEmpty() ? Optional.empty() : Optional.of(Path.of(directory)),
                own.getInt("max-refused"),
                own.getInt("max-secret-reads"),
                own.getInt("max-pod-security"),
                own.getDuration("save-interval"),
                own.getDuration("keep"));
    }

    AuditSettings in(Path other) {
        return directory.isPresent()
                ? this
                : new AuditSettings(Optional.of(other), maxRefused, maxSecretReads, maxPodSecurity, saveInterval, keep);
    }
}
