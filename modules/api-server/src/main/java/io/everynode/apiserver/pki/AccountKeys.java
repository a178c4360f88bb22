package io.everynode.apiserver.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of ServiceAccounts' tokens, from a file that may change meanwhile: the first one signs, tokens of all of
 * them count. The file is looked at when the keys are asked for, at most once a second; one that cannot be used changes
 * nothing and is told in the log. Thread-safe.
 */
public final class AccountKeys {

    private static final Logger LOG = LoggerFactory.getLogger(AccountKeys.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int P256_BITS = 256;

    private final Optional<Path> file;
    private final InstantSource clock;
    private volatile List<KeyPair> keys;
    private volatile Instant nextLook;
    private String stamp = "";

    private AccountKeys(Optional<Path> file, InstantSource clock, List<KeyPair> keys) {
        this.file = file;
        this.clock = clock;
        this.keys = keys;
        this.nextLook = clock.instant();
    }

    /** A new one, which ends with the process. */
    public static AccountKeys make() {
        return new AccountKeys(Optional.empty(), InstantSource.system(), List.of(Keys.make()));
    }

    static AccountKeys open(Path file, InstantSource clock) throws PkiException {
        AccountKeys opened = new AccountKeys(Optional.of(file), clock, List.of());
        opened.load(file);
        return opened;
    }

    /** At least one, the first with its private half; the same list as long as it is not changed. */
    public List<KeyPair> newest() {
        if (file.isPresent() && !clock.instant().isBefore(nextLook)) {
            look(file.get());
        }
        return keys;
    }

    private synchronized void look(Path path) {
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            return;
        }
        nextLook = now.plus(LOOK_EVERY);
        try {
            if (!stamp(path).equals(stamp)) {
                load(path);
                LOG.info("the keys of accounts' tokens are {}", keys.size());
            }
        } catch (PkiException e) {
            LOG.error("the keys of accounts' tokens stay: {}", e.getMessage());
        }
    }

    private void load(Path path) throws PkiException {
        // Said once of the same file.
        stamp = stamp(path);
        try {
            List<KeyPair> there = Pem.keyPairs(PkiDirectory.text(path));
            if (there.isEmpty() || there.get(0).getPrivate() == null) {
                throw new PkiException("no private key, followed by its public one, comes first");
            }
            for (KeyPair each : there) {
                if (!(each.getPublic() instanceof ECPublicKey key)
                        || key.getParams().getOrder().bitLength() != P256_BITS) {
                    throw new PkiException("a key is not on P-256");
                }
            }
            keys = there;
        } catch (PkiException e) {
            throw new PkiException(path + ": " + e.getMessage(), e);
        }
    }

    private static String stamp(Path path) throws PkiException {
        try {
            return Files.getLastModifiedTime(path) + " " + Files.size(path);
        } catch (IOException e) {
            throw new PkiException("cannot read " + path, e);
        }
    }
}
