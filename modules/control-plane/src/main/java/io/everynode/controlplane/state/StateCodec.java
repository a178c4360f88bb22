package io.everynode.controlplane.state;

import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * Writes and reads values of a type: records by all their components, as reflection finds them, so that none can be
 * forgotten; texts, numbers, enums, maps, lists, sets and {@link JsonBytes}. A type that is none of these is refused
 * when the codec is made. The bytes are for the same version of the program only. Thread-safe.
 */
public abstract class StateCodec<T> {

    private static final Map<Type, StateCodec<?>> KNOWN = new ConcurrentHashMap<>();

    private static final Map<String, Kind> KINDS =
            Kinds.all().stream().collect(Collectors.toMap(Kind::qualifiedResource, Function.identity()));

    /** @param value may be null if it is an object */
    public abstract void write(StateOutput out, T value) throws IOException;

    public abstract T read(StateInput in) throws IOException;

    /** @throws IllegalArgumentException for a type that cannot be written */
    @SuppressWarnings("unchecked")
    public static <T> StateCodec<T> of(Class<T> type) {
        return (StateCodec<T>) of((Type) type);
    }

    static StateCodec<?> of(Type type) {
        StateCodec<?> known = KNOWN.get(type);
        if (known == null) {
            known = make(type);
            KNOWN.put(type, known);
        }
        return known;
    }

    private static StateCodec<?> make(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            if (generic.getRawType() == PMap.class || generic.getRawType() == TreePMap.class) {
                return new Persistent(of(of[0]), of(of[1]));
            }
            if (generic.getRawType() == Map.class) {
                return new Plain(of(of[0]), of(of[1]));
            }
            if (generic.getRawType() == List.class) {
                return new Lists(of(of[0]));
            }
            if (generic.getRawType() == Set.class) {
                return new Sets(of(of[0]));
            }
        } else if (type == String.class) {
            return codec(StateOutput::text, StateInput::text);
        } else if (type == long.class) {
            return codec((StateOutput out, Long value) -> out.number(value), StateInput::number);
        } else if (type == int.class) {
            return codec((StateOutput out, Integer value) -> out.number(value), in -> (int) in.number());
        } else if (type == boolean.class) {
            return codec((StateOutput out, Boolean value) -> out.bool(value), StateInput::bool);
        } else if (type == Long.class) {
            return orNull(codec((StateOutput out, Long value) -> out.number(value), StateInput::number));
        } else if (type == Integer.class) {
            return orNull(codec((StateOutput out, Integer value) -> out.number(value), in -> (int) in.number()));
        } else if (type == JsonBytes.class) {
            return orNull(codec(
                    (StateOutput out, JsonBytes value) -> out.bytes(value.utf8()), in -> new JsonBytes(in.bytes())));
        } else if (type == Kind.class) {
            return orNull(
                    codec((StateOutput out, Kind kind) -> out.text(kind.qualifiedResource()), in -> kind(in.text())));
        } else if (type instanceof Class<?> one && one.isRecord()) {
            return orNull(new RecordCodec(one));
        } else if (type instanceof Class<?> one && one.isEnum()) {
            Object[] constants = one.getEnumConstants();
            return orNull(codec((StateOutput out, Enum<?> value) -> out.count(value.ordinal()), in ->
                    (Enum<?>) constants[place(in.size(), constants.length)]));
        }
        throw new IllegalArgumentException("a state with a " + type.getTypeName() + ", which cannot be written");
    }

    /** The kind of this {@linkplain Kind#qualifiedResource name}. */
    public static Kind kind(String name) throws IOException {
        Kind kind = KINDS.get(name);
        if (kind == null) {
            throw new IOException("no kind " + name);
        }
        return kind;
    }

    private static int place(int place, int end) throws IOException {
        if (place >= end) {
            throw new IOException("no constant " + place);
        }
        return place;
    }

    private interface Writing<T> {
        void write(StateOutput out, T value) throws IOException;
    }

    private interface Reading<T> {
        T read(StateInput in) throws IOException;
    }

    private static <T> StateCodec<T> codec(Writing<T> writing, Reading<T> reading) {
        return new StateCodec<>() {
            @Override
            public void write(StateOutput out, T value) throws IOException {
                writing.write(out, value);
            }

            @Override
            public T read(StateInput in) throws IOException {
                return reading.read(in);
            }
        };
    }

    private static <T> StateCodec<T> orNull(StateCodec<T> codec) {
        return new StateCodec<>() {
            @Override
            public void write(StateOutput out, T value) throws IOException {
                out.bool(value != null);
                if (value != null) {
                    codec.write(out, value);
                }
            }

            @Override
            public T read(StateInput in) throws IOException {
                return in.bool() ? codec.read(in) : null;
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static StateCodec<Object> any(StateCodec<?> codec) {
        return (StateCodec<Object>) codec;
    }

    /** Which of the two persistent maps it is stays so: one is sorted. */
    private static final class Persistent extends StateCodec<PMap<Object, Object>> {
        private final StateCodec<Object> keys;
        private final StateCodec<Object> values;

        Persistent(StateCodec<?> keys, StateCodec<?> values) {
            this.keys = any(keys);
            this.values = any(values);
        }

        @Override
        public void write(StateOutput out, PMap<Object, Object> map) throws IOException {
            out.count((long) map.size() << 1 | (map instanceof TreePMap ? 1 : 0));
            for (Map.Entry<Object, Object> entry : map.entrySet()) {
                keys.write(out, entry.getKey());
                values.write(out, entry.getValue());
            }
        }

        @Override
        public PMap<Object, Object> read(StateInput in) throws IOException {
            int form = in.size();
            int size = form >> 1;
            boolean sorted = (form & 1) == 1;
            if (size == 0) {
                return sorted ? TreePMap.fromSortedMap(Collections.emptySortedMap()) : HashTreePMap.empty();
            }
            if (!sorted) {
                PMap<Object, Object> map = HashTreePMap.empty();
                for (int i = 0; i < size; i++) {
                    map = map.plus(keys.read(in), values.read(in));
                }
                return map;
            }
            SortedMap<Object, Object> map = new TreeMap<>();
            for (int i = 0; i < size; i++) {
                map.put(keys.read(in), values.read(in));
            }
            return TreePMap.fromSortedMap(map);
        }
    }

    /** Keeps the order, as objects are rendered from such maps. */
    private static final class Plain extends StateCodec<Map<Object, Object>> {
        private final StateCodec<Object> keys;
        private final StateCodec<Object> values;

        Plain(StateCodec<?> keys, StateCodec<?> values) {
            this.keys = any(keys);
            this.values = any(values);
        }

        @Override
        public void write(StateOutput out, Map<Object, Object> map) throws IOException {
            out.count(map == null ? 0 : map.size() + 1L);
            if (map != null) {
                for (Map.Entry<Object, Object> entry : map.entrySet()) {
                    keys.write(out, entry.getKey());
                    values.write(out, entry.getValue());
                }
            }
        }

        @Override
        public Map<Object, Object> read(StateInput in) throws IOException {
            int size = in.size() - 1;
            if (size <= 0) {
                return size < 0 ? null : Map.of();
            }
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                map.put(keys.read(in), values.read(in));
            }
            return Collections.unmodifiableMap(map);
        }
    }

    private static final class Lists extends StateCodec<List<Object>> {
        private final StateCodec<Object> elements;

        Lists(StateCodec<?> elements) {
            this.elements = any(elements);
        }

        @Override
        public void write(StateOutput out, List<Object> list) throws IOException {
            out.count(list == null ? 0 : list.size() + 1L);
            if (list != null) {
                for (Object element : list) {
                    elements.write(out, element);
                }
            }
        }

        @Override
        public List<Object> read(StateInput in) throws IOException {
            int size = in.size() - 1;
            if (size <= 0) {
                return size < 0 ? null : List.of();
            }
            List<Object> list = new ArrayList<>(Math.min(size, 1024));
            for (int i = 0; i < size; i++) {
                list.add(elements.read(in));
            }
            return Collections.unmodifiableList(list);
        }
    }

    private static final class Sets extends StateCodec<Set<Object>> {
        private final StateCodec<Object> elements;

        Sets(StateCodec<?> elements) {
            this.elements = any(elements);
        }

        @Override
        public void write(StateOutput out, Set<Object> set) throws IOException {
            out.count(set.size());
            for (Object element : set) {
                elements.write(out, element);
            }
        }

        @Override
        public Set<Object> read(StateInput in) throws IOException {
            int size = in.size();
            Set<Object> set = new LinkedHashSet<>();
            for (int i = 0; i < size; i++) {
                set.add(elements.read(in));
            }
            return size == 0 ? Set.of() : Collections.unmodifiableSet(set);
        }
    }
}
