package io.everynode.controlplane.journal;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The JDBC URL by which this JVM opens the journal, always the same, so that all its pools share one H2 database. */
final class JdbcUrls {
    /** PostgreSQL cuts {@code application_name} at 63 bytes, and sessions of a fenced member are found by it. */
    private static final Pattern MEMBER = Pattern.compile("[A-Za-z0-9._:@-]{1,50}");

    private static final Map<String, String> H2_DEFAULTS = new TreeMap<>(Map.of(
            // Each commit reaches the file before it returns; by default kill -9 loses what was acknowledged.
            "WRITE_DELAY", "0",
            // The database ends with JournalDatabase.close(), after the actors; not by a hook beside them.
            "DB_CLOSE_ON_EXIT", "FALSE",
            "LOCK_TIMEOUT", "10000",
            // No log file beside the database; its errors reach us as exceptions.
            "TRACE_LEVEL_FILE", "0",
            // With WRITE_DELAY=0 nothing compacts the file in between; a clean close may take so many milliseconds.
            "MAX_COMPACT_TIME", "3000"));

    private static final Map<String, String> POSTGRES_DEFAULTS = new TreeMap<>(Map.of(
            "reWriteBatchedInserts",
            "true",
            "tcpKeepAlive",
            "true",
            // Seconds. A server that vanished without a word must fail a persist, not hang it for hours.
            "connectTimeout",
            "5",
            // Also the handshake with a server that is frozen must end.
            "loginTimeout",
            "5",
            "socketTimeout",
            "60"));

    /**
     * A persist that hangs for so many seconds has failed, so that a server in place of a vanished one is used soon.
     */
    private static final String WRITER_TIMEOUT = "20";

    private JdbcUrls() {}

    /** Settings that the URL already has win, except for those that name the member. */
    static String forJournal(DatabaseSettings settings, String member) {
        if (!MEMBER.matcher(member).matches()) {
            throw new IllegalArgumentException(
                    "a member's id has 1 to 50 letters, digits and any of . _ : @ - but not \"" + member + "\"");
        }
        return settings.kind() == DatabaseSettings.Kind.H2 ? h2(settings.url()) : postgres(settings.url(), member);
    }

    /** The same for Pekko's plugin. */
    static String forPlugin(DatabaseSettings settings, String member) {
        String url = forJournal(settings, member);
        boolean chosen = settings.url().contains("socketTimeout=");
        return settings.kind() == DatabaseSettings.Kind.H2 || chosen
                ? url
                : url.replace("socketTimeout=60", "socketTimeout=" + WRITER_TIMEOUT);
    }

    private static String h2(String url) {
        StringBuilder full = new StringBuilder(url);
        String upper = url.toUpperCase(Locale.ROOT);
        H2_DEFAULTS.forEach((key, value) -> {
            if (!upper.contains(";" + key + "=")) {
                full.append(';').append(key).append('=').append(value);
            }
        });
        return full.toString();
    }

    private static String postgres(String url, String member) {
        String[] halves = url.split("\\?", 2);
        Map<String, String> parameters = new LinkedHashMap<>();
        if (halves.length == 2) {
            for (String parameter : halves[1].split("&")) {
                String[] pair = parameter.split("=", 2);
                parameters.put(pair[0], pair.length == 2 ? URLDecoder.decode(pair[1], StandardCharsets.UTF_8) : "true");
            }
        }
        POSTGRES_DEFAULTS.forEach(parameters::putIfAbsent);
        parameters.put("ApplicationName", MemberFence.applicationName(member));
        // The member's id is a start-up option and not a SET, so that no RESET in a pool can take it away. (A pool
        // outside
        // of this JVM, such as pgbouncer, has to pass it on; without it the trigger refuses writes.) The fence is
        // checked
        // after waiting for a lock, which works in read committed only. A JVM that froze inside a transaction loses it,
        // and with it the lock that all writers wait for, after 10 s at the latest.
        String options = "-c everynode.member=" + member
                + " -c default_transaction_isolation=read\\ committed"
                + " -c lock_timeout=30s -c idle_in_transaction_session_timeout=10s";
        parameters.merge("options", options, (theirs, ours) -> theirs + " " + ours);
        StringJoiner query = new StringJoiner("&", halves[0] + "?", "");
        parameters.forEach((key, value) -> query.add(
                key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
        return query.toString();
    }
}
