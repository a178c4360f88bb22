package io.everynode.objects.schema;

import java.util.Collection;
import java.util.Optional;

/** A structured type with named fields, such as PodSpec. */
public interface ObjectType {

    /** Full name such as "io.k8s.api.core.v1.PodSpec". */
    String name();

    String description();

    Optional<Field> field(String name);

    /** In schema order. */
    Collection<Field> fields();
}
