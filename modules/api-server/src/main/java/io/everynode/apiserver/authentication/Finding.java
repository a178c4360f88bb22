package io.everynode.apiserver.authentication;

import io.everynode.core.authorization.User;

/** What a credential shows. */
public sealed interface Finding {

    /** Who sends the request, and how long that is so. */
    record Known(User user, Credential credential) implements Finding {

        public Known(User user) {
            this(user, Credential.NONE);
        }
    }

    /** It is no credential of this kind. */
    record Nothing() implements Finding {}

    /**
     * It is of this kind and does not count.
     *
     * @param why for the server's log and for reviews; holds no secret
     * @param unlessNewer whether a newer state of the cluster may tell otherwise
     */
    record Wrong(String why, boolean unlessNewer) implements Finding {

        public Wrong(String why) {
            this(why, false);
        }
    }

    Finding NOTHING = new Nothing();
}
