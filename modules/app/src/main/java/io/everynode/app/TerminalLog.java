package io.everynode.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Which log lines the terminal gets; the log file gets all. Named in logback.xml. Thread-safe. */
public final class TerminalLog extends Filter<ILoggingEvent> {

    private static volatile Level threshold = Level.OFF;

    /** From now on warnings, or with {@code verbose} all that is logged. Before the first call nothing is shown. */
    static void show(boolean verbose) {
        threshold = verbose ? Level.TRACE : Level.WARN;
    }

    /** Nothing any more: a server that ends says so itself. */
    static void hide() {
        threshold = Level.OFF;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLevel().isGreaterOrEqual(threshold) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
