package io.everynode.core.placement;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * A few entries in their order, in one array: labels and amounts, of which each Node has some. A fifth of the memory of
 * a hash map, and quicker to ask as long as it is small. Immutable.
 */
final class CompactMap<V> extends AbstractMap<String, V> {

    /** Beyond, a hash map is quicker. */
    private static final int LARGEST = 16;

    /** Keys at even places, each followed by its value. */
    private final Object[] entries;

    /** A bit for each key's hash: most keys that are not there are told by it. */
    private final long mask;

    private CompactMap(Object[] entries) {
        this.entries = entries;
        long bits = 0;
        for (int i = 0; i < entries.length; i += 2) {
            bits |= bit(entries[i].hashCode());
        }
        this.mask = bits;
    }

    private static long bit(int hash) {
        return 1L << (hash ^ hash >>> 12);
    }

    /** Whether a map is, or would better be, one of these. */
    static boolean fits(Map<String, ?> map) {
        return map.size() <= LARGEST;
    }

    static <V> Map<String, V> copyOf(Map<String, V> map) {
        if (map instanceof CompactMap<V> same) {
            return same;
        }
        Object[] entries = new Object[map.size() * 2];
        int at = 0;
        for (Map.Entry<String, V> entry : map.entrySet()) {
            entries[at++] = entry.getKey();
            entries[at++] = entry.getValue();
        }
        return new CompactMap<>(entries);
    }

    @SuppressWarnings("unchecked")
    private V value(int at) {
        return (V) entries[at + 1];
    }

    @Override
    public V get(Object key) {
        int at = place(key);
        return at < 0 ? null : value(at);
    }

    @Override
    public boolean containsKey(Object key) {
        return place(key) >= 0;
    }

    private int place(Object key) {
        if (key instanceof String wanted) {
            int hash = wanted.hashCode();
            if ((mask & bit(hash)) == 0) {
                return -1;
            }
            for (int i = 0; i < entries.length; i += 2) {
                String known = (String) entries[i];
                if (known == wanted || known.hashCode() == hash && known.equals(wanted)) {
                    return i;
                }
            }
        }
        return -1;
    }

    @Override
    public int size() {
        return entries.length / 2;
    }

    @Override
    public Set<Map.Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return entries.length / 2;
            }

            @Override
            public Iterator<Map.Entry<String, V>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < entries.length;
                    }

                    @Override
                    public Map.Entry<String, V> next() {
                        if (next >= entries.length) {
                            throw new NoSuchElementException();
                        }
                        next += 2;
                        return new SimpleImmutableEntry<>((String) entries[next - 2], value(next - 2));
                    }
                };
            }
        };
    }
}
