package io.everynode.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCauseTest {

    @Test
    void isOneLineOfText() {
        RequestCause cause = new RequestCause(
                "3f2a", "10.0.0.7", "PATCH", "/api/v1/namespaces/team/configmaps/a b", "system:admin", "kubectl label");
        assertThat(cause.text())
                .isEqualTo("request 3f2a 10.0.0.7 PATCH /api/v1/namespaces/team/configmaps/a%20b by=system:admin "
                        + "command=kubectl%20label");
        assertThat(RequestCause.parse(cause.text())).contains(cause);
    }

    @Test
    void whatOlderVersionsWroteIsARequestWithoutDetails() {
        assertThat(RequestCause.parse("request 3f2a")).contains(RequestCause.of("3f2a"));
        assertThat(RequestCause.of("3f2a").text()).isEqualTo("request 3f2a");
        assertThat(RequestCause.parse("journal 4711")).isEmpty();
        assertThat(RequestCause.parse("")).isEmpty();
        assertThat(RequestCause.parse("request ")).contains(RequestCause.of(""));
    }

    @Test
    void longTextsAreCut() {
        RequestCause cause =
                new RequestCause("i", "a", "PUT", "/" + "p".repeat(5_000), "s".repeat(5_000), "c".repeat(500));
        RequestCause read = RequestCause.parse(cause.text()).orElseThrow();
        assertThat(read.path()).hasSize(RequestCause.LONGEST_PATH);
        assertThat(read.sender()).hasSize(RequestCause.LONGEST_SENDER);
        assertThat(read.command()).hasSize(RequestCause.LONGEST_COMMAND);
    }

    @Property(tries = 300)
    void whateverClientsSayIsReadAsTheySaidIt(
            @ForAll @StringLength(max = 20) String path,
            @ForAll @StringLength(max = 20) String sender,
            @ForAll @StringLength(max = 20) String command) {
        RequestCause cause = new RequestCause("id", "::1", "POST", "/" + whole(path), whole(sender), whole(command));
        assertThat(cause.text()).matches("[\\x20-\\x7e]*");
        assertThat(RequestCause.parse(cause.text())).contains(cause);
    }

    /** Half a surrogate pair is no text. */
    private static String whole(String text) {
        return text.replaceAll("\\p{Cs}", "");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/api/v1/namespaces/team/secrets,team,secrets,,,create",
        "PUT,/api/v1/namespaces/team/secrets/s,team,secrets,s,,update",
        "PATCH,/apis/apps/v1/namespaces/team/daemonsets/d/status,team,daemonsets,d,status,patch",
        "DELETE,/api/v1/nodes/n,,nodes,n,,delete",
        "DELETE,/api/v1/namespaces/team/pods,team,pods,,,deletecollection",
        "POST,/api/v1/namespaces/team/pods/p/eviction,team,pods,p,eviction,create",
        "DELETE,/api/v1/namespaces/team,,namespaces,team,,delete",
        "PUT,/api/v1/namespaces/team/finalize,,namespaces,team,finalize,update",
        "GET,/api/v1/nodes,,nodes,,,",
        "POST,/version,,,,,create",
        "POST,/api/v1,,,,,create",
        "POST,/,,,,,create"
    })
    void aPathNamesAPlace(
            String method,
            String path,
            String namespace,
            String resource,
            String name,
            String subresource,
            String verb) {
        RequestedPlace place = RequestedPlace.of(path);
        assertThat(place).isEqualTo(new RequestedPlace(text(namespace), text(resource), text(name), text(subresource)));
        if (!text(resource).isEmpty()) {
            assertThat(place.verb(method)).isEqualTo(text(verb));
        }
    }

    private static String text(String cell) {
        return cell == null ? "" : cell;
    }
}
