package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A change that comes while news are taken is seen now or the next time, never lost. */
class CatalogNewsTest {

    private final TestJournal journal = new TestJournal();
    private final Set<String> feed = new LinkedHashSet<>();

    private Set<String> emptied() {
        Set<String> taken = Set.copyOf(feed);
        feed.clear();
        return taken;
    }

    private CatalogVersion published(String node) {
        journal.node(node, TestJournal.nodeStored(node));
        CatalogVersion version = journal.fold.version();
        feed.add(node);
        return version;
    }

    @Test
    void whatIsPublishedWhileTheVersionIsReadStaysInTheFeed() {
        CatalogVersion before = published("n1");

        CatalogNews<Set<String>> first = CatalogNews.take(this::emptied, () -> {
            published("n2");
            return before;
        });
        assertThat(first.changed())
                .containsExactly("n1")
                .allMatch(node -> first.version().node(node).exists());

        CatalogNews<Set<String>> second = CatalogNews.take(this::emptied, journal.fold::version);
        assertThat(second.changed())
                .containsExactly("n2")
                .allMatch(node -> second.version().node(node).exists());
    }

    @Test
    void whatIsPublishedWhileTheFeedIsTakenIsInTheVersion() {
        published("n1");

        CatalogNews<Set<String>> news = CatalogNews.take(
                () -> {
                    published("n2");
                    return emptied();
                },
                journal.fold::version);

        assertThat(news.changed())
                .containsExactlyInAnyOrder("n1", "n2")
                .allMatch(node -> news.version().node(node).exists());
    }
}
