package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.plan.Fault;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.Member;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Does faults to a cluster and takes them back. For one thread. */
final class Injector {

    private static final int SLOW_MILLIS = 150;

    /** A member that is short of CPU runs for the second of these and stands for the first, again and again. */
    private static final long STOPPED_MILLIS = 450;

    private static final long RUNNING_MILLIS = 50;

    private final LocalCluster cluster;
    private final HollowProcesses hollow;
    private final DatabaseFaults database;
    private final Map<Integer, Thread> pulses = new ConcurrentHashMap<>();

    Injector(LocalCluster cluster, HollowProcesses hollow) {
        this.cluster = cluster;
        this.hollow = hollow;
        this.database =
                new DatabaseFaults(cluster.database(), cluster.directory().resolve("database"));
    }

    void begin(Fault fault) throws IOException, InterruptedException {
        switch (fault.kind()) {
            case KILL, KILL_TWO -> fault.targets().forEach(cluster::kill);
            case TERMINATE -> fault.targets().forEach(cluster::terminate);
            case PAUSE, PAUSE_TWO -> {
                for (int target : fault.targets()) {
                    cluster.pause(target);
                }
            }
            case CUT_ONE_WAY ->
                cluster.cut(fault.targets().get(0), fault.targets().get(1));
            case CUT_OFF -> cluster.cut(fault.targets().get(0));
            case CUT_ALL -> cluster.members().forEach(member -> cluster.cut(member.number()));
            case CUT_DATABASE -> cluster.cutDatabase(fault.targets().get(0));
            case SLOW -> cluster.slow(fault.targets().get(0), SLOW_MILLIS);
            case SHORT_OF_CPU -> fault.targets().forEach(this::pulse);
            case DATABASE_KILL -> cluster.database().kill();
            case DATABASE_FREEZE -> cluster.database().freeze();
            case DATABASE_CONNECTIONS -> database.takeConnections();
            case DATABASE_FULL -> database.fillDisk();
            case HOLLOW_KILL -> hollow.kill(1 + (int) (fault.lasting().toMillis() % hollow.count()));
        }
    }

    void heal(Fault fault) throws IOException, InterruptedException {
        switch (fault.kind()) {
            case KILL, KILL_TWO, TERMINATE -> {
                // The supervisor does it.
            }
            case PAUSE, PAUSE_TWO -> {
                for (int target : fault.targets()) {
                    cluster.resume(target);
                }
            }
            case CUT_ONE_WAY, CUT_OFF, CUT_ALL, CUT_DATABASE -> {
                // Some partitions end in time for what was sent before, some do not.
                if (fault.lasting().toMillis() % 2 == 0) {
                    cluster.heal();
                } else {
                    cluster.healWithLoss();
                }
            }
            case SLOW -> cluster.slow(fault.targets().get(0), 0);
            case SHORT_OF_CPU -> {
                for (int target : fault.targets()) {
                    endPulse(target);
                }
            }
            case DATABASE_KILL -> cluster.database().start();
            case DATABASE_FREEZE -> cluster.database().thaw();
            case DATABASE_CONNECTIONS -> database.giveConnectionsBack();
            case DATABASE_FULL -> {
                database.freeDisk();
                cluster.database().start();
            }
            case HOLLOW_KILL -> hollow.start();
        }
    }

    /** Whatever there is, there is no fault afterwards. */
    void healAll() throws IOException, InterruptedException {
        for (int target : pulses.keySet()) {
            endPulse(target);
        }
        database.giveConnectionsBack();
        cluster.heal();
        for (Member member : cluster.members()) {
            cluster.slow(member.number(), 0);
            cluster.resume(member.number());
        }
        if (cluster.database().state().equals("frozen")) {
            cluster.database().thaw();
        }
        database.freeDisk();
        cluster.database().start();
        hollow.start();
    }

    private void pulse(int target) {
        Thread thread = new Thread(() -> pulses(target), "pulse " + target);
        thread.setDaemon(true);
        pulses.put(target, thread);
        thread.start();
    }

    private void pulses(int target) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                cluster.pause(target);
                TimeUnit.MILLISECONDS.sleep(STOPPED_MILLIS);
                cluster.resume(target);
                TimeUnit.MILLISECONDS.sleep(RUNNING_MILLIS);
            }
        } catch (InterruptedException | IOException e) {
            // Healed, or its process has ended meanwhile.
        }
    }

    private void endPulse(int target) throws IOException, InterruptedException {
        Thread thread = pulses.remove(target);
        if (thread != null) {
            thread.interrupt();
            thread.join();
            cluster.resume(target);
        }
    }
}
