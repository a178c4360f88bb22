package io.everynode.faults.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database that someone else runs; its links can be cut, itself it is left alone. */
record GivenDatabase(String url, String user, String password) implements LocalDatabase {

    /** With one host; a list of them is left as it is. */
    private static final Pattern URL = Pattern.compile("jdbc:postgresql://([^/:,?]+)(?::(\\d{1,5}))?(/[^?]*)?(\\?.*)?");

    private static final int DEFAULT_PORT = 5432;

    @Override
    public void kill() throws IOException {
        throw notOurs();
    }

    @Override
    public void start() throws IOException {
        throw notOurs();
    }

    @Override
    public void freeze() throws IOException {
        throw notOurs();
    }

    @Override
    public void thaw() throws IOException {
        throw notOurs();
    }

    private static IOException notOurs() {
        return new IOException("the database was given with --database; only an embedded one is killed or frozen");
    }

    @Override
    public void stop() {
        // It is not ours.
    }

    @Override
    public String url(String host, int port) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            return url;
        }
        return "jdbc:postgresql://" + host + ":" + port + orEmpty(parts.group(3)) + orEmpty(parts.group(4));
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    @Override
    public Optional<InetSocketAddress> address() {
        Matcher parts = URL.matcher(url);
        return parts.matches()
                ? Optional.of(new InetSocketAddress(
                        parts.group(1), parts.group(2) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(2))))
                : Optional.empty();
    }

    @Override
    public String state() {
        return "given";
    }
}
