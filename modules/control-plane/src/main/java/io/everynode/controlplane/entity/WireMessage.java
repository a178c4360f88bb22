package io.everynode.controlplane.entity;

/** Marks what is sent between actors, maybe in other JVMs: written as CBOR by Pekko's Jackson serializer. */
public interface WireMessage {}
