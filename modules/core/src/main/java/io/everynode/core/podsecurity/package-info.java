/**
 * The Pod Security Standards: what a Pod may ask of its node, by the level and version that its namespace's labels name
 * (k8s.io/pod-security-admission, with its messages). Pure decisions over Pods and Pod templates.
 */
package io.everynode.core.podsecurity;
