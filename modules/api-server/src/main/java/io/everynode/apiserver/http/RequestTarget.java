package io.everynode.apiserver.http;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.apache.pekko.http.scaladsl.model.Uri$;
import org.apache.pekko.http.scaladsl.model.Uri$ParsingMode$Relaxed$;
import org.apache.pekko.http.scaladsl.model.Uri$Path$Empty$;
import org.apache.pekko.http.scaladsl.model.Uri$Path$Segment;
import org.apache.pekko.http.scaladsl.model.Uri$Path$Slash;
import org.apache.pekko.http.scaladsl.model.Uri$Path$SlashOrEmpty;
import org.parboiled2.ParserInput$;
import scala.Option;

/** What a request's first line names (RFC 9112, section 3.2), as Pekko HTTP's parser reads it. Pure. */
final class RequestTarget {

    private static final Uri BASE = Uri$.MODULE$.apply("http://localhost/");
    private static final Uri.ParsingMode RELAXED = Uri$ParsingMode$Relaxed$.MODULE$;
    private static final Uri.Authority NO_AUTHORITY = Uri.Authority$.MODULE$.Empty();

    private RequestTarget() {}

    /** @throws RuntimeException of Pekko HTTP's parser when it is none */
    static Uri parse(String target) {
        if (target.contains("/.") || target.contains("%2")) {
            // Against an address, so that segments of dots are gone.
            return Uri$.MODULE$.parseAndResolve(
                    ParserInput$.MODULE$.apply(target), BASE, StandardCharsets.UTF_8, RELAXED);
        }
        Uri plain = plain(target);
        return plain != null
                ? plain
                : Uri$.MODULE$.parseHttpRequestTarget(
                        ParserInput$.MODULE$.apply(target), StandardCharsets.UTF_8, RELAXED);
    }

    /** A path with or without a query, as nearly all are, where nothing needs a parser; null for all others. */
    private static Uri plain(String target) {
        if (target.length() < 2 || target.charAt(0) != '/') {
            return null;
        }
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        for (int i = 1; i < end; i++) {
            char c = target.charAt(i);
            if (!isUnreserved(c) && (c != '/' || target.charAt(i - 1) == '/')) {
                return null;
            }
        }
        for (int i = end + 1; i < target.length(); i++) {
            char c = target.charAt(i);
            if (!isUnreserved(c) && c != '=' && c != '&') {
                return null;
            }
        }
        Option<String> rawQuery = query < 0 ? Option.empty() : Option.apply(target.substring(query + 1));
        return Uri$.MODULE$.apply("", NO_AUTHORITY, path(target, end), rawQuery, Option.empty());
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '-' || c == '.' || c == '_';
    }

    private static Uri.Path path(String target, int end) {
        Uri.Path path = Uri$Path$Empty$.MODULE$;
        int after = end;
        while (after > 0) {
            int slash = target.lastIndexOf('/', after - 1);
            if (slash + 1 < after) {
                path = new Uri$Path$Segment(target.substring(slash + 1, after), (Uri$Path$SlashOrEmpty) path);
            }
            path = new Uri$Path$Slash(path);
            after = slash;
        }
        return path;
    }
}
