package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;

/** ServiceAccounts: nothing but metadata is checked (core validation ValidateServiceAccount). */
final class ServiceAccountRules implements KindRules {

    @Override
    public void validateCreate(Kind kind, ObjectNode account, Causes causes) {
        ObjectMetaRules.validate(account, true, NameRule.SUBDOMAIN, causes);
    }
}
