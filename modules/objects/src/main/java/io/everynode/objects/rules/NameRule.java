package io.everynode.objects.rules;

import java.util.List;
import java.util.function.Function;

/** What an object of a kind may be called (apimachinery/pkg/api/validation/generic.go). */
enum NameRule {
    SUBDOMAIN(Formats::dnsSubdomain),
    LABEL(Formats::dnsLabel),
    LABEL_1035(Formats::dns1035Label),
    PATH_SEGMENT(Formats::pathSegment),
    /** Certificate requests may be called anything, but paths must hold the name. */
    ANY(Formats::pathSegment);

    private final Function<String, List<String>> format;

    NameRule(Function<String, List<String>> format) {
        this.format = format;
    }

    /** What is wrong with a whole name. */
    List<String> check(String name) {
        return format.apply(name);
    }

    /** What is wrong with a generateName: a dash at its end is fine, as more follows. */
    List<String> checkPrefix(String prefix) {
        boolean dash = this != PATH_SEGMENT && this != ANY && prefix.length() > 1 && prefix.endsWith("-");
        return format.apply(dash ? prefix.substring(0, prefix.length() - 2) + "a" : prefix);
    }
}
