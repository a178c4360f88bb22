package io.everynode.compatibility.clients;

import io.everynode.compatibility.CompatibilityLines;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Makes each test of a class a line of the table of compatibility: its display name tells what is called. */
final class Results implements TestWatcher, AfterAllCallback {

    private final CompatibilityLines lines;
    private final String file;

    Results(String area, String client, String file) {
        this.lines = new CompatibilityLines(area, client);
        this.file = file;
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        lines.pass(context.getDisplayName());
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        lines.fail(context.getDisplayName(), firstLine(cause));
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        lines.fail(context.getDisplayName(), firstLine(cause));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        lines.fail(context.getDisplayName(), reason.orElse("not tried"));
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        lines.write(file);
    }
}
