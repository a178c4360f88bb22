package io.everynode.nodes.join;

/** What a node's certificates are for, by the signer that gives them. */
enum Purpose {
    CLIENT("client", "kubernetes.io/kube-apiserver-client-kubelet", "client auth"),
    ENDPOINT("endpoint", "kubernetes.io/kubelet-serving", "server auth");

    private final String text;
    private final String signer;
    private final String usage;

    Purpose(String text, String signer, String usage) {
        this.text = text;
        this.signer = signer;
        this.usage = usage;
    }

    String signer() {
        return signer;
    }

    String usage() {
        return usage;
    }

    /** As in names of files and requests. */
    @Override
    public String toString() {
        return text;
    }
}
