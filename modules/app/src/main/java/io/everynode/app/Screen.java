package io.everynode.app;

import java.io.PrintWriter;
import java.util.List;

/**
 * Standard output: lines that stay, and below them on a terminal a table that is drawn anew in its place. Thread-safe.
 */
final class Screen {

    private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";

    private final PrintWriter out;
    private final boolean terminal;
    private int drawn;
    private List<String> shown = List.of();

    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether standard input and output are a terminal that can move its cursor. */
    static boolean isTerminal() {
        String term = System.getenv("TERM");
        return System.console() != null && term != null && !term.equals("dumb");
    }

    boolean terminal() {
        return terminal;
    }

    /** A line that stays, above the table. */
    synchronized void line(String text) {
        erase();
        out.println(text);
        draw();
    }

    /** Replaces the table; without a terminal nothing happens. */
    synchronized void table(List<String> lines) {
        if (terminal && !lines.equals(shown)) {
            erase();
            shown = List.copyOf(lines);
            draw();
        }
    }

    /** What is drawn stays where it is; later lines go below it. */
    synchronized void keep() {
        drawn = 0;
        shown = List.of();
    }

    private void erase() {
        out.print(UP_AND_CLEAR.repeat(drawn));
        drawn = 0;
    }

    private void draw() {
        shown.forEach(out::println);
        drawn = shown.size();
        out.flush();
    }
}
