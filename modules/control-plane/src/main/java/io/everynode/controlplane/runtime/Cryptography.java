package io.everynode.controlplane.runtime;

import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Has Java's cryptography (TLS, sealed Secrets, signatures) done by native code where there is some for this machine.
 * Java's own uses the processor's instructions for AES only in what HotSpot's second compiler compiled, which the
 * server does without (docs/adr/0016, 0063): TLS would be its largest cost.
 */
public final class Cryptography {

    private static final String PROVIDER = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    /** {@code false} leaves all to Java. */
    private static final String PROPERTY = "everynode.native-cryptography";

    private Cryptography() {}

    /** To be called first by a {@code main}. Without native code for this machine nothing changes. */
    public static void prepare() {
        if (!"false".equals(System.getProperty(PROPERTY))) {
            provider().ifPresent(provider -> Security.insertProviderAt(provider, 1));
        }
    }

    /** Empty where its library is not there, or cannot be loaded: it then offers nothing. */
    static Optional<Provider> provider() {
        return ServiceLoader.load(Provider.class).stream()
                .filter(found -> found.type().getName().equals(PROVIDER))
                .findFirst()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.getService("Cipher", "AES/GCM/NoPadding") != null);
    }
}
