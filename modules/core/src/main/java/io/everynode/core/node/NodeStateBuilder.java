package io.everynode.core.node;

import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.NodeFacts;
import org.pcollections.PMap;

/**
 * A state while it is being changed: the components of an older one, of which some get new values. For
 * {@link NodeState} alone, and never kept.
 */
final class NodeStateBuilder {

    JsonBytes object;
    NodeFacts facts;
    long objectSequence;
    PMap<String, DaemonPod> pods;
    PMap<String, Reservation> reservations;
    PMap<String, Failures> failures;
    PMap<String, Long> generations;
    PMap<String, Long> retired;
    long incarnation;
    PMap<String, Long> vacated;
    PMap<String, Nomination> nominations;

    NodeStateBuilder(NodeState from) {
        object = from.object();
        facts = from.facts();
        objectSequence = from.objectSequence();
        pods = from.pods();
        reservations = from.reservations();
        failures = from.failures();
        generations = from.generations();
        retired = from.retired();
        incarnation = from.incarnation();
        vacated = from.vacated();
        nominations = from.nominations();
    }

    NodeState build() {
        return new NodeState(
                object,
                facts,
                objectSequence,
                pods,
                reservations,
                failures,
                generations,
                retired,
                incarnation,
                vacated,
                nominations);
    }
}
