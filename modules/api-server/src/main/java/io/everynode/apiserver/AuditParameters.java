package io.everynode.apiserver;

import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /everynode/v1/audit} is asked. Pure. */
final class AuditParameters {

    static final int DEFAULT_LIMIT = 100;
    static final int HIGHEST_LIMIT = 10_000;

    private static final Set<String> KNOWN = Set.of(
            "since", "until", "user", "object", "namespace", "verb", "all", "limit", "continue", "pretty", "timeout");
    private static final Set<String> VERBS = Set.of("create", "update", "patch", "delete", "deletecollection");
    private static final Pattern DAYS = Pattern.compile("([0-9]{1,5})d(.*)");

    private AuditParameters() {}

    /**
     * @param now to which durations are relative
     * @throws ApiFailure with 400 for what cannot be understood
     */
    static AuditQuery parse(Query query, Instant now) {
        for (String name : query.names()) {
            if (!KNOWN.contains(name)) {
                throw wrong("unknown parameter \"" + name + "\"");
            }
        }
        List<String> object = object(query.text("object"));
        Kind kind = object.get(0).isEmpty() ? null : kind(object.get(0));
        String namespace = object.get(1).isEmpty() ? query.text("namespace") : object.get(1);
        if (!namespace.isEmpty() && kind != null && !kind.namespaced()) {
            throw wrong("a " + kind.kind() + " is in no namespace");
        }
        Long limit = query.number("limit");
        Long before = query.number("continue");
        if (limit != null && (limit < 1 || limit > HIGHEST_LIMIT)) {
            throw wrong("limit must be 1 to " + HIGHEST_LIMIT);
        }
        if (before != null && before < 0) {
            throw wrong("continue must be what an earlier answer said");
        }
        return new AuditQuery(
                query.text("since").isEmpty() ? 0 : time("since", query.text("since"), now),
                query.text("until").isEmpty() ? Long.MAX_VALUE : time("until", query.text("until"), now),
                parts(query.texts("user")),
                kind,
                namespace,
                object.get(2),
                verbs(query.texts("verb")),
                query.flag("all"),
                limit == null ? DEFAULT_LIMIT : limit.intValue(),
                before == null ? 0 : before);
    }

    /** Kind, namespace and name, each maybe "". */
    private static List<String> object(String text) {
        if (text.isEmpty()) {
            return List.of("", "", "");
        }
        String[] parts = text.split("/", -1);
        boolean empty = parts.length > 3;
        for (String part : parts) {
            empty |= part.isEmpty();
        }
        if (empty) {
            throw wrong("object must be KIND, KIND/NAME or KIND/NAMESPACE/NAME, not \"" + text + "\"");
        }
        return List.of(parts[0], parts.length == 3 ? parts[1] : "", parts.length == 1 ? "" : parts[parts.length - 1]);
    }

    /** By kind, plural, singular or short name, with or without the group behind a dot. */
    private static Kind kind(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        String name = dot < 0 ? wanted : wanted.substring(0, dot);
        Optional<Kind> found = Kinds.all().stream()
                .filter(kind -> dot < 0 || kind.group().equals(wanted.substring(dot + 1)))
                .filter(kind -> kind.plural().equals(name)
                        || kind.singular().equals(name)
                        || kind.shortNames().contains(name)
                        || kind.kind().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
        return found.orElseThrow(() -> wrong("no kind \"" + text + "\" is served"));
    }

    private static Set<String> verbs(List<String> texts) {
        List<String> verbs = parts(texts);
        for (String verb : verbs) {
            if (!VERBS.contains(verb)) {
                throw wrong("verb must be create, update, patch, delete or deletecollection, not \"" + verb + "\"");
            }
        }
        return Set.copyOf(verbs);
    }

    /** Repeated, or with commas. */
    private static List<String> parts(List<String> texts) {
        List<String> all = new ArrayList<>();
        for (String text : texts) {
            for (String part : text.split(",")) {
                if (!part.isBlank()) {
                    all.add(part.strip());
                }
            }
        }
        return List.copyOf(all);
    }

    /** A time such as 2026-11-22T10:00:00Z, or how long ago, such as 90m, 1h30m or 7d. */
    private static long time(String name, String text, Instant now) {
        try {
            if (text.indexOf('T') > 0) {
                return OffsetDateTime.parse(text).toInstant().toEpochMilli();
            }
            Matcher days = DAYS.matcher(text);
            Duration ago = days.matches()
                    ? Duration.ofDays(Long.parseLong(days.group(1))).plus(Durations.parse(days.group(2)))
                    : Durations.parse(text);
            return Math.max(0, now.minus(ago).toEpochMilli());
        } catch (DateTimeException | ApiFailure e) {
            throw wrong(
                    name + " must be a time such as 2026-11-22T10:00:00Z, or how long ago, such as 90m or 7d, not \""
                            + text + "\"");
        }
    }

    private static ApiFailure wrong(String why) {
        return new ApiFailure(ApiStatus.badRequest(why));
    }
}
