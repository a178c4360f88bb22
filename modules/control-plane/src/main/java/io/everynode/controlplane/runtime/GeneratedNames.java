package io.everynode.controlplane.runtime;

import java.util.concurrent.ThreadLocalRandom;

/** Names from {@code metadata.generateName}. */
final class GeneratedNames {

    /** As upstream's generated names (apimachinery/pkg/util/rand). */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX = 5;

    /** A generated name is cut so that it still fits a label (apiserver/pkg/storage/names). */
    private static final int MAX_LENGTH = 63;

    private GeneratedNames() {}

    /** The base, cut if it must be, and five random characters. */
    static String of(String base) {
        int room = MAX_LENGTH - SUFFIX;
        StringBuilder name = new StringBuilder(base.length() > room ? base.substring(0, room) : base);
        for (int i = 0; i < SUFFIX; i++) {
            name.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        return name.toString();
    }
}
