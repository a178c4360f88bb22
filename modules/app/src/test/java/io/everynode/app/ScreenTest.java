package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private static final String UP = "\u001b[1A\u001b[2K";

    private final StringWriter out = new StringWriter();

    @Test
    void onATerminalTheTableIsDrawnInPlaceBelowTheLines() {
        Screen screen = new Screen(new PrintWriter(out), true);
        screen.table(List.of("a", "b"));
        screen.table(List.of("a", "b"));
        screen.line("ready");
        screen.table(List.of("c"));
        assertThat(out.toString()).isEqualToNormalizingNewlines("a\nb\n" + UP + UP + "ready\na\nb\n" + UP + UP + "c\n");
    }

    @Test
    void whatIsKeptIsNotErased() {
        Screen screen = new Screen(new PrintWriter(out), true);
        screen.table(List.of("a"));
        screen.keep();
        screen.line("done");
        assertThat(out.toString()).isEqualToNormalizingNewlines("a\ndone\n");
    }

    @Test
    void elsewhereThereAreOnlyLines() {
        Screen screen = new Screen(new PrintWriter(out), false);
        screen.table(List.of("a"));
        screen.line("ready");
        assertThat(out.toString()).isEqualToNormalizingNewlines("ready\n");
    }
}
