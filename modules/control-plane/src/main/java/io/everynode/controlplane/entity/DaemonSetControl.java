package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogOwners;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.FleetObservation;
import io.everynode.controlplane.catalog.NamespaceLimits;
import io.everynode.controlplane.catalog.NamespacePolicies;
import io.everynode.controlplane.catalog.PriorityClasses;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.admission.LimitRanges;
import io.everynode.core.admission.PodAccount;
import io.everynode.core.admission.TokenVolume;
import io.everynode.core.collection.OwnerCollection;
import io.everynode.core.daemonset.AdmittedTemplate;
import io.everynode.core.daemonset.DaemonPodView;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetPlanner;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.PlannerSettings;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.podsecurity.PodSecurityDefaults;
import io.everynode.core.podsecurity.SecurityStandard;
import io.everynode.core.podsecurity.SecurityStandards;
import io.everynode.core.scheduling.PriorityAdmission;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * What a DaemonSet's owner does between its catalog and its planner: it shows the planner what changed, sees to it that
 * the template is in the journal before any Pod that names it, and says what is to be persisted, sent and waited for.
 * The actor and the simulator carry it out. Mutable soft state of one start; without clock and I/O.
 */
public final class DaemonSetControl {

    /** How long a Template may take to answer before it is asked again. */
    public static final Duration TEMPLATE_PATIENCE = Duration.ofSeconds(5);

    /** A new namespace gets its account by itself: so long nothing is said of its absence. */
    static final Duration DEFAULT_ACCOUNT_PATIENCE = Duration.ofSeconds(1);

    private static final Caller CALLER = Caller.controller("daemonset-controller");

    /**
     * @param events to persist atomically under {@code meta} and {@code reason}, maybe none
     * @param sends to be sent once the events are durable
     * @param wakeAt when to take the next turn though nothing happens
     * @param template to be kept, else null; {@link #templateFailed} when there is no answer in time
     * @param awaitCatalog the catalog has to catch up before the next turn
     */
    public record Turn(
            List<DaemonSetEvent> events,
            CommandMeta meta,
            String reason,
            List<DaemonSetPlanner.Send> sends,
            Optional<Instant> wakeAt,
            AdmittedTemplate template,
            boolean awaitCatalog) {}

    private final String persistenceId;
    private final String namespace;
    private final String name;
    private final PlannerSettings settings;
    private final UnaryOperator<DaemonPodView> shown;
    private DaemonSetPlanner planner;
    private boolean waitingForTemplate;
    private final PriorityClasses priorityClasses = new PriorityClasses();
    private final NamespaceLimits limits = new NamespaceLimits();
    private final NamespacePolicies policies;
    private final BooleanSupplier mountsTokens;

    /**
     * What the template became, while it, its account, the PriorityClasses, LimitRanges, what the namespace enforces
     * and whether tokens are mounted stay as they are. Pods that are there keep what they were made from.
     */
    private AdmittedTemplate admittedOf;

    /** The account that the template named last, and the template: a look into it at each turn would cost a tree. */
    private String accountName = "";

    private AdmittedTemplate accountNamedBy;

    private StoredObject admittedAs;
    private PriorityAdmission admittedBy;
    private LimitRanges admittedWithin;
    private SecurityStandard admittedFor;
    private boolean admittedWithToken;
    private Outcome<AdmittedTemplate> admitted;

    /** Since when the namespace's own account is waited for; null when it is not. */
    private Instant accountAwaitedSince;

    /** Whether messages were held back as no Pod could be made. */
    private boolean withheld;

    /** The last reason said why no Pod can be made; "" when they can. */
    private String creationFailure = "";

    /** Why the namespace's quotas let no more Pods be made, to be said with the next turn; "" for nothing to say. */
    private String overQuota = "";

    // UIDs of the DaemonSet: as last seen, when the catalog was asked to catch up, when it had, and whose orphans were
    // seen since.
    private String current = "";
    private String catchingUpFor = "";
    private String caughtUpFor = "";
    private String orphansSeenFor = "";

    /**
     * @param podSecurity what Pods are held to where their namespace says nothing
     * @param mountsTokens whether new Pods get the tokens of their accounts
     * @param shown what the planner is shown of a Pod; null hides it
     */
    public DaemonSetControl(
            String persistenceId,
            String namespace,
            String name,
            PlannerSettings settings,
            PodSecurityDefaults podSecurity,
            BooleanSupplier mountsTokens,
            UnaryOperator<DaemonPodView> shown) {
        this.persistenceId = persistenceId;
        this.namespace = namespace;
        this.name = name;
        this.settings = settings;
        this.policies = new NamespacePolicies(podSecurity);
        this.mountsTokens = mountsTokens;
        this.shown = shown;
    }

    public boolean planning() {
        return planner != null;
    }

    /** The catalog is asked to catch up; {@link #catalogReady} follows, or another question. */
    public void catalogAsked() {
        catchingUpFor = current;
    }

    /**
     * The catalog has all that was committed before the call that asked for it; begins to plan unless it does already.
     */
    public void catalogReady(DaemonSetState state, CatalogVersion version, Instant now) {
        waitingForTemplate = false;
        caughtUpFor = catchingUpFor;
        if (planner == null) {
            planner = new DaemonSetPlanner(settings, state, now);
            for (String node : version.nodes().keySet()) {
                observe(state, version, node, now);
            }
        }
    }

    /**
     * The catalog shows more of this DaemonSet's journal than its owner knows: a former owner went on writing after the
     * present one had read it. What is planned from such a state is wrong for ever, as nothing may be left to write
     * that would fail; so it is to be read again.
     */
    public boolean overtaken(CatalogVersion version, DaemonSetState state) {
        DaemonSetState seen = version.daemonSets().get(persistenceId);
        return seen != null && seen.journaled() > state.journaled();
    }

    /** The planner takes a turn's events for persisted; when they are not, a new one begins with what is. */
    public void drop() {
        planner = null;
    }

    /** The namespace's quotas let no more Pods be made. @param why in Kubernetes' words */
    public void creationRefused(String why) {
        overQuota = ApiStatus.forbidden(Kinds.POD, name + "-", why).message();
    }

    public void templateFailed() {
        waitingForTemplate = false;
    }

    public void answered(String node, String daemonSetUid, String messageId, ConvergeReply reply, Instant now) {
        if (planner != null) {
            planner.answered(node, daemonSetUid, messageId, reply, now);
        }
    }

    /** Only while {@link #planning}. @param changed the nodes that changed since the turn before */
    public Turn turn(DaemonSetState state, CatalogVersion version, Collection<String> changed, Instant now) {
        planner.follow(state, now);
        for (String node : changed) {
            observe(state, version, node, now);
        }
        if (!orphansAreSeen(state, version, now)) {
            return new Turn(List.of(), meta(version), "", List.of(), Optional.empty(), null, true);
        }
        Outcome<AdmittedTemplate> made = null;
        if (state.current() != null) {
            made = admit(state.current().spec().template(), version);
        }
        if (made instanceof Outcome.Done<AdmittedTemplate> done) {
            AdmittedTemplate template = done.value();
            planner.admit(template);
            if (withheld) {
                planner.askAgain(now);
            }
            withheld = false;
            creationFailure = "";
            accountAwaitedSince = null;
            if (!version.hasTemplate(template.hash())) {
                // When it was asked for before, it is kept, or being kept; the catalog will show it.
                boolean ask = !waitingForTemplate;
                waitingForTemplate = true;
                CommandMeta meta = new CommandMeta(
                        "",
                        CALLER,
                        persistenceId,
                        now.plus(TEMPLATE_PATIENCE).toEpochMilli(),
                        version.resourceVersion());
                return new Turn(List.of(), meta, "", List.of(), Optional.empty(), ask ? template : null, !ask);
            }
        }
        observeDependents(state, version);
        DaemonSetPlanner.Step step = planner.step(state, version.resourceVersion(), now);
        CommandMeta meta = meta(version);
        if (made instanceof Outcome.Refused<AdmittedTemplate> refused) {
            return withoutPods(
                    state, step, meta, "Error creating: " + refused.status().message(), now);
        }
        return new Turn(
                withRefusal(state, step.events()), meta, step.reason(), step.sends(), step.wakeAt(), null, false);
    }

    /** Each refusal is said, and becomes one Event with a count. */
    private List<DaemonSetEvent> withRefusal(DaemonSetState state, List<DaemonSetEvent> events) {
        if (overQuota.isEmpty() || state.current() == null) {
            return events;
        }
        List<DaemonSetEvent> all = new ArrayList<>(events);
        all.add(new DaemonSetEvent.CreationFailed(state.current().uid(), "Error creating: " + overQuota));
        overQuota = "";
        return all;
    }

    private Outcome<AdmittedTemplate> admit(AdmittedTemplate template, CatalogVersion version) {
        PriorityAdmission classes = priorityClasses.of(version);
        LimitRanges ranges = limits.of(version, namespace);
        if (accountNamedBy != template) {
            accountName = PodAccount.nameOf(template.template().tree());
            accountNamedBy = template;
        }
        StoredObject account =
                version.get(Kinds.SERVICE_ACCOUNT, namespace, accountName).orElse(null);
        SecurityStandard enforced = policies.of(version, namespace).enforce();
        boolean withToken = mountsTokens.getAsBoolean();
        if (admittedOf != template
                || admittedAs != account
                || admittedBy != classes
                || admittedWithin != ranges
                || !enforced.equals(admittedFor)
                || admittedWithToken != withToken) {
            String tokenVolume = withToken ? TokenVolume.nameFor(template.hash()) : "";
            PodAccount runsAs =
                    new PodAccount(namespace, accountName, account == null ? null : account.tree(), tokenVolume);
            admitted = secured(template.admitted(runsAs, classes, ranges, name + "-"), enforced);
            admittedOf = template;
            admittedAs = account;
            admittedBy = classes;
            admittedWithin = ranges;
            admittedFor = enforced;
            admittedWithToken = withToken;
        }
        return admitted;
    }

    /** All Pods of a template keep to what their namespace enforces, or none does. */
    private Outcome<AdmittedTemplate> secured(Outcome<AdmittedTemplate> made, SecurityStandard enforced) {
        if (enforced.allowsAll() || !(made instanceof Outcome.Done<AdmittedTemplate> done)) {
            return made;
        }
        String why = SecurityStandards.refusal(enforced, done.value().template().tree());
        return why.isEmpty() ? made : Outcome.refused(ApiStatus.forbidden(Kinds.POD, name + "-", why));
    }

    /**
     * Nothing is sent that would make a Pod; the planner sends it again after a while, as to a node that is silent.
     * Said once for each reason.
     */
    private Turn withoutPods(
            DaemonSetState state, DaemonSetPlanner.Step step, CommandMeta meta, String why, Instant now) {
        List<DaemonSetPlanner.Send> sends = step.sends().stream()
                .filter(send -> !(send.message().wish() instanceof Converge.Run))
                .toList();
        List<DaemonSetEvent> events = step.events();
        String reason = step.reason();
        withheld |= sends.size() < step.sends().size();
        Optional<Instant> wakeAt = step.wakeAt();
        Instant silentUntil = silentUntil(now);
        if (withheld && now.isBefore(silentUntil)) {
            wakeAt = Optional.of(wakeAt.filter(silentUntil::isAfter).orElse(silentUntil));
        } else if (withheld && !creationFailure.equals(why)) {
            creationFailure = why;
            events = new ArrayList<>(events);
            events.add(new DaemonSetEvent.CreationFailed(state.current().uid(), why));
            reason = reason.isEmpty() ? "no Pod can be made" : reason;
        }
        return new Turn(events, meta, reason, sends, wakeAt, null, false);
    }

    /** Until when nobody need hear that no Pod can be made. */
    private Instant silentUntil(Instant now) {
        if (admittedAs != null
                || !PodAccount.nameOf(admittedOf.template().tree()).equals(PodAccount.DEFAULT)) {
            return Instant.MIN;
        }
        if (accountAwaitedSince == null) {
            accountAwaitedSince = now;
        }
        return accountAwaitedSince.plus(DEFAULT_ACCOUNT_PATIENCE);
    }

    private static CommandMeta meta(CatalogVersion version) {
        return new CommandMeta("", CALLER, "journal " + version.resourceVersion(), 0, version.resourceVersion());
    }

    /**
     * A DaemonSet that was just created first sees the Pods without an owner that were there before it, so that none is
     * made beside them.
     */
    private boolean orphansAreSeen(DaemonSetState state, CatalogVersion version, Instant now) {
        current = state.current() == null ? "" : state.current().uid();
        if (current.isEmpty() || current.equals(orphansSeenFor)) {
            return true;
        }
        if (!current.equals(caughtUpFor)) {
            return false;
        }
        version.orphans().nodes().stream().sorted().forEach(node -> observe(state, version, node, now));
        orphansSeenFor = current;
        return true;
    }

    private void observeDependents(DaemonSetState state, CatalogVersion version) {
        if (state.current() != null && state.current().spec().deleting()) {
            planner.observeOtherDependents(version.get(Kinds.DAEMON_SET, namespace, name)
                    .map(StoredObject::collectable)
                    // What is deleted already may be behind in the catalog.
                    .filter(owner -> owner.uid().equals(current) && owner.terminating())
                    .map(owner -> OwnerCollection.dependentsDone(new CatalogOwners(version), owner))
                    .orElse(false));
        }
    }

    private void observe(DaemonSetState state, CatalogVersion version, String node, Instant now) {
        new FleetObservation(version, node, state, shown).reportTo(planner, now);
    }

    /** Messages that are not answered yet. */
    public int outstanding() {
        return planner == null ? 0 : planner.outstanding();
    }

    /** Why the planner leaves this node as it is. */
    public String explain(String node) {
        return planner == null ? "does not plan" : planner.explain(node).reason();
    }
}
