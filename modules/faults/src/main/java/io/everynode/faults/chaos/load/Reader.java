package io.everynode.faults.chaos.load;

import java.util.List;

/** Reads what others write, at any address: gets and lists that must be current. */
final class Reader extends Worker {

    Reader(int number, List<Api> apis, Gate gate, long seed) {
        super("reader-" + number, apis, gate, seed, 200);
    }

    @Override
    void work() throws InterruptedException {
        switch (random.nextInt(6)) {
            case 0:
                any().list(name, "daemonsets", NAMESPACE);
                break;
            case 1:
                any().list(name, "nodes", "");
                break;
            case 2:
                any().list(name, "configmaps", NAMESPACE);
                break;
            case 3:
                any().get(name, key("leases", Candidate.LEASE));
                break;
            default:
                any().get(name, key("configmaps", "counter-" + random.nextInt(CounterUser.COUNTERS)));
        }
    }
}
