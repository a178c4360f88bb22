package io.everynode.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionsTest {

    private static InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void theOldestThatSaysNothingMakesRoom() throws IOException {
        Connections connections = new Connections(100, 2);
        List<String> cut = new ArrayList<>();
        Connections.Place a = connections.enter(address(1), () -> cut.add("a")).orElseThrow();
        connections.enter(address(1), () -> cut.add("b")).orElseThrow();
        a.spoke();
        connections.enter(address(1), () -> cut.add("c")).orElseThrow();
        assertThat(cut).isEmpty();
        connections.enter(address(2), () -> cut.add("d")).orElseThrow();
        assertThat(cut).containsExactly("b");
        a.left();
        assertThat(connections.figures()).isEqualTo(new Connections.Figures(3, 2, 0, 1));
    }

    @Test
    void oneAddressHasSoMany() throws IOException {
        Connections connections = new Connections(2, 100);
        Connections.Place first = connections.enter(address(1), () -> {}).orElseThrow();
        assertThat(connections.enter(address(1), () -> {})).isPresent();
        assertThat(connections.enter(address(1), () -> {})).isEmpty();
        assertThat(connections.enter(address(2), () -> {})).isPresent();
        first.left();
        assertThat(connections.enter(address(1), () -> {})).isPresent();
        assertThat(connections.figures()).isEqualTo(new Connections.Figures(3, 3, 1, 0));
    }
}
