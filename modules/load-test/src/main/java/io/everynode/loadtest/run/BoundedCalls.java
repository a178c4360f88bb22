package io.everynode.loadtest.run;

import io.everynode.loadtest.client.ApiCall;
import io.everynode.loadtest.client.ApiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Sends many calls, so many at a time. A server that says it is too busy is asked again a little later. */
final class BoundedCalls implements AutoCloseable {

    private static final int ATTEMPTS = 50;
    private static final long PAUSE_MILLIS = 200;

    private final ApiClient api;
    private final ExecutorService threads;

    BoundedCalls(ApiClient api, int connections) {
        this.api = api;
        this.threads = Executors.newFixedThreadPool(connections, task -> {
            Thread thread = new Thread(task, "calls");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Returns when all were answered.
     *
     * @param harmless a refusal with this code is no failure; 0 for none
     * @throws IOException the first refusal or failure
     */
    void send(List<ApiCall> calls, int harmless) throws IOException, InterruptedException {
        List<Future<?>> sent = new ArrayList<>(calls.size());
        for (ApiCall call : calls) {
            sent.add(threads.submit(() -> {
                one(call, harmless);
                return null;
            }));
        }
        try {
            for (Future<?> each : sent) {
                each.get();
            }
        } catch (ExecutionException e) {
            sent.forEach(each -> each.cancel(true));
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void one(ApiCall call, int harmless) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                api.send(call);
                return;
            } catch (ApiClient.Refused e) {
                boolean busy = e.code() == 429 || e.code() == 503;
                if (e.code() == harmless) {
                    return;
                }
                if (!busy || attempt == ATTEMPTS) {
                    throw new IOException(call.method() + " " + call.path() + ": " + e.getMessage(), e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
