package io.everynode.nodes.endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection to a port of a Pod. Its two streams are used by a thread each; closing it makes both fail. */
public interface PortConnection extends Closeable {

    /** What the Pod sends; ends when it has closed its side. */
    InputStream input();

    /** What the Pod gets; written as it comes, so a buffer would have to be flushed by each write. */
    OutputStream output();

    /** The client sends no more; what the Pod sends still comes. */
    void endOutput() throws IOException;

    /** Over a socket, which is connected already. */
    static PortConnection of(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        OutputStream output = socket.getOutputStream();
        return new PortConnection() {
            @Override
            public InputStream input() {
                return input;
            }

            @Override
            public OutputStream output() {
                return output;
            }

            @Override
            public void endOutput() throws IOException {
                socket.shutdownOutput();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
