/**
 * The Kubernetes API over HTTP. {@link io.everynode.apiserver.ApiServer} binds one function from request to answer;
 * {@link io.everynode.apiserver.Router} finds the handler of a path; handlers read the catalog or write through the
 * control plane. Nothing here blocks, decides about objects, or keeps state besides open watches.
 */
package io.everynode.apiserver;
