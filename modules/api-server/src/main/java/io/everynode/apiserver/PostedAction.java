package io.everynode.apiserver;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Serves one {@link io.everynode.objects.ActionSubresource}. */
interface PostedAction {

    /** Reads the body and acts on the object that the path names; refusals are {@link ApiFailure}s. */
    CompletionStage<HttpResponse> post(Call call, ResourcePath path);
}
