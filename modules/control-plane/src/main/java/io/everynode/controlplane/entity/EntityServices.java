package io.everynode.controlplane.entity;

import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.secrets.SecretKeys;
import java.time.Clock;

/**
 * What entities need from the JVM they live in.
 *
 * @param clock the only source of time
 * @param gate which event formats may be written now
 * @param secrets seal what is secret
 * @param journalGrew to be told after each persist, so that the tail reads soon
 */
public record EntityServices(Clock clock, FormatGate gate, SecretKeys secrets, Runnable journalGrew) {}
