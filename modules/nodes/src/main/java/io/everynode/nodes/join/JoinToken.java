package io.everynode.nodes.join;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A token as it is given, or the file that has it. Its text does not show it. */
public final class JoinToken {

    private final String text;
    private final Path file;

    private JoinToken(String text, Path file) {
        this.text = text;
        this.file = file;
    }

    public static JoinToken of(String text) {
        return new JoinToken(text, null);
    }

    /** Read anew each time, so that a new one counts without a restart. */
    public static JoinToken in(Path file) {
        return new JoinToken(null, file);
    }

    String read() throws JoinFailure {
        try {
            String token = (file == null ? text : Files.readString(file, StandardCharsets.US_ASCII)).strip();
            if (!token.matches("[A-Za-z0-9._~+/=-]+")) {
                throw new JoinFailure(
                        (file == null ? "--token" : file.toString()) + " has no token such as 6 letters, a dot and 16");
            }
            return token;
        } catch (IOException e) {
            throw new JoinFailure("cannot read the token in " + file);
        }
    }

    @Override
    public String toString() {
        return file == null ? "a token" : file.toString();
    }
}
