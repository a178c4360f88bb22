package io.everynode.controlplane.membership;

import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import scala.Option;

/**
 * TLS between members, both of which show a certificate: each connection gets an engine of its own, so that keys and
 * authorities can change while the process runs. Thread-safe.
 */
public interface MemberTls {

    /** For a connection to another member; in client mode, and whom it talks to is looked at by it. */
    SSLEngine client(String host, int port);

    /** For a connection from another member; without a certificate of one there is none. */
    SSLEngine server();

    /** Why somebody at the other end was refused a moment ago, for people; empty when nobody was. */
    Optional<String> refused();

    /** What has an actor system talk by these engines, if its transport is tls-tcp. */
    static Setup setup(MemberTls tls) {
        return SSLEngineProviderSetup.create(system -> new Engines(tls));
    }

    /** As Pekko asks for them. Who is at the other end was looked at in the handshake. */
    record Engines(MemberTls tls) implements SSLEngineProvider {
        @Override
        public SSLEngine createServerSSLEngine(String hostname, int port) {
            return tls.server();
        }

        @Override
        public SSLEngine createClientSSLEngine(String hostname, int port) {
            return tls.client(hostname, port);
        }

        @Override
        public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
            return Option.empty();
        }

        @Override
        public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
            return Option.empty();
        }
    }
}
