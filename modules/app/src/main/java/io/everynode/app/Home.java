package io.everynode.app;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files that come with the program are: the repository, or what the launcher names. */
final class Home {

    /** System property that the launcher sets. */
    static final String PROPERTY = "everynode.home";

    private Home() {}

    /** A file below {@code config/}; relative to the working directory when that is the repository. */
    static Path config(String name) {
        String home = System.getProperty(PROPERTY, "");
        Path here = Path.of("config", name);
        return home.isEmpty() || Files.exists(here) && isWorkingDirectory(home) ? here : Path.of(home, "config", name);
    }

    private static boolean isWorkingDirectory(String home) {
        return Path.of("")
                .toAbsolutePath()
                .equals(Path.of(home).toAbsolutePath().normalize());
    }
}
