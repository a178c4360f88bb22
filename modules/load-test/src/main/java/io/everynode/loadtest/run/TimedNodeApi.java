package io.everynode.loadtest.run;

import io.everynode.loadtest.times.CallTimes;
import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeApi;
import io.everynode.nodes.api.NodeWrite;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A way to the API that tells how long each of the nodes' writes took, and of each new Lease. */
final class TimedNodeApi implements NodeApi {

    private final NodeApi api;
    private final CallTimes times;
    private final Runnable leaseMade;

    TimedNodeApi(NodeApi api, CallTimes times, Runnable leaseMade) {
        this.api = api;
        this.times = times;
        this.leaseMade = leaseMade;
    }

    @Override
    public CompletionStage<NodeAnswer> send(NodeWrite write, Duration patience) {
        CallTimes.Call timed = times.begins(name(write));
        return api.send(write, patience).whenComplete((answer, failure) -> {
            boolean refused = failure != null || answer instanceof NodeAnswer.Refused;
            timed.ended(refused);
            if (write instanceof NodeWrite.MakeLease && !refused) {
                leaseMade.run();
            }
        });
    }

    /** Method and resource; see the same writes in {@code io.everynode.nodes.http.ApiRequest}. */
    static String name(NodeWrite write) {
        if (write instanceof NodeWrite.Register) {
            return "POST nodes";
        }
        if (write instanceof NodeWrite.NodeStatus) {
            return "PATCH nodes/status";
        }
        if (write instanceof NodeWrite.PodStatus) {
            return "PATCH pods/status";
        }
        if (write instanceof NodeWrite.PodEnded) {
            return "DELETE pods";
        }
        return write instanceof NodeWrite.MakeLease ? "POST leases" : "PATCH leases";
    }

    @Override
    public void watch(Listener listener) {
        api.watch(listener);
    }

    @Override
    public void readPods(String node) {
        api.readPods(node);
    }

    @Override
    public void close() {
        api.close();
    }
}
