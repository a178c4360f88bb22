package io.everynode.faults.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a supervisor is spoken to: a socket in the cluster's directory, which only its owner can enter. A request is one
 * line, a JSON list of words; the answer is lines of text that begin with a blank, and a last one with {@code =} and
 * the exit code, or {@code !} and what went wrong.
 */
final class ControlSocket implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);
    private static final String NAME = "control";

    /** Does what was said. */
    interface Listener {
        void hear(List<String> words, Consumer<String> told) throws Exception;

        /** After the answer has gone out. */
        void answered(List<String> words);
    }

    private final ServerSocketChannel channel;

    private ControlSocket(ServerSocketChannel channel) {
        this.channel = channel;
    }

    static ControlSocket serve(Path directory, Listener listener) throws IOException {
        Path file = directory.resolve(NAME);
        Files.deleteIfExists(file);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(file));
        Thread acceptor = new Thread(() -> accept(channel, listener), "control");
        acceptor.setDaemon(true);
        acceptor.start();
        return new ControlSocket(channel);
    }

    private static void accept(ServerSocketChannel channel, Listener listener) {
        try {
            while (true) {
                SocketChannel client = channel.accept();
                // Each in a thread of its own: a rolling restart may be watched meanwhile.
                Thread thread = new Thread(() -> answer(client, listener), "control client");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            log.debug("no more commands", closed);
        }
    }

    private static void answer(SocketChannel client, Listener listener) {
        try (client;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(Channels.newOutputStream(client), true, StandardCharsets.UTF_8)) {
            String line = in.readLine();
            if (line == null) {
                // It only looked whether somebody is here.
                return;
            }
            List<String> words = new ArrayList<>();
            for (JsonNode word : Json.mapper().readTree(line)) {
                words.add(word.asText());
            }
            try {
                listener.hear(words, text -> out.println(" " + text));
                out.println("=0");
            } catch (Exception e) {
                log.info("{}: {}", words, e.toString());
                out.println("!" + (e.getMessage() == null ? e : e.getMessage().replace('\n', ' ')));
            }
            listener.answered(words);
        } catch (IOException gone) {
            log.debug("a client has gone", gone);
        }
    }

    private static SocketChannel connect(Path directory) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve(NAME)));
    }

    static boolean isServed(Path directory) {
        try (SocketChannel channel = connect(directory)) {
            return channel.isConnected();
        } catch (IOException none) {
            return false;
        }
    }

    /** @return the exit code */
    static int send(Path directory, List<String> words, PrintWriter told, PrintWriter wrong) throws IOException {
        SocketChannel connected;
        try {
            connected = connect(directory);
        } catch (IOException none) {
            throw new IOException("no cluster runs in " + directory + " (scripts/cluster up starts one)", none);
        }
        try (SocketChannel channel = connected;
                PrintWriter out = new PrintWriter(Channels.newOutputStream(channel), true, StandardCharsets.UTF_8);
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
            ArrayNode request = Json.mapper().createArrayNode();
            words.forEach(request::add);
            out.println(request);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("=")) {
                    return Integer.parseInt(line.substring(1));
                }
                if (line.startsWith("!")) {
                    wrong.println("everynode cluster: " + line.substring(1));
                    return 1;
                }
                told.println(line.substring(1));
            }
        }
        throw new IOException("the cluster's supervisor has ended");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
