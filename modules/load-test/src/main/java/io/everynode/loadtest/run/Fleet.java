package io.everynode.loadtest.run;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The nodes of a run, and who plays them. For one thread. */
interface Fleet extends AutoCloseable {

    /** Of all nodes that have joined or were told to. */
    List<String> names();

    /** Those among them that this run has made, and that go with it. */
    List<String> own();

    /** More nodes join. They are there when a watch says so. */
    void join(int count) throws IOException, InterruptedException;

    /** Returns when what joining brings with it is over, so that it does not fall into the next phase. */
    void settle(Duration timeout, Progress progress) throws IOException, InterruptedException;

    /** Nothing is played from here any more. */
    @Override
    void close();
}
