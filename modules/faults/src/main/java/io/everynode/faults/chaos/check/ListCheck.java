package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Listing;
import io.everynode.faults.chaos.record.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** I4 for lists: a list at a version shows what the watches tell for that version. */
final class ListCheck {

    private static final int SHOWN = 5;

    private ListCheck() {}

    static List<Break> of(Map<String, History> histories, List<Listing> listings) {
        List<Break> breaks = new ArrayList<>();
        for (Listing listing : listings) {
            History history = histories.get(listing.resource());
            Optional<Map<Key, Snapshot>> state = history == null ? Optional.empty() : history.at(listing.at());
            state.ifPresent(known -> compare(listing, known, breaks));
        }
        return breaks;
    }

    private static void compare(Listing listing, Map<Key, Snapshot> known, List<Break> breaks) {
        Map<Key, Long> expected = new HashMap<>();
        known.forEach((key, object) -> expected.put(key, object.version()));
        if (expected.equals(listing.versions())) {
            return;
        }
        TreeSet<String> differences = new TreeSet<>();
        expected.forEach((key, version) -> {
            if (!version.equals(listing.versions().get(key))) {
                differences.add(key + " is " + version + " by the watches and "
                        + listing.versions().get(key) + " in the list");
            }
        });
        listing.versions().forEach((key, version) -> {
            if (!expected.containsKey(key)) {
                differences.add(key + " is in the list (" + version + ") and not there by the watches");
            }
        });
        breaks.add(new Break(
                "I4",
                "a list of " + listing.resource() + " from " + listing.endpoint() + " at " + listing.at()
                        + " differs from the watches",
                differences.stream().limit(SHOWN).toList()));
    }
}
