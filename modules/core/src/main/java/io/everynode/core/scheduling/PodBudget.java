package io.everynode.core.scheduling;

/**
 * A PodDisruptionBudget that selects a certain Pod.
 *
 * @param id its namespace and name
 * @param disruptionsAllowed by its status
 * @param counted whether its status knows already that this Pod goes
 */
public record PodBudget(String id, int disruptionsAllowed, boolean counted) {}
