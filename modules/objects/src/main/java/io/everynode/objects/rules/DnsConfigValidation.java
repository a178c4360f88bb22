package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A Pod's own resolver settings (core validation validatePodDNSConfig); the limits are those of Linux' libc. */
final class DnsConfigValidation {

    private static final int NAMESERVERS = 3;
    private static final int SEARCHES = 32;
    private static final int SEARCH_CHARACTERS = 2048;

    private DnsConfigValidation() {}

    static void validate(JsonNode spec, String field, Causes causes) {
        JsonNode config = spec.path("dnsConfig");
        List<String> servers = Trees.texts(config, "nameservers");
        if (Trees.text(spec, "dnsPolicy").equals("None")) {
            if (!spec.has("dnsConfig")) {
                causes.required(field, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }
            if (servers.isEmpty()) {
                causes.required(
                        field + ".nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }
        if (servers.size() > NAMESERVERS) {
            causes.invalid(
                    field + ".nameservers",
                    config.path("nameservers"),
                    "must not have more than " + NAMESERVERS + " nameservers");
        }
        for (int i = 0; i < servers.size(); i++) {
            causes.invalid(Trees.at(field + ".nameservers", i), servers.get(i), Formats.ip(servers.get(i)));
        }
        searches(config, field + ".searches", causes);
        int i = 0;
        for (ObjectNode option : Trees.objects(config, "options")) {
            if (Trees.text(option, "name").isEmpty()) {
                causes.required(Trees.at(field + ".options", i), "must not be empty");
            }
            i++;
        }
    }

    private static void searches(JsonNode config, String field, Causes causes) {
        List<String> searches = Trees.texts(config, "searches");
        if (searches.size() > SEARCHES) {
            causes.invalid(field, config.path("searches"), "must not have more than " + SEARCHES + " search paths");
        }
        if (String.join(" ", searches).length() > SEARCH_CHARACTERS) {
            causes.invalid(
                    field,
                    config.path("searches"),
                    "must not have more than " + SEARCH_CHARACTERS
                            + " characters (including spaces) in the search list");
        }
        for (int i = 0; i < searches.size(); i++) {
            String search = searches.get(i);
            String name = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
            // Since Kubernetes 1.34 a lone dot and underscores are fine, as resolvers take them.
            if (!name.isEmpty() || search.isEmpty()) {
                causes.invalid(Trees.at(field, i), name, Formats.dnsSubdomain(name.replace('_', 'x')));
            }
        }
    }
}
