package io.everynode.controlplane.state;

import io.everynode.core.object.Derived;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** All components of a record in their order, without those that are {@link Derived}. */
final class RecordCodec extends StateCodec<Object> {

    private final MethodHandle[] getters;
    private final StateCodec<Object>[] codecs;
    private final MethodHandle maker;

    RecordCodec(Class<?> type) {
        List<MethodHandle> found = new ArrayList<>();
        List<StateCodec<?>> of = new ArrayList<>();
        List<Class<?>> parameters = new ArrayList<>();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            for (RecordComponent component : type.getRecordComponents()) {
                if (component.isAnnotationPresent(Derived.class)) {
                    continue;
                }
                Method getter = component.getAccessor();
                getter.setAccessible(true);
                found.add(lookup.unreflect(getter).asType(MethodType.methodType(Object.class, Object.class)));
                of.add(StateCodec.of(component.getGenericType()));
                parameters.add(component.getType());
            }
            Constructor<?> constructor = type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            maker = lookup.unreflectConstructor(constructor)
                    .asType(MethodType.genericMethodType(parameters.size()))
                    .asSpreader(Object[].class, parameters.size());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be written", e);
        }
        getters = found.toArray(MethodHandle[]::new);
        codecs = array(of);
    }

    @SuppressWarnings("unchecked")
    private static StateCodec<Object>[] array(List<StateCodec<?>> codecs) {
        return (StateCodec<Object>[]) codecs.toArray(StateCodec<?>[]::new);
    }

    @Override
    public void write(StateOutput out, Object value) throws IOException {
        for (int i = 0; i < getters.length; i++) {
            codecs[i].write(out, get(getters[i], value));
        }
    }

    @Override
    public Object read(StateInput in) throws IOException {
        Object[] values = new Object[codecs.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = codecs[i].read(in);
        }
        try {
            return (Object) maker.invokeExact(values);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("not a state", e);
        }
    }

    private static Object get(MethodHandle getter, Object value) {
        try {
            return (Object) getter.invokeExact(value);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
