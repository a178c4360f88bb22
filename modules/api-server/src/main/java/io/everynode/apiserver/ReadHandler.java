package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.Shown;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Get and list. */
final class ReadHandler {

    private static final String CONTINUE_EXPIRED = "The provided continue parameter is too old to display a consistent"
            + " list result. You can start a new list without the continue parameter, or use the continue token in this"
            + " response to retrieve the remainder of the results. Continuing with the provided token results in an"
            + " inconsistent list - objects that were created, modified, or deleted between the time the first chunk was"
            + " returned and now may show up in the list.";

    private final ControlPlane controlPlane;
    private final ReadVersions versions;
    private final InstantSource clock;

    ReadHandler(ControlPlane controlPlane, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.versions = new ReadVersions(controlPlane);
        this.clock = clock;
    }

    CompletionStage<HttpResponse> get(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        long version = ListOptions.version(call.query().text("resourceVersion"));
        return versions.notOlderThan(version)
                .thenCompose(catalog ->
                        controlPlane.withSoftState(catalog.get(path.kind(), path.namespace(), path.name())
                                .orElseThrow(() -> new ApiFailure(ApiStatus.notFound(path.kind(), path.name())))))
                .thenApply(object -> Answers.json(call, 200, form.one(Shown.of(object))));
    }

    CompletionStage<HttpResponse> list(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        ListOptions options = ListOptions.parse(path.kind(), call.query(), false);
        ObjectFilter filter = new ObjectFilter(path.kind(), path.namespace(), options.labels(), options.fields());
        if (!options.continueToken().isEmpty()) {
            return nextPage(call, form, options, filter);
        }
        CompletionStage<Catalog> catalog = options.match().equals("Exact")
                ? versions.exactly(options.version())
                : options.match().isEmpty() && options.limit() > 0
                        ? versions.exactlyIfHeld(options.version())
                        : versions.notOlderThan(options.version());
        return catalog.thenApply(found -> firstPage(call, form, options, filter, found));
    }

    private HttpResponse firstPage(
            Call call, ObjectForm form, ListOptions options, ObjectFilter filter, Catalog catalog) {
        Page page = Page.read(catalog, filter, options.limit(), null);
        if (page.more()) {
            controlPlane.hold(catalog);
        }
        return page.answer(call, form);
    }

    private CompletionStage<HttpResponse> nextPage(
            Call call, ObjectForm form, ListOptions options, ObjectFilter filter) {
        ContinueToken token = ContinueToken.decode(options.continueToken(), filter.namespace());
        if (token.version() == ContinueToken.CURRENT) {
            return controlPlane.currentCatalog().thenApply(current -> {
                Page page = Page.read(current, filter, options.limit(), token);
                if (page.more()) {
                    controlPlane.hold(current);
                }
                return page.answer(call, form);
            });
        }
        return versions.remembered(token.version())
                .thenApply(held -> held.isEmpty()
                        ? expired(call, token)
                        : Page.read(held.get(), filter, options.limit(), token).answer(call, form));
    }

    /** Besides the refusal the client gets a token with which it may go on in the newest version. */
    private static HttpResponse expired(Call call, ContinueToken token) {
        ApiStatus status = ApiStatus.expired(CONTINUE_EXPIRED);
        ObjectNode body = status.toJson();
        ContinueToken onwards = new ContinueToken(ContinueToken.CURRENT, token.namespace(), token.name(), -1);
        Json.child(body, "metadata").put("continue", onwards.encode());
        return StatusResponses.of(call, status, body);
    }
}
