package io.everynode.apiserver;

import io.everynode.objects.ApiStatus.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * By what name a client is recorded in managedFields: that of {@code fieldManager}, else the beginning of its
 * User-Agent (apiserver/pkg/endpoints/handlers/create.go, managerOrUserAgent; meta/v1 ValidateFieldManager).
 */
final class FieldManagerName {

    private static final int MAX_BYTES = 128;

    private FieldManagerName() {}

    static List<Cause> problems(String field, String manager) {
        if (manager.length() <= MAX_BYTES && plain(manager, manager.length())) {
            return List.of();
        }
        List<Cause> causes = new ArrayList<>();
        if (bytes(manager) > MAX_BYTES) {
            causes.add(Cause.tooLong(field, MAX_BYTES));
        }
        int position = 0;
        for (int point : manager.codePoints().toArray()) {
            if (!printable(point)) {
                causes.add(Cause.invalid(
                        field, manager, String.format("invalid character U+%04X (at position %d)", point, position)));
            }
            position += bytes(Character.toString(point));
        }
        return causes;
    }

    /** @param userAgent such as "kubectl/v1.35.0 (linux/amd64) kubernetes/abc"; "" gives "" */
    static String of(String fieldManager, String userAgent) {
        if (!fieldManager.isEmpty()) {
            return fieldManager;
        }
        int slash = userAgent.indexOf('/');
        int end = slash < 0 ? userAgent.length() : slash;
        if (end <= MAX_BYTES && plain(userAgent, end)) {
            return userAgent.substring(0, end);
        }
        StringBuilder name = new StringBuilder();
        int length = 0;
        for (int point : userAgent.substring(0, end).codePoints().toArray()) {
            if (printable(point)) {
                length += bytes(Character.toString(point));
                if (length > MAX_BYTES) {
                    break;
                }
                name.appendCodePoint(point);
            }
        }
        return name.toString();
    }

    /** Whether it begins with so many characters of printable ASCII, as nearly all do: each is one byte, and kept. */
    private static boolean plain(String text, int length) {
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Go's unicode.IsPrint. */
    private static boolean printable(int point) {
        return point == ' '
                || switch (Character.getType(point)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }
}
