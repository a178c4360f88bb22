package io.everynode.app;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** Ctrl-C: the first ends the JVM by way of its shutdown hooks, the second ends it at once. */
final class Interrupts {

    /** As shells report a process that SIGINT has ended. */
    static final int EXIT_CODE = 130;

    private Interrupts() {}

    /**
     * Without {@code jdk.unsupported} in the JVM, Ctrl-C keeps its usual meaning.
     *
     * @param announce called once, at the first Ctrl-C
     */
    static void install(Runnable announce) {
        AtomicInteger count = new AtomicInteger();
        Runnable interrupted = () -> {
            if (count.incrementAndGet() > 1) {
                Runtime.getRuntime().halt(EXIT_CODE);
            }
            Thread exit = new Thread(
                    () -> {
                        announce.run();
                        System.exit(EXIT_CODE);
                    },
                    "ctrl-c");
            exit.start();
        };
        try {
            handle(interrupted);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LoggerFactory.getLogger(Interrupts.class)
                    .info("A second Ctrl-C will not end the server at once: {}", "" + e);
        }
    }

    /**
     * While shutdown hooks run, the JVM shows a second SIGINT only to handlers of sun.misc.Signal, which stays in
     * jdk.unsupported until there is another way (JEP 260). It is reached by name because javac's warning about it can
     * be turned off in no other way, and warnings are errors here.
     */
    private static void handle(Runnable interrupted) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(
                Interrupts.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        interrupted.run();
                    }
                    return null;
                });
        Object interrupt = signal.getConstructor(String.class).newInstance("INT");
        signal.getMethod("handle", signal, handler).invoke(null, interrupt, proxy);
    }
}
