package io.everynode.objects.rules;

import java.time.Instant;

/**
 * What a write brings in from outside, so that rules stay pure.
 *
 * @param now the time of the write; creationTimestamp is this, in whole seconds
 * @param uid the new object's UID; unused by updates
 * @param nameSuffix five random letters for generateName; unused when the object has a name
 */
public record WriteContext(Instant now, String uid, String nameSuffix) {}
