package io.everynode.objects.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTableTest {

    private static final String RUN = "{'name':'c','ready':true,'restartCount':0,'state':{'running':{}}}";
    private static final String DONE =
            "{'name':'d','restartCount':0,'state':{'terminated':{'exitCode':0,'reason':'Completed'}}}";

    /** Two containers and an init container are in the spec; RUN and DONE stand for a container's status. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        pending                     | {'phase':'Pending'}                                             | 0/2 | Pending
        no status                   | {}                                                              | 0/2 | ``
        status reason wins          | {'phase':'Failed','reason':'Evicted'}                           | 0/2 | Evicted
        scheduling gates            | {'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':'SchedulingGated'}]} | 0/2 | SchedulingGated
        unschedulable is pending    | {'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':'Unschedulable'}]} | 0/2 | Pending
        running                     | {'phase':'Running','containerStatuses':[RUN,RUN]}               | 2/2 | Running
        not ready                   | {'phase':'Running','containerStatuses':[RUN,{'state':{'running':{}}}]} | 1/2 | Running
        creating                    | {'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'ContainerCreating'}}}]} | 0/2 | ContainerCreating
        crash loop                  | {'phase':'Running','containerStatuses':[RUN,{'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]} | 1/2 | CrashLoopBackOff
        the first one decides       | {'phase':'Running','containerStatuses':[{'state':{'waiting':{'reason':'A'}}},{'state':{'waiting':{'reason':'B'}}}]} | 0/2 | A
        error                       | {'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':1,'reason':'Error'}}}]} | 0/2 | Error
        exit code                   | {'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':3}}}]} | 0/2 | ExitCode:3
        signal                      | {'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':137,'signal':9}}}]} | 0/2 | Signal:9
        completed                   | {'phase':'Succeeded','containerStatuses':[DONE,DONE]}           | 0/2 | Completed
        one done, one ready         | {'phase':'Running','containerStatuses':[DONE,RUN],'conditions':[{'type':'Ready','status':'True'}]} | 1/2 | Running
        one done, Pod not ready     | {'phase':'Running','containerStatuses':[DONE,RUN]}              | 1/2 | NotReady
        init waits                  | {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'waiting':{'reason':'PodInitializing'}}}]} | 0/2 | Init:0/1
        init runs                   | {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'running':{}}}],'containerStatuses':[RUN]} | 0/2 | Init:0/1
        init cannot be pulled       | {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'waiting':{'reason':'ImagePullBackOff'}}}]} | 0/2 | Init:ImagePullBackOff
        init failed                 | {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':1,'reason':'Error'}}}]} | 0/2 | Init:Error
        init exit code              | {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':2}}}]} | 0/2 | Init:ExitCode:2
        init signal                 | {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':1,'signal':15}}}]} | 0/2 | Init:Signal:15
        init is done                | {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':0}}}],'containerStatuses':[{'state':{'waiting':{'reason':'PodInitializing'}}}]} | 0/2 | PodInitializing
        initialized all the same    | {'phase':'Running','conditions':[{'type':'Initialized','status':'True'}],'initContainerStatuses':[{'name':'i','state':{'running':{}}}],'containerStatuses':[RUN]} | 1/2 | Init:0/1
        """)
    void tellsReadyAndStatus(String name, String status, String ready, String text) {
        ArrayNode cells = cells("", status);
        assertThat(cells.get(1).asText()).isEqualTo(ready);
        assertThat(cells.get(2).asText()).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        going                  | {'phase':'Running','containerStatuses':[RUN,RUN]} | Terminating
        done already           | {'phase':'Succeeded','containerStatuses':[DONE]}  | Completed
        failed already         | {'phase':'Failed'}                                | Failed
        node is lost           | {'phase':'Running','reason':'NodeLost'}           | Unknown
        """)
    void tellsDeletion(String name, String status, String text) {
        assertThat(cells(",'deletionTimestamp':'2026-01-01T00:04:00Z'", status)
                        .get(2)
                        .asText())
                .isEqualTo(text);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        none               | {'containerStatuses':[RUN]} | 0
        without a time     | {'containerStatuses':[{'restartCount':2},{'restartCount':1}]} | 3
        latest counts      | {'containerStatuses':[{'restartCount':2,'lastState':{'terminated':{'finishedAt':'2026-01-01T00:00:00Z'}}},{'restartCount':1,'lastState':{'terminated':{'finishedAt':'2026-01-01T00:04:30Z'}}}]} | 3 (30s ago)
        of init            | {'initContainerStatuses':[{'name':'i','restartCount':4,'state':{'running':{}},'lastState':{'terminated':{'finishedAt':'2026-01-01T00:00:00Z'}}}]} | 4 (5m ago)
        init is forgotten  | {'initContainerStatuses':[{'name':'i','restartCount':4,'state':{'terminated':{'exitCode':0}}}],'containerStatuses':[RUN]} | 0
        """)
    void countsRestarts(String name, String status, String text) {
        assertThat(cells("", status).get(3).asText()).isEqualTo(text);
    }

    @Test
    void sidecarsCountAsContainers() {
        String spec = "'spec':{'containers':[{'name':'c'}],'initContainers':[{'name':'s','restartPolicy':'Always'},"
                + "{'name':'i'}]}";
        String sidecar = "{'name':'s','started':true,'ready':true,'restartCount':2,'state':{'running':{}},"
                + "'lastState':{'terminated':{'finishedAt':'2026-01-01T00:04:00Z'}}}";
        String pod = "{" + spec + ",'status':{'phase':'Pending','initContainerStatuses':[" + sidecar
                + ",{'name':'i','restartCount':0,'state':{'running':{}}}]}}";
        assertThat(TableTesting.cells(Kinds.POD, pod)).startsWith("", "1/2", "Init:1/2", "2 (60s ago)");
        String done = "{" + spec + ",'status':{'phase':'Running','initContainerStatuses':[" + sidecar
                + ",{'name':'i','restartCount':7,'state':{'terminated':{'exitCode':0}}}],'containerStatuses':[" + RUN
                + "]}}";
        assertThat(TableTesting.cells(Kinds.POD, done)).startsWith("", "2/2", "Running", "2 (60s ago)");
        String starting =
                "{" + spec + ",'status':{'phase':'Pending','initContainerStatuses':[{'name':'s','restartCount':0,"
                        + "'started':false,'state':{'running':{}}}]}}";
        assertThat(TableTesting.cells(Kinds.POD, starting)).startsWith("", "0/2", "Init:0/2", "0");
    }

    @Test
    void showsWhereItIs() {
        assertThat(TableTesting.cells(
                        Kinds.POD,
                        "{'metadata':{'name':'p','creationTimestamp':'2026-01-01T00:00:00Z'},'spec':{'nodeName':'n',"
                                + "'containers':[{}],'readinessGates':[{'conditionType':'a'},{'conditionType':'b'}]},"
                                + "'status':{'phase':'Pending','nominatedNodeName':'m','podIPs':[{'ip':'1.2.3.4'}],"
                                + "'conditions':[{'type':'a','status':'True'},{'type':'b','status':'False'}]}}"))
                .containsExactly("p", "0/1", "Pending", "0", "5m", "1.2.3.4", "n", "m", "1/2");
    }

    private static ArrayNode cells(String metadata, String status) {
        String pod = "{'metadata':{'name':'p'" + metadata
                + "},'spec':{'containers':[{'name':'c'},{'name':'d'}],'initContainers':[{'name':'i'}]},'status':"
                + status.replace("RUN", RUN).replace("DONE", DONE) + "}";
        return Tables.cells(Kinds.POD, TableTesting.object(pod), TableTesting.NOW);
    }
}
