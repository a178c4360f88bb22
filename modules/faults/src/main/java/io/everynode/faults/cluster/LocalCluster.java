package io.everynode.faults.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster on this machine, of real processes that can be hurt: server JVMs under supervision, the links between them
 * and to the database, a PostgreSQL, and HAProxy if wanted. Members have the numbers 1 to N. Thread-safe.
 */
public final class LocalCluster implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalCluster.class);
    private static final long LOOK_MILLIS = 100;

    private final ClusterPlan plan;
    private final Path directory;
    private final Ports ports;
    private final LocalDatabase database;
    private final boolean databaseLinks;
    private final Links links = new Links();
    private final LinkProxies proxies;
    private final Map<Integer, Member> members = new ConcurrentSkipListMap<>();
    /** With members of another version, which may know less than this one. */
    private final boolean mixed;

    private Doors doors;
    private ClusterApi api;
    private HaProxy haProxy;

    private LocalCluster(ClusterPlan plan) throws IOException {
        this.plan = plan;
        this.directory = plan.directory;
        this.ports = plan.basePort == 0 ? Ports.free() : new Ports(plan.basePort);
        this.database = plan.given != null
                ? plan.given
                : new EmbeddedDatabase(directory.resolve("database"), ports.database(), plan.databaseSettings);
        this.databaseLinks = database.address().isPresent();
        this.mixed = !plan.programs.isEmpty();
        this.proxies = new LinkProxies(links);
    }

    static LocalCluster start(ClusterPlan plan) throws IOException {
        Files.createDirectories(plan.directory);
        LocalCluster cluster = new LocalCluster(plan);
        try {
            cluster.begin(plan);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void begin(ClusterPlan plan) throws IOException {
        Path pki = directory.resolve("pki");
        doors = plan.insecureHttp ? Doors.open(pki) : Doors.closed(pki);
        if (plan.given == null) {
            database.start();
        }
        ServerProgram own = plan.programs.size() == plan.members ? null : ServerProgram.ofThisRepository();
        for (int number = 1; number <= plan.members; number++) {
            proxies.openForMembers(ports.member(number), number, ports.bound(number));
            Optional<InetSocketAddress> address = database.address();
            if (address.isPresent()) {
                proxies.openForDatabase(ports.databaseOf(number), number, address.get());
            }
            ServerProgram program = plan.programs.getOrDefault(number, own);
            members.put(number, new Member(number, prepare(plan, number), command(plan, number, program)));
        }
        api = ClusterApi.of(kubeconfig(1));
        if (plan.haProxy) {
            List<Integer> apis = members.keySet().stream().map(ports::api).toList();
            haProxy = HaProxy.start(
                    ServerProgram.ofThisRepository().home().resolve("config/haproxy.cfg"),
                    directory,
                    ports.balancer(),
                    apis,
                    !plan.insecureHttp);
            doors.kubeconfig(directory, doors.address(ports.balancer()));
        }
        for (Member member : members.values()) {
            member.start();
        }
    }

    private Path prepare(ClusterPlan plan, int number) throws IOException {
        Path own = Files.createDirectories(directory.resolve(Integer.toString(number)));
        List<Integer> seeds = new ArrayList<>();
        if (plan.formation == ClusterPlan.Formation.SEED_NODES || mixed) {
            for (int seed = 1; seed <= Math.min(2, plan.members); seed++) {
                seeds.add(ports.member(seed));
            }
        }
        String url = databaseLinks ? database.url("127.0.0.1", ports.databaseOf(number)) : database.url();
        MemberSettings settings = new MemberSettings(
                number, ports, seeds, url, database.user(), database.password(), splitBrain(plan) + plan.settings);
        OwnerFiles.write(own.resolve("server.conf"), settings.text());
        doors.copyTo(own);
        doors.kubeconfig(own, doors.address(ports.api(number)));
        return own;
    }

    /** Of two members neither is the majority. */
    private String splitBrain(ClusterPlan plan) {
        return plan.members == 2 && !mixed ? "everynode.cluster.split-brain = lease\n" : "";
    }

    private List<String> command(ClusterPlan plan, int number, ServerProgram program) throws IOException {
        Path own = directory.resolve(Integer.toString(number));
        List<String> arguments = new ArrayList<>(List.of(
                "server",
                "--port",
                Integer.toString(ports.api(number)),
                "--data-dir",
                own.toString(),
                "--config",
                own.resolve("server.conf").toString()));
        arguments.addAll(plan.arguments);
        List<String> options = new ArrayList<>(List.of("-Xmx" + plan.heap, MasterKeyFile.option(directory)));
        options.addAll(doors.jvmOptions());
        if (mixed) {
            // Versions before this one talk in plain text; in a file they would refuse what they do not know.
            options.add("-Deverynode.cluster.tls.mode=off");
        }
        return program.command(options, arguments);
    }

    public Path directory() {
        return directory;
    }

    public LocalDatabase database() {
        return database;
    }

    /** In the order of their numbers. */
    public List<Member> members() {
        return List.copyOf(members.values());
    }

    /** @throws IllegalArgumentException when there is none with that number */
    public Member member(int number) {
        Member member = members.get(number);
        if (member == null) {
            throw new IllegalArgumentException("there is no member " + number + ", only 1 to " + members.size());
        }
        return member;
    }

    public ClusterApi api(int number) {
        member(number);
        return api.at(doors.address(ports.api(number)));
    }

    /** Through HAProxy; empty without. */
    public Optional<ClusterApi> balanced() {
        return haProxy == null ? Optional.empty() : Optional.of(api.at(doors.address(ports.balancer())));
    }

    public Path kubeconfig(int number) {
        return member(number).directory().resolve("kubeconfig");
    }

    /** What a member says of the cluster; see {@code GET /everynode/v1/cluster}. */
    public ClusterApi.Answer status(int number) throws IOException, InterruptedException {
        return api(number).get("/everynode/v1/cluster");
    }

    /** Stops a member in order and starts another program in its place, with its data and addresses. */
    public void replace(int number, ServerProgram program) throws IOException, InterruptedException {
        member(number).stop();
        Member replaced = new Member(number, prepare(plan, number), command(plan, number, program));
        members.put(number, replaced);
        replaced.start();
    }

    /** SIGKILL; its supervisor starts it again. */
    public void kill(int number) {
        member(number).kill();
    }

    /** SIGTERM; its supervisor starts it again. */
    public void terminate(int number) {
        member(number).terminate();
    }

    public void pause(int number) throws IOException {
        member(number).pause();
    }

    public void resume(int number) throws IOException {
        member(number).resume();
    }

    /** From now on nothing that one member sends to another arrives. */
    public void cut(int from, int to) {
        member(from);
        member(to);
        links.between(from, to).cut(true);
        proxies.linksChanged();
    }

    /** Both ways between one member and all others; its database stays in sight. */
    public void cut(int number) {
        member(number);
        for (int other : members.keySet()) {
            if (other != number) {
                cut(number, other);
                cut(other, number);
            }
        }
    }

    /** Both ways between one member and the database. */
    public void cutDatabase(int number) {
        member(number);
        requireDatabaseLinks();
        links.between(number, Links.DATABASE).cut(true);
        links.between(Links.DATABASE, number).cut(true);
        proxies.linksChanged();
    }

    /** What was kept back arrives now, late, as after a short partition. Slow links stay slow. */
    public void heal() {
        links.heal();
        proxies.linksChanged();
    }

    /** What was kept back is lost and its connections break, as after a partition that no TCP survives. */
    public void healWithLoss() throws InterruptedException {
        proxies.breakHeldBack();
        heal();
    }

    /** Everything that one member sends or receives, also from the database, is so late; 0 ends it. */
    public void slow(int number, int millis) {
        member(number);
        for (int other : members.keySet()) {
            if (other != number) {
                links.between(number, other).delayMillis(millis);
                links.between(other, number).delayMillis(millis);
            }
        }
        links.between(number, Links.DATABASE).delayMillis(millis);
        links.between(Links.DATABASE, number).delayMillis(millis);
        proxies.linksChanged();
    }

    private void requireDatabaseLinks() {
        if (!databaseLinks) {
            throw new IllegalStateException("the database's URL names no single host, so nothing is in front of it");
        }
    }

    /** Such as "1 -/-> 2, 2 -/-> 1"; empty when every link is well. */
    public String linkFaults() {
        return links.faults();
    }

    /** Returns once every wanted member is ready. */
    public void awaitReady(Duration patience) throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + patience.toNanos();
        for (Member member : members.values()) {
            ClusterApi api = api(member.number());
            while (member.isWanted() && !api.isReady()) {
                pauseUntil(end, "member " + member.number() + " is not ready after " + patience);
            }
        }
    }

    /** Returns once every member is ready, and sees all others as Up, reachable and answering. */
    public void awaitWhole(Duration patience) throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + patience.toNanos();
        for (Member member : members.values()) {
            String wrong = seesAll(member);
            while (member.isWanted() && !wrong.isEmpty()) {
                pauseUntil(end, "member " + member.number() + " after " + patience + ": " + wrong);
                wrong = seesAll(member);
            }
        }
    }

    /** What is missing; "" when all is well. */
    private String seesAll(Member member) throws InterruptedException {
        if (!api(member.number()).isReady()) {
            return "is not ready";
        }
        try {
            ClusterApi.Answer answer = status(member.number());
            if (answer.code() == 404) {
                // A version that has no such address.
                return "";
            }
            int up = 0;
            for (JsonNode each : answer.body().path("members")) {
                boolean well = each.path("status").asText().equals("Up")
                        && each.path("reachable").asBoolean()
                        && (each.path("answered").asBoolean() || mixed);
                up += well ? 1 : 0;
            }
            long wanted = members.values().stream().filter(Member::isWanted).count();
            return up == wanted && answer.body().path("members").size() == up
                    ? ""
                    : "sees " + up + " members that are up: " + answer.body();
        } catch (IOException away) {
            return away.toString();
        }
    }

    static void pauseUntil(long end, String otherwise) throws InterruptedException, TimeoutException {
        if (System.nanoTime() > end) {
            throw new TimeoutException(otherwise);
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }

    /** SIGTERM for all, then HAProxy and the database end. Data stays. Blocks until done. */
    @Override
    public void close() throws IOException {
        links.heal();
        links.fast();
        proxies.linksChanged();
        if (haProxy != null) {
            haProxy.close();
        }
        try {
            List<Thread> enders = new ArrayList<>();
            for (Member member : members.values()) {
                member.resume();
                Thread ender = new Thread(() -> stop(member), "end member " + member.number());
                ender.start();
                enders.add(ender);
            }
            for (Thread ender : enders) {
                ender.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            members.values().forEach(Member::kill);
        }
        database.stop();
        proxies.close();
    }

    private static void stop(Member member) {
        try {
            member.stop();
        } catch (InterruptedException e) {
            log.warn("member {} was not waited for", member.number());
        }
    }
}
