package io.everynode.app;

import io.everynode.apiserver.pki.PkiException;
import io.everynode.apiserver.pki.ServerTls;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Pods are to trust: what the server's clients trust, as its file says now. For one thread at a time. */
final class PublishedAuthority implements Supplier<String> {

    private static final Logger log = LoggerFactory.getLogger(PublishedAuthority.class);

    private final ServerTls tls;
    private String last;

    /** @throws IllegalStateException when there is no such file from the beginning */
    PublishedAuthority(ServerTls tls) {
        this.tls = tls;
        try {
            last = tls.authority();
        } catch (PkiException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** What was there last, while the file cannot be read. */
    @Override
    public synchronized String get() {
        try {
            last = tls.authority();
        } catch (PkiException e) {
            log.warn("the authority that Pods are shown stays: {}", e.getMessage());
        }
        return last;
    }
}
