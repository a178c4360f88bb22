package io.everynode.objects.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TablesTest {

    private static final String META = "'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z'}";

    /** Wide columns are in brackets; those that are no strings tell their type. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        Node               | Name, Status, Roles, Age, Version, [Internal-IP], [External-IP], [OS-Image], [Kernel-Version], [Container-Runtime]
        Namespace          | Name, Status, Age
        Pod                | Name, Ready, Status, Restarts, Age, [IP], [Node], [Nominated Node], [Readiness Gates]
        Event              | Last Seen, Type, Reason, Object, [Subobject], [Source], Message, [First Seen], [Count], [Name]
        ConfigMap          | Name, Data, Age
        Secret             | Name, Type, Data, Age
        ServiceAccount     | Name, Secrets, Age
        Service            | Name, Type, Cluster-IP, External-IP, Port(s), Age, [Selector]
        DaemonSet          | Name, Desired integer, Current integer, Ready integer, Up-to-date integer, Available integer, Node Selector, Age, [Containers], [Images], [Selector]
        ControllerRevision | Name, Controller, Revision, Age
        Lease              | Name, Holder, Age
        PriorityClass      | Name, Value integer, Global-Default boolean, Age, PreemptionPolicy
        ClusterRole        | Name, Created At date
        ClusterRoleBinding | Name, Role, Age, [Users], [Groups], [ServiceAccounts]
        Role               | Name, Created At date
        RoleBinding        | Name, Role, Age, [Users], [Groups], [ServiceAccounts]
        Endpoints          | Name, Endpoints, Age
        PersistentVolume   | Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, VolumeAttributesClass, Reason, Age, [VolumeMode]
        PersistentVolumeClaim | Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age, [VolumeMode]
        PodTemplate        | Name, Containers, Images, Pod Labels
        RuntimeClass       | Name, Handler, Age
        StorageClass       | Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age
        CSIDriver          | Name, AttachRequired boolean, PodInfoOnMount boolean, StorageCapacity boolean, TokenRequests, RequiresRepublish boolean, Modes, Age
        CSINode            | Name, Drivers integer, Age
        VolumeAttachment   | Name, Attacher, PV, Node, Attached boolean, Age
        CertificateSigningRequest | Name, Age, SignerName, Requestor, RequestedDuration, Condition
        """)
    void hasUpstreamsColumns(String kind, String columns) {
        List<String> shown = new ArrayList<>();
        for (JsonNode column : Tables.columns(kind(kind))) {
            String name = column.path("name").asText();
            String type = column.path("type").asText();
            String text = type.equals("string") ? name : name + " " + type;
            shown.add(column.path("priority").asInt() > 0 ? "[" + text + "]" : text);
        }
        assertThat(String.join(", ", shown)).isEqualTo(columns);
    }

    static List<Kind> kinds() {
        return Kinds.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindHasACellForEachColumn(Kind kind) {
        ArrayNode columns = Tables.columns(kind);
        // An object without anything in it must print, too.
        assertThat(Tables.cells(kind, Json.object(), TableTesting.NOW)).hasSameSizeAs(columns);
        for (JsonNode column : columns) {
            assertThat(column.properties())
                    .extracting(java.util.Map.Entry::getKey)
                    .containsExactlyInAnyOrderElementsOf(Set.of("name", "type", "format", "description", "priority"));
            assertThat(column.path("description").asText()).isNotEmpty();
        }
        assertThat(columns.findValuesAsText("format").stream().filter("name"::equals))
                .hasSize(kind.plural().equals("events") ? 0 : 1);
        ((ObjectNode) columns.get(0)).removeAll();
        assertThat(Tables.columns(kind).get(0)).isNotEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Node      | 'spec':{} | x;Unknown;<none>;5m;;<none>;<none>;<unknown>;<unknown>;<unknown>
        Node      | 'spec':{'unschedulable':true},'status':{'conditions':[{'type':'Ready','status':'True'}]} | x;Ready,SchedulingDisabled;<none>;5m;;<none>;<none>;<unknown>;<unknown>;<unknown>
        Node      | 'status':{'conditions':[{'type':'MemoryPressure','status':'False'},{'type':'Ready','status':'Unknown'}]} | x;NotReady;<none>;5m;;<none>;<none>;<unknown>;<unknown>;<unknown>
        Node      | 'status':{'nodeInfo':{'kubeletVersion':'v1','osImage':'os','kernelVersion':'6','containerRuntimeVersion':'cri://1'},'addresses':[{'type':'Hostname','address':'h'},{'type':'InternalIP','address':'1'},{'type':'InternalIP','address':'2'},{'type':'ExternalIP','address':'3'}]} | x;Unknown;<none>;5m;v1;1;3;os;6;cri://1
        Namespace | 'status':{'phase':'Terminating'} | x;Terminating;5m
        ConfigMap | 'data':{'a':'1','b':'2'},'binaryData':{'c':''} | x;3;5m
        Secret    | 'type':'Opaque','data':{'a':''} | x;Opaque;1;5m
        ServiceAccount | 'secrets':[{},{}] | x;2;5m
        Lease     | 'spec':{'holderIdentity':'h'} | x;h;5m
        Lease     | 'spec':{} | x;;5m
        PriorityClass | 'value':-5,'globalDefault':true,'preemptionPolicy':'Never' | x;-5;true;5m;Never
        PriorityClass | 'value':1000000000 | x;1000000000;false;5m;PreemptLowerPriority
        DaemonSet | 'spec':{'selector':{'matchLabels':{'b':'c','a':'b'},'matchExpressions':[{'key':'d','operator':'In','values':['f','e']}]},'template':{'spec':{'nodeSelector':{'z':'1','y':'2'},'containers':[{'name':'c1','image':'i1'},{'name':'c2','image':'i2'}]}}},'status':{'desiredNumberScheduled':5,'currentNumberScheduled':4,'numberReady':3,'updatedNumberScheduled':2,'numberAvailable':1} | x;5;4;3;2;1;y=2,z=1;5m;c1,c2;i1,i2;a=b,b=c,d in (e,f)
        DaemonSet | 'spec':{} | x;0;0;0;0;0;<none>;5m;;;<none>
        ControllerRevision | 'revision':7 | x;<none>;7;5m
        Service   | 'spec':{'type':'ClusterIP','clusterIP':'None'} | x;ClusterIP;None;<none>;<none>;5m;<none>
        Service   | 'spec':{'type':'NodePort','clusterIPs':['1','2'],'externalIPs':['e','f'],'ports':[{'port':80,'nodePort':30000,'protocol':'TCP'},{'port':53,'protocol':'UDP'}],'selector':{'a':'b'}} | x;NodePort;1;e,f;80:30000/TCP,53/UDP;5m;a=b
        Service   | 'spec':{'type':'LoadBalancer'} | x;LoadBalancer;<none>;<pending>;<none>;5m;<none>
        Service   | 'spec':{'type':'LoadBalancer','externalIPs':['e']},'status':{'loadBalancer':{'ingress':[{'ip':'b'},{'hostname':'a'}]}} | x;LoadBalancer;<none>;a,b,e;<none>;5m;<none>
        Service   | 'spec':{'type':'ExternalName','externalName':'n'} | x;ExternalName;<none>;n;<none>;5m;<none>
        Event     | 'type':'Normal','reason':'R','message':' m ','involvedObject':{'kind':'Pod','name':'p','fieldPath':'f'},'source':{'component':'c','host':'h'},'firstTimestamp':'2026-01-01T00:00:00Z','lastTimestamp':'2026-01-01T00:04:00Z','count':3 | 60s;Normal;R;pod/p;f;c, h;m;5m;3;x
        Event     | 'involvedObject':{'kind':'Node'},'reportingComponent':'c','eventTime':'2026-01-01T00:03:00.000000Z' | 2m;;;node;;c;;2m;1;x
        Event     | 'reportingComponent':'c','reportingInstance':'i','eventTime':'2026-01-01T00:03:00.000000Z','series':{'count':9,'lastObservedTime':'2026-01-01T00:04:59.000000Z'} | 1s;;;;;c, i;;2m;9;x
        Role      | 'rules':[] | x;2026-01-01T00:00:00Z
        ClusterRole | 'rules':[] | x;2026-01-01T00:00:00Z
        RoleBinding | 'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'u'},{'kind':'User','name':'v'},{'kind':'Group','name':'g'},{'kind':'ServiceAccount','name':'s','namespace':'n'},{'kind':'Odd','name':'o'}] | x;Role/r;5m;u, v;g;n/s
        ClusterRoleBinding | 'roleRef':{'kind':'ClusterRole','name':'r'} | x;ClusterRole/r;5m;;;
        Endpoints | 'subsets':[] | x;<none>;5m
        Endpoints | 'subsets':[{'addresses':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}],'notReadyAddresses':[{'ip':'10.0.0.9'}],'ports':[{'port':80},{'port':443}]}] | x;10.0.0.1:80,[fd00::1]:80,10.0.0.1:443 + 1 more...;5m
        Endpoints | 'subsets':[{'addresses':[{'ip':'10.0.0.1'}]}] | x;10.0.0.1;5m
        PersistentVolume | 'spec':{'capacity':{'storage':'5Gi'},'accessModes':['ReadWriteMany','ReadWriteOnce'],'persistentVolumeReclaimPolicy':'Retain','claimRef':{'namespace':'n','name':'c'},'storageClassName':'s','volumeMode':'Block'},'status':{'phase':'Bound','reason':'r'} | x;5Gi;RWO,RWX;Retain;Bound;n/c;s;<unset>;r;5m;Block
        PersistentVolumeClaim | 'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'s','volumeMode':'Filesystem'},'status':{'phase':'Pending'} | x;Pending;;;;s;<unset>;5m;Filesystem
        PersistentVolumeClaim | 'spec':{'volumeName':'v'},'status':{'phase':'Bound','capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOncePod','ReadOnlyMany']} | x;Bound;v;1Gi;ROX,RWOP;;<unset>;5m;<unset>
        PodTemplate | 'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c1','image':'i1'},{'name':'c2','image':'i2'}]}} | x;c1,c2;i1,i2;a=b
        RuntimeClass | 'handler':'h' | x;h;5m
        StorageClass | 'provisioner':'p','reclaimPolicy':'Retain','volumeBindingMode':'WaitForFirstConsumer','allowVolumeExpansion':true | x;p;Retain;WaitForFirstConsumer;true;5m
        CSIDriver | 'spec':{'attachRequired':false,'tokenRequests':[{'audience':'a'},{'audience':'b'}],'volumeLifecycleModes':['Persistent','Ephemeral']} | x;false;false;false;a,b;false;Persistent,Ephemeral;5m
        CSIDriver | 'spec':{} | x;true;false;false;<unset>;false;<none>;5m
        CSINode | 'spec':{'drivers':[{},{}]} | x;2;5m
        VolumeAttachment | 'spec':{'attacher':'a','nodeName':'n','source':{'persistentVolumeName':'v'}},'status':{'attached':true} | x;a;v;n;true;5m
        CertificateSigningRequest | 'spec':{'signerName':'a/b','username':'u','expirationSeconds':3600},'status':{'conditions':[{'type':'Approved'},{'type':'Failed'}],'certificate':'eA=='} | x;5m;a/b;u;60m;Approved,Failed,Issued
        CertificateSigningRequest | 'spec':{} | x;5m;<none>;;<none>;Pending
        """)
    void printsObjects(String kind, String members, String cells) {
        assertThat(TableTesting.cells(kind(kind), "{" + META + "," + members + "}"))
                .containsExactly(cells.split(";", -1));
    }

    @Test
    void theDefaultStorageClassIsMarked() {
        assertThat(TableTesting.cells(
                                Kinds.STORAGE_CLASS,
                                "{'metadata':{'name':'x','annotations':{'storageclass.kubernetes.io/is-default-class':'true'}}}")
                        .get(0))
                .isEqualTo("x (default)");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'node-role.kubernetes.io/worker':'','node-role.kubernetes.io/control-plane':'' | control-plane,worker
        'kubernetes.io/role':'agent','node-role.kubernetes.io/':''                     | agent
        'kubernetes.io/role':'','a':'b'                                                | <none>
        """)
    void readsRolesFromLabels(String labels, String roles) {
        assertThat(TableTesting.cells(Kinds.NODE, "{'metadata':{'labels':{" + labels + "}}}")
                        .get(2))
                .isEqualTo(roles);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'kind':'DaemonSet','apiVersion':'apps/v1','name':'d','controller':true} | daemonset.apps/d
        {'kind':'Node','apiVersion':'v1','name':'n','controller':true}           | node/n
        {'kind':'DaemonSet','apiVersion':'apps/v1','name':'d'}                   | <none>
        """)
    void namesTheControllerOfARevision(String owner, String controller) {
        assertThat(TableTesting.cells(Kinds.CONTROLLER_REVISION, "{'metadata':{'ownerReferences':[" + owner + "]}}")
                        .get(1))
                .isEqualTo(controller);
    }

    private static Kind kind(String name) {
        return Kinds.all().stream()
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
