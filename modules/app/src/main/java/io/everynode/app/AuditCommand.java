package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code everynode audit}: asks a running server who changed what. */
@Command(
        name = "audit",
        description = "Tells who changed what, when, from where and how, the newest first.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class AuditCommand implements Callable<Integer> {

    private static final String AUDIT = "/everynode/v1/audit";

    /** The server gives no more at once. */
    private static final int MOST_AT_ONCE = 10_000;

    /** How the answer is written. */
    enum Form {
        text,
        json
    }

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "data/kubeconfig",
            description = "Where the API is (default: ${DEFAULT-VALUE}).")
    private Path kubeconfig;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Changes from then on: 2026-11-22T10:00:00Z, or how long ago, such as 90m, 24h, 7d.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Changes up to then, likewise.")
    private String until;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Of this user; * stands for any characters; repeatable.")
    private List<String> users = List.of();

    @Option(
            names = "--object",
            paramLabel = "KIND[/[NAMESPACE/]NAME]",
            description = "Of this object, or of all of the kind, such as ds/default/agent, node/n1, secrets.")
    private String object;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Of objects in this namespace.")
    private String namespace;

    @Option(
            names = "--verb",
            paramLabel = "VERB",
            description = "create, update, patch, delete or deletecollection; repeatable.")
    private List<String> verbs = List.of();

    @Option(names = "--all", description = "Also what nodes, controllers and the scheduler did.")
    private boolean all;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--refused", description = "Requests that this server refused lately (401, 403), like ones as one.")
    private boolean refused;

    @Option(names = "--secret-reads", description = "Who was shown Secrets by this server lately, likewise.")
    private boolean secretReads;

    @Option(
            names = "--pod-security",
            description = "Writes through this server lately that violate what their namespace audits, likewise.")
    private boolean podSecurity;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}).")
    private Form form;

    @Spec
    private CommandSpec spec;

    private int left;
    private long next;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        JournalPlace.keepNoLog();
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
        }
        ApiClient api = ApiClient.of(kubeconfig);
        PrintWriter out = spec.commandLine().getOut();
        if (refused || secretReads || podSecurity) {
            records(api, out);
        } else {
            changes(api, out);
        }
        out.flush();
        return 0;
    }

    private void records(ApiClient api, PrintWriter out) throws StartFailure, InterruptedException {
        ApiClient.Answer answer =
                api.send("GET", AUDIT + (refused ? "/refused" : secretReads ? "/secret-reads" : "/pod-security"), null);
        if (answer.code() != 200 || answer.body() == null) {
            throw new StartFailure(answer.refusal());
        }
        if (form == Form.text) {
            out.println(AuditOutput.recordHead());
        }
        int shown = 0;
        for (JsonNode record : answer.body().path("items")) {
            if (shown++ < limit) {
                out.println(form == Form.json ? record : AuditOutput.record(record));
            }
        }
    }

    /** The server ends an answer when it has looked at much of the journal; the rest is asked for. */
    private void changes(ApiClient api, PrintWriter out) throws StartFailure, InterruptedException {
        left = limit;
        next = 0;
        StartFailure[] broken = {null};
        do {
            long from = next;
            next = 0;
            api.lines(AUDIT + parameters(from), line -> {
                switch (Json.text(line, "kind")) {
                    case "AuditEntry" -> {
                        out.println(form == Form.json ? line : AuditOutput.entry(line));
                        left--;
                    }
                    case "AuditEnd" -> next = line.path("continue").asLong();
                    default -> broken[0] = new StartFailure(Json.text(line, "message"));
                }
            });
            if (broken[0] != null) {
                throw broken[0];
            }
        } while (next > 0 && left > 0);
    }

    private String parameters(long from) {
        StringBuilder text = new StringBuilder("?limit=").append(Math.min(left, MOST_AT_ONCE));
        put(text, "since", since);
        put(text, "until", until);
        put(text, "object", object);
        put(text, "namespace", namespace);
        users.forEach(user -> put(text, "user", user));
        verbs.forEach(verb -> put(text, "verb", verb));
        put(text, "all", all ? "true" : null);
        put(text, "continue", from == 0 ? null : Long.toString(from));
        return text.toString();
    }

    private static void put(StringBuilder text, String name, String value) {
        if (value != null) {
            text.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
